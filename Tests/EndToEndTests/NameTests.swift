import Foundation
import GRDB
import JSON
import TestSupport
import Testing

/// Names are known before anything is sent: `check --live`, the dry run and the run itself.
@Suite(.blocking) struct NameTests {
  private static let sheet = """
    id,assignedTo.account,assignedTo.staffGroup,statusWithType.status
    1,Site Administrator,Tier 2,Waiting - Vendor
    2,Alex Kim,Tier 1,Escalated
    3,id:17,Tier 1,
    4,Ana Kyaa,Billing,
    5,,Teir 2,Waiting

    """

  private func requests(_ desk: Desk) throws -> Int { try desk.answers().values.reduce(0, +) }

  @Test func whatIsKnownIsSentAsAnIdAndTheRestIsNamedBefore() throws {
    let desk = try Desk(incidents: 5)
    try desk.folder.write("sheet.csv", Self.sheet)
    let dryRun = try desk.call(desk.run("sheet.csv", "--dry-run", "--full"), exits: 1)
    #expect(try desk.changes().isEmpty)
    #expect(dryRun.standardOutput.contains("Site Administrator (1)"), "\(dryRun.standardOutput)")
    try desk.call(["apply", "latest"], exits: 1)
    #expect(try desk.counts() == ["applied": 2, "rejected": 3])
    #expect(
      try desk.changes().map(\.body).sorted() == [
        #"{"assignedTo":{"account":{"id":17},"staffGroup":{"id":100003}}}"#,
        #"{"assignedTo":{"account":{"id":1},"staffGroup":{"id":100004}},"statusWithType":{"status":{"id":102}}}"#,
      ])
    let failed = try desk.call(["results", "latest", "--state", "rejected", "--json"], exits: 0)
      .standardOutput
    #expect(
      failed.contains("2 values have the name 'Alex Kim': 17 Tier 1 user17, 42 Tier 2 user42"), "\(failed)")
    #expect(failed.contains("nearest: 'Ana Kaya' (40"), "\(failed)")
    #expect(failed.contains("nearest: 'Tier 2' (100004)"), "\(failed)")
  }

  /// A body has ids in place of names, whichever way it is kept, also for a program that reads the run's file.
  @Test func everySheetMakesTheSameBodies() throws {
    let desk = try Desk(incidents: 5)
    let csv = """
      id,assignedTo.account,statusWithType.status
      1,Site Administrator,Waiting - Vendor
      2,id:17, Escalated
      3,Nobody at all,Escalated

      """
    let lines = """
      {"id": 1, "assignedTo": {"account": {"lookupName": "Site Administrator"}}, "statusWithType": {"status": {"lookupName": "Waiting - Vendor"}}}
      {"id": 2, "assignedTo": {"account": {"id": 17}}, "statusWithType": {"status": {"lookupName":"Esc\\u0061lated"}}}
      {"id": 3, "assignedTo": {"account": {"lookupName":"Nobody at all"}}, "statusWithType": {"status": {"lookupName":"Escalated"}}}

      """
    let sheets =
      [("sheet.csv", csv, []), ("sheet.jsonl", lines, [])] + [
        (
          "constant.csv", "id,assignedTo.account\n1,Site Administrator\n3,Nobody at all\n",
          ["statusWithType.status=Escalated"]
        )
      ]
    for (name, text, constants) in sheets {
      try desk.folder.write(name, text)
      try desk.call(desk.run(name, "--dry-run") + constants.flatMap { ["--constant", $0] }, exits: 1)
      let bodies = try desk.read(desk.runPath("run.sqlite")) { database in
        try String.fetchAll(
          database,
          sql: "SELECT row_patch.patch FROM row_patch JOIN row USING (number) WHERE state = 'staged'")
      }
      try desk.call(["apply", "latest"], exits: 1)
      #expect(try desk.counts()["rejected"] == 1)
      #expect(try desk.changes().suffix(bodies.count).map(\.body).sorted() == bodies.sorted(), "\(name)")
      #expect(bodies.allSatisfy { !$0.contains("lookupName") }, "\(name): \(bodies)")
    }
  }

  @Test func checkLiveNamesTheSameRows() throws {
    let desk = try Desk(incidents: 5)
    try desk.folder.write("sheet.csv", Self.sheet)
    let arguments = ["check", "sheet.csv", "--resource", "incidents", "--site", desk.url]
    try desk.call(arguments, exits: 0)
    let asked = try requests(desk)
    #expect(asked == 0)
    let live = try desk.call(arguments + ["--live"], exits: 1)
    #expect(live.standardOutput.contains("sheet.csv:3: "), "\(live.standardOutput)")
    #expect(live.standardOutput.contains("5 rows: 2 valid, 3 rejected"), "\(live.standardOutput)")
    #expect(live.standardError.contains("note: at the site: login, 10 names"), "\(live.standardError)")
    #expect(try requests(desk) < 15)
    // From standard input, which is read once.
    let again = try desk.call(
      ["check", "-", "--format", "csv", "--resource", "incidents", "--site", desk.url, "--live"], exits: 1,
      standardInput: Self.sheet)
    #expect(again.standardOutput.contains("2 valid, 3 rejected"))
  }

  @Test func strictSendsNothingOnAnUnknownName() throws {
    let desk = try Desk(incidents: 5)
    try desk.folder.write("sheet.csv", Self.sheet)
    let result = try desk.call(desk.run("sheet.csv", "--strict"), exits: 65)
    #expect(result.standardError.contains("3 of its 5 rows are not valid, and the job is strict"))
    #expect(try desk.changes().isEmpty)
  }

  @Test func whatWasFoundIsKeptForAnHourAndForTheRun() throws {
    let desk = try Desk(incidents: 5)
    try desk.folder.write("one.csv", "id,severity\n1,1 - Critical\n")
    try desk.folder.write("two.csv", "id,severity\n2,1 - Critical\n")
    try desk.folder.write("three.csv", "id,severity\n3,1 - Critical\n")
    func asked() throws -> Int {
      try desk.read(desk.database) {
        try Int.fetchOne($0, sql: "SELECT count(*) FROM request_log WHERE path LIKE '%namedIDs%'") ?? 0
      }
    }
    try desk.call(desk.run("one.csv"), exits: 0)
    try desk.call(desk.run("two.csv"), exits: 0)
    #expect(try asked() == 1)
    try desk.call(desk.run("three.csv", "--refresh"), exits: 0)
    #expect(try asked() == 2)
    let folder = desk.stateFolder + "/names"
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
      let mode = try FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)")[.posixPermissions]
      #expect(mode as? Int == 0o600)
    }
  }

  /// Names never become a part of a query's text.
  @Test func hostileNamesAreData() throws {
    let desk = try Desk(incidents: 5)
    let names = [
      "O'Brien", "x'; DELETE FROM incidents; '", "100% \"quoted\"", "line\nbreak", "back\\slash'",
      "a') or (1=1", "; select id from accounts",
    ]
    let rows = names.enumerated().map { index, name in
      "\(index % 5 + 1),\"\(name.replacing("\"", with: "\"\""))\"\n"
    }
    try desk.folder.write("sheet.csv", "id,assignedTo.account\n" + rows.joined())
    let live = try desk.call(
      ["check", "sheet.csv", "--resource", "incidents", "--site", desk.url, "--live"], exits: 65)
    #expect(live.standardOutput.contains("7 rejected"), "\(live.standardOutput)\(live.standardError)")
    let queries = try desk.read(desk.database) {
      try String.fetchAll($0, sql: "SELECT query FROM request_log WHERE path LIKE '%queryResults%'")
    }
    #expect(!queries.isEmpty)
    for query in queries {
      let text = query.removingPercentEncoding ?? ""
      #expect(!text.contains(";") && !text.contains("\\") && !text.contains("\""), "\(text)")
      #expect(!text.uppercased().contains("DELETE FROM INCIDENTS; "), "\(text)")
    }
    #expect(try desk.answers().keys.sorted() == ["200"])
  }

  @Test func valuesListsWhatTheSiteHas() throws {
    let desk = try Desk(incidents: 1)
    let site = ["--site", desk.url, "--resource", "incidents"]
    let people = try desk.call(["values", "assignedTo.account", "--like", "KIM"] + site, exits: 0)
    #expect(people.standardOutput == "17  Alex Kim  Tier 1, user17\n42  Alex Kim  Tier 2, user42\n")
    let teams = try desk.call(["values", "assignedTo.staffGroup", "--json"] + site, exits: 0)
    let json = try JSONValue(parsing: teams.standardOutput)
    #expect(json.array?.first == ["id": 100_003, "name": "Tier 1"])
    let custom = try desk.call(["values", "customFields.c.region"] + site, exits: 0)
    #expect(custom.standardOutput.contains("12  North"))
    try desk.call(["values", "assignedTo.account", "--like", "nobody"] + site, exits: 1)
    let text = try desk.call(["values", "subject"] + site, exits: 64)
    #expect(text.standardError.contains("is no menu, reference or lookup"))
    let misspelt = try desk.call(["values", "assignedTo.acount"] + site, exits: 64)
    #expect(misspelt.standardError.contains("did you mean 'assignedTo.account'?"))
  }

  /// The hint has the site and the resource, and leads to the job whose folder describes the site.
  @Test(arguments: ["my jobs/nightly.yaml", "sheet.csv"])
  func theHintWorksWhenPasted(_ source: String) throws {
    let desk = try Desk(incidents: 0, options: ["--records", "serviceRequests=3"])
    try desk.folder.write(
      "my jobs/sites.yaml",
      "pod: {kind: fusion-cx, url: \(desk.url), auth: {basic: {user: admin, password: {env: BULKPATCH_PASSWORD}}}}"
    )
    try desk.folder.write(
      "my jobs/nightly.yaml", "resource: serviceRequests\nsheet: ../sheet.csv\nsite: pod\n")
    try desk.folder.write("sheet.csv", "SrNumber,StatusCd\nSR1,Zzyzx\n")
    let site = source == "sheet.csv" ? ["--resource", "serviceRequests", "--site", desk.url] : []
    for command in [["check", source, "--live"], ["run", source, "--dry-run"]] {
      let output = try desk.bulkpatch.run(command + site).standardOutput
      let hint = try #require(output.firstMatch(of: /hint: '(.*)' lists what the site has/)?.1, "\(output)")
      let listed = try desk.bulkpatch.shell(String(hint))
      #expect(listed.standardOutput.contains("ORA_SVC_"), "\(hint)\n\(listed.standardError)")
    }
  }

  @Test func codesOfFusionAreCheckedAgainstItsLists() throws {
    let desk = try Desk(incidents: 0, options: ["--interactions", "3"])
    let site = ["--site", desk.url, "--resource", "interactions"]
    let values = try desk.call(["values", "StatusCd"] + site, exits: 0)
    #expect(values.standardOutput.contains("ACME_ON_HOLD    On hold"), "\(values.standardOutput)")
    let first = try desk.read(desk.database) {
      try Int64.fetchAll($0, sql: "SELECT id FROM fusion_row WHERE entity = 'interactions' ORDER BY id")
    }
    try desk.folder.write(
      "sheet.csv", "InteractionId,StatusCd\n\(first[0]),ACME_ON_HOLD\n\(first[1]),ACME_ON_HOLF\n")
    let result = try desk.call(["run", "sheet.csv"] + site, exits: 1)
    #expect(try desk.counts() == ["applied": 1, "rejected": 1])
    #expect(result.standardOutput.contains("unknown-name") || result.standardOutput.contains("rejected"))
  }
}
