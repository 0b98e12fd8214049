import GRDB
import TestSupport
import Testing

/// Records that are named by texts, when the process is killed; it takes a program that can be (a debug build).
@Suite(.blocking) struct ServiceRequestKillTests {
  /// Kills at several moments, and answers that get lost after the site has carried the request out.
  @Test(arguments: [3, 4])
  func areChangedOnceWhateverHappens(killAt moment: Int) throws {
    let desk = try Desk(
      serviceRequests: 60, "--fault", "PATCH serviceRequests rate=0.3 times=20 reset=after-commit", "--seed",
      "3")
    let numbers = try desk.serviceRequestNumbers()
    let rows = numbers.enumerated().map { index, number in
      index.isMultiple(of: 4)
        ? "\(number),,ORA_SVC_INTERNAL_NOTE,note \(index)\n" : "\(number),moved \(index),,\n"
    }
    try desk.folder.write(
      "sheet.csv", "SrNumber,Title,messages.add.MessageTypeCd,messages.add.Subject\n" + rows.joined())
    var killed = desk.bulkpatch
    killed.environment["BULKPATCH_TEST_KILL_AT"] = "\(moment)"
    #expect(try killed.run(Desk.serviceRequestRun("sheet.csv", "--lanes", "3")).exitCode == 137)
    try desk.call(["resume", "latest"] + Desk.quick, exits: 0)

    #expect(try desk.faults() > 0)
    #expect(try desk.serviceRequestPatches() == Dictionary(uniqueKeysWithValues: numbers.map { ($0, 1) }))
    let notes = try desk.read(desk.database) {
      try String.fetchAll(
        $0,
        sql: """
          SELECT document ->> 'Subject' AS subject FROM fusion_row
          WHERE entity = 'serviceRequests.messages' AND subject LIKE 'note %'
          """)
    }
    #expect(notes.sorted() == stride(from: 0, to: 60, by: 4).map { "note \($0)" }.sorted())
  }
}
