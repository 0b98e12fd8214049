import Foundation
import GRDB
import TestSupport
import Testing

/// Service requests of Fusion CX through the real binary: records that are named by texts, some of them with
/// slashes, blanks, quotes and letters beyond ASCII.
@Suite(.blocking) struct ServiceRequestRunTests {
  private static let quick = ["--settle", "10ms", "--retries-base", "1ms", "--retries-cap", "5ms", "--quiet"]

  private func desk(_ count: Int, _ options: String...) throws -> Desk {
    let desk = try Desk(incidents: 0, options: ["--service-requests", "\(count)"] + options)
    // The name of the site of Fusion CX; what is given up after a second cannot come later.
    try desk.writeSites(request: "1s")
    return desk
  }

  private func numbers(of desk: Desk) throws -> [String] {
    try desk.read(desk.database) {
      try String.fetchAll(
        $0, sql: "SELECT number FROM fusion_row WHERE entity = 'serviceRequests' ORDER BY id")
    }
  }

  /// The title and the severity of each, by number.
  private func facts(of desk: Desk) throws -> [String: String] {
    try desk.read(desk.database) { database in
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT number, document ->> 'Title' || '; ' || (document ->> 'SeverityCd') AS fact FROM fusion_row
          WHERE entity = 'serviceRequests'
          """)
      return Dictionary(uniqueKeysWithValues: rows.map { ($0["number"] as String, $0["fact"] as String) })
    }
  }

  /// The committed patches of each, by number.
  private func patches(of desk: Desk) throws -> [String: Int] {
    try desk.read(desk.database) { database in
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT record_key, count(*) AS patches FROM request_log
          WHERE resource = 'serviceRequests' AND method = 'PATCH' AND committed GROUP BY record_key
          """)
      return Dictionary(uniqueKeysWithValues: rows.map { ($0["record_key"] as String, $0["patches"] as Int) })
    }
  }

  private func run(_ sheet: String, on desk: Desk, _ options: String...) -> [String] {
    ["run", sheet, "--resource", "serviceRequests", "--site", "interactions"]
      + Self.quick + options
  }

  @Test(arguments: [["--batch", "auto"], ["--batch", "off"], ["--no-snapshot"]])
  func areChangedAtTheirNumbersAndPutBack(options: [String]) throws {
    let desk = try desk(50)
    let numbers = try numbers(of: desk)
    #expect(numbers.contains("SR/2024/000003") && numbers.contains("0000000005"))
    let before = try facts(of: desk)
    try desk.folder.write(
      "sheet.csv",
      "SrNumber,Title,SeverityCd\n" + numbers.map { "\($0),moved,ORA_SVC_SEV1\n" }.joined())
    try desk.call(run("sheet.csv", on: desk) + options, exits: 0)
    #expect(try facts(of: desk) == before.mapValues { _ in "moved; ORA_SVC_SEV1" })
    #expect(try patches(of: desk) == Dictionary(uniqueKeysWithValues: numbers.map { ($0, 1) }))
    let changes = try desk.runText("changes.csv")
    guard options != ["--no-snapshot"] else { return }
    #expect(numbers.allSatisfy { changes.contains("\($0),Title,") })
    try desk.call(["verify", "latest"], exits: 0)

    try desk.call(["rollback", "latest", "--record", "SR/2024/000003"] + Self.quick, exits: 0)
    #expect(try facts(of: desk).filter { $0.value == before[$0.key] }.keys.sorted() == ["SR/2024/000003"])
    let first = try #require(desk.runFolders().first)
    try desk.call(
      ["rollback", (first as NSString).lastPathComponent] + Self.quick, exits: 0)
    #expect(try facts(of: desk) == before)
  }

  /// Kills at several moments, and answers that get lost after the site has carried the request out.
  @Test(arguments: [3, 4])
  func areChangedOnceWhateverHappens(killAt moment: Int) throws {
    let desk = try desk(
      60, "--fault", "PATCH serviceRequests rate=0.3 times=20 reset=after-commit", "--seed", "3")
    let numbers = try numbers(of: desk)
    let rows = numbers.enumerated().map { index, number in
      index.isMultiple(of: 4)
        ? "\(number),,ORA_SVC_INTERNAL_NOTE,note \(index)\n" : "\(number),moved \(index),,\n"
    }
    try desk.folder.write(
      "sheet.csv", "SrNumber,Title,messages.add.MessageTypeCd,messages.add.Subject\n" + rows.joined())
    var killed = desk.bulkpatch
    killed.environment["BULKPATCH_TEST_KILL_AT"] = "\(moment)"
    #expect(try killed.run(run("sheet.csv", on: desk, "--lanes", "3")).exitCode == 137)
    try desk.call(["resume", "latest"] + Self.quick, exits: 0)

    #expect(try desk.faults() > 0)
    #expect(try patches(of: desk) == Dictionary(uniqueKeysWithValues: numbers.map { ($0, 1) }))
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

  @Test func tellsNumbersApartThatLookAlike() throws {
    let desk = try Desk(
      records: ["12", "0012", "1e1", "SR 1", "SR/1"].map {
        #"{"resource": "serviceRequests", "SrNumber": "\#($0)", "Title": "was"}"#
      })
    try desk.writeSites(request: "1s")
    try desk.folder.write("sheet.csv", "SrNumber,Title\n0012,a\nSR/1,b\n012,c\n..,d\n0012,e\n1e1,f\n")
    try desk.call(run("sheet.csv", on: desk, "--on-failure", "continue"), exits: 1)
    let facts = try facts(of: desk).mapValues { $0.prefix(3) }
    #expect(facts == ["12": "was", "0012": "e; ", "1e1": "f; ", "SR 1": "was", "SR/1": "b; "])
    #expect(
      try desk.states() == [
        1: "applied", 2: "applied", 3: "failed", 4: "rejected", 5: "applied", 6: "applied",
      ])
    #expect(try desk.runText("failed.csv").contains("there is no service request with SrNumber 012"))
    #expect(try patches(of: desk)["0012"] == 2)
    let shown = try desk.call(["results", "latest", "--format", "jsonl"], exits: 0).standardOutput
    #expect(shown.contains(#""_record_id":"0012""#))
  }
}
