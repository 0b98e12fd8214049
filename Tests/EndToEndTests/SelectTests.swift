import Foundation
import GRDB
import JSON
import TestSupport
import Testing

/// `bulkpatch select`, and `select:` in place of a sheet.
@Suite(.blocking) struct SelectTests {
  private func select(_ desk: Desk, _ condition: String, _ more: String..., exits code: Int32 = 0) throws
    -> BinaryRunner.Result
  {
    try desk.call(["select", "incidents", "--site", desk.url, "--where", condition] + more, exits: code)
  }

  @Test func writesTheRecordsThatAreMeant() throws {
    let desk = try Desk(
      records: (1...9).map {
        #"{"resource": "incidents", "id": \#($0), "subject": "case \#($0)", "assignedTo": {"staffGroup": {"id": \#(100_003 + $0 % 2)}}}"#
      })
    let result = try select(
      desk, "assignedTo.staffGroup = 'Tier 2' and not id in (3, 5)", "--columns",
      "id,subject,assignedTo.staffGroup")
    #expect(
      result.standardOutput == """
        id,subject,assignedTo.staffGroup
        1,case 1,Tier 2
        7,case 7,Tier 2
        9,case 9,Tier 2

        """)
    let file = try select(desk, "id > 7", "-o", "sheet.csv")
    #expect(file.standardOutput == "sheet.csv: 2 records\n")
    #expect(try String(contentsOfFile: desk.folder.path("sheet.csv"), encoding: .utf8) == "id\n8\n9\n")
    #expect(
      try select(desk, "id > 7", "-o", "sheet.csv", exits: 64).standardError.contains("is there already"))
    #expect(
      try select(desk, "subjct = 'x'", exits: 64).standardError.contains(
        "--where:1: no attribute of incidents is called 'subjct'\nhint: did you mean 'subject'?"))
    #expect(try desk.changes().isEmpty)
  }

  @Test func aSelectionThatWasKilledGoesOn() throws {
    let desk = try Desk(incidents: 5_000, "--fault", "GET incidents after=2 times=1 reset=before-commit")
    // Two pages, then an answer that never comes.
    var arguments = ["select", "incidents", "--site", desk.url, "--columns", "id,subject", "-o", "all.csv"]
    let running = try desk.bulkpatch.start(arguments)
    let cursor = desk.folder.path("all.csv.cursor")
    while true {
      let text = (try? String(contentsOfFile: cursor, encoding: .utf8)) ?? ""
      if text.contains(#""rows":4000"#) { break }
      usleep(5_000)
    }
    running.send(SIGKILL)
    _ = try running.result()
    // What a kill amid a page leaves behind.
    let handle = try #require(FileHandle(forWritingAtPath: desk.folder.path("all.csv.part")))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data("4001,half a li".utf8))
    try handle.close()
    let other = try desk.call(
      ["select", "incidents", "--site", desk.url, "-o", "all.csv"], exits: 64)
    #expect(other.standardError.contains("an unfinished selection of other records is there"))
    let result = try desk.call(arguments, exits: 0)
    #expect(result.standardError.contains("going on after 4000 rows"))
    let lines = try String(contentsOfFile: desk.folder.path("all.csv"), encoding: .utf8).split(
      separator: "\n")
    #expect(lines.count == 5_001)
    #expect(Set(lines.dropFirst().map { $0.prefix { $0 != "," } }).count == 5_000)
    #expect(!FileManager.default.fileExists(atPath: cursor))
    arguments.removeAll()
  }

  @Test func hostileConditionsAreData() throws {
    let texts = ["O'Brien; x", "50% \"off\"", "two\nlines", "x'; DELETE FROM incidents; '", "back\\slash"]
    let desk = try Desk(
      records: texts.enumerated().map { index, text in
        JSONValue.object([
          "resource": "incidents", "id": .integer(Int64(index + 1)), "subject": .string(text),
        ]).text()
      })
    for (index, text) in texts.enumerated() {
      let literal = text.replacing("'", with: "''")
      let result = try select(desk, "subject = '\(literal)'")
      #expect(result.standardOutput == "id\n\(index + 1)\n", "\(text)")
      let others = try select(desk, "subject != '\(literal)'")
      #expect(others.standardOutput.split(separator: "\n").count == texts.count, "\(text)")
    }
    #expect(try desk.answers().keys.elementsEqual(["200"]))
  }

  @Test func aJobSelectsItsRowsOnce() throws {
    let desk = try Desk(
      records: (1...6).map {
        #"{"resource": "incidents", "id": \#($0), "subject": "case \#($0)", "assignedTo": {"staffGroup": {"id": \#($0 < 4 ? 100_003 : 100_004)}}}"#
      })
    try desk.folder.write(
      "move.yaml",
      """
      resource: incidents
      site: \(desk.url)
      select: {where: "assignedTo.staffGroup = 'Tier 1'", columns: id}
      constants: {assignedTo.staffGroup: Tier 2}

      """)
    try desk.call(["run", "move.yaml", "--dry-run"], exits: 0)
    try desk.call(["apply", "latest"], exits: 0)
    #expect(try desk.counts() == ["applied": 3])
    #expect(
      try desk.changes().map(\.body)
        == Array(repeating: #"{"assignedTo":{"staffGroup":{"id":100004}}}"#, count: 3))
    let queries = try desk.read(desk.database) {
      try String.fetchAll($0, sql: "SELECT query FROM request_log WHERE query LIKE '%where%staffGroup%'")
    }
    #expect(queries.count == 1)
    // Nobody is left: there is nothing to do.
    try desk.call(["run", "move.yaml"], exits: 0)
  }

  @Test func interactionsAreSelectedAsWell() throws {
    let desk = try Desk(incidents: 0, options: ["--interactions", "30"])
    let result = try desk.call(
      [
        "select", "interactions", "--site", desk.url, "--where", "StatusCd = ORA_SVC_OPEN", "--columns",
        "InteractionId,StatusCd",
      ],
      exits: 0)
    let lines = result.standardOutput.split(separator: "\n")
    #expect(lines.first == "InteractionId,StatusCd")
    #expect(lines.count > 1 && lines.dropFirst().allSatisfy { $0.hasSuffix(",ORA_SVC_OPEN") })
    let open = try desk.read(desk.database) {
      try Int.fetchOne(
        $0,
        sql:
          "SELECT count(*) FROM fusion_row WHERE entity = 'interactions' AND document ->> '$.StatusCd' = 'ORA_SVC_OPEN'"
      )
    }
    #expect(lines.count - 1 == open)
  }
}
