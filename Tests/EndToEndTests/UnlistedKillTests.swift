import Foundation
import GRDB
import TestSupport
import Testing

/// A resource that only the site describes, when the process is killed; it takes a program that can be (a debug build).
@Suite(.blocking) struct UnlistedKillTests {
  /// Kills at several moments, and answers that get lost after the site has carried the request out.
  @Test(arguments: [3, 4])
  func isChangedOnceWhateverHappens(killAt moment: Int) throws {
    let samples = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
      "../../samples")
    let desk = try Desk(
      incidents: 0, "--records", "opportunities=60", "--catalogue",
      samples.appendingPathComponent("site-model.json").standardizedFileURL.path, "--fault",
      "PATCH opportunities rate=0.3 times=20 reset=after-commit", "--seed", "3")
    try desk.writeSites(request: "1s")
    try desk.call(
      ["resources", "opportunities", "--site", "interactions", "--save", "overlay.json"], exits: 0)
    let numbers = try desk.read(desk.database) {
      try String.fetchAll($0, sql: "SELECT number FROM fusion_row WHERE entity = 'opportunities' ORDER BY id")
    }
    try desk.folder.write(
      "sheet.csv", "OptyNumber,Name\n" + numbers.enumerated().map { "\($1),Deal \($0)\n" }.joined())
    var killed = desk.bulkpatch
    killed.environment["BULKPATCH_TEST_KILL_AT"] = "\(moment)"
    let run = [
      "run", "sheet.csv", "--resource", "opportunities", "--site", "interactions", "--overlay",
      "overlay.json",
      "--accept-unlisted", "--lanes", "3",
    ]
    #expect(try killed.run(run + Desk.quick).exitCode == 137)
    try desk.call(["resume", "latest"] + Desk.quick, exits: 0)

    #expect(try desk.faults() > 0)
    let patches = try desk.read(desk.database) { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT record_key, count(*) AS patches FROM request_log
          WHERE resource = 'opportunities' AND method = 'PATCH' AND committed GROUP BY record_key
          """
      ).map { ($0["record_key"] as String, $0["patches"] as Int) }
    }
    #expect(
      Dictionary(uniqueKeysWithValues: patches) == Dictionary(uniqueKeysWithValues: numbers.map { ($0, 1) }))
  }
}
