import GRDB
import TestSupport
import Testing

/// Addresses of contacts, when the process is killed; it takes a program that can be (a debug build).
@Suite(.blocking) struct ContactKillTests {
  /// Kills at several moments, and answers that get lost after the site has carried the request out.
  @Test(arguments: [3, 4, 5])
  func areChangedOnceWhateverHappens(killAt moment: Int) throws {
    let desk = try Desk(
      incidents: 1, "--fault", "* contacts rate=0.3 times=20 reset=after-commit", "--seed", "3")
    try desk.writeSites(request: "1s")
    let ids = Array(Int64(1)...60)
    try desk.folder.write(
      "sheet.csv",
      "id,name.first,emails.0.address,emails.1.address\n"
        + ids.map { "\($0),Eva\($0),new\($0)@x,more\($0)@x\n" }.joined())
    var killed = desk.bulkpatch
    killed.environment["BULKPATCH_TEST_KILL_AT"] = "\(moment)"
    #expect(try killed.run(desk.contactRun("sheet.csv", "--lanes", "3")).exitCode == 137)
    try desk.call(["resume", "latest"] + Desk.quickLooks, exits: 0)

    #expect(try desk.faults() > 0)
    let committed = try desk.committed()
    #expect(committed.count == 180 && committed.values.allSatisfy { $0 == 1 })
    let (primary, alternate) = (try desk.addresses(ofType: 0), try desk.addresses(ofType: 1))
    #expect(ids.allSatisfy { primary[$0] == "new\($0)@x" && alternate[$0] == "more\($0)@x" })
  }
}
