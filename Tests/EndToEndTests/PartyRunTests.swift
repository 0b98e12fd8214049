import GRDB
import TestSupport
import Testing

/// Accounts and contacts of Fusion CX through the real binary, from the plan to the rollback.
@Suite(.blocking) struct PartyRunTests {
  /// The stored values of each record by its number, except for who changed it.
  private func facts(_ desk: Desk, _ resource: String) throws -> [String: [String: String]] {
    try desk.read(desk.database) { database in
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT number, value.key AS name, value.value AS value FROM fusion_row, json_each(document) AS value
          WHERE entity = ? AND value.key NOT LIKE 'LastUpdate%'
          """, arguments: [resource])
      return rows.reduce(into: [:]) {
        $0[$1["number"], default: [:]][$1["name"]] = "\($1["value"] as DatabaseValue)"
      }
    }
  }

  @Test(arguments: [
    ("accounts", "Description,EmployeesTotal,Country", "moved,12.50,DE"),
    ("contacts", "LastName,JobTitle,DateOfBirth,DoNotCallFlag,Country", "Novak,<null>,1984-02-29,yes,DE"),
  ])
  func areChangedByPlanAndPutBack(resource: String, header: String, cells: String) throws {
    let desk = try Desk(incidents: 0, options: ["--records", "fusion-cx/\(resource)=120"])
    try desk.writeSites()
    let before = try facts(desk, resource)
    #expect(before.count == 120 && before.keys.contains { $0.contains("/2024/") })
    let rows = before.keys.sorted().map { "\($0),\(cells)\n" }
    try desk.folder.write("sheet.csv", "PartyNumber,\(header)\n" + rows.joined())
    let run = ["run", "sheet.csv", "--resource", resource, "--site", "interactions", "--batch", "auto"]
    try desk.call(run + ["--dry-run"] + Desk.quick, exits: 0)
    #expect(try facts(desk, resource) == before)
    try desk.call(["apply", "latest"] + Desk.quick, exits: 0)
    #expect(try desk.counts() == ["applied": 120])
    #expect(try facts(desk, resource).values.allSatisfy { $0["Country"]?.contains("DE") == true })
    try desk.call(["verify", "latest", "--quiet"], exits: 0)
    try desk.call(["rollback", "latest"] + Desk.quick, exits: 0)
    #expect(try facts(desk, resource) == before)
  }
}
