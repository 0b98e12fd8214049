import Foundation
import GRDB
import TestSupport
import Testing

/// What a site adds to the catalogue: saved, checked with, run with, and kept by the run.
@Suite(.blocking) struct OverlayTests {
  /// Saves what a desk adds to the catalogue.
  private func save(_ resource: String, of desk: Desk) throws -> BinaryRunner.Result {
    try desk.call(["resources", resource, "--site", desk.url, "--save", "overlay.json"], exits: 0)
  }

  private func overlay(_ desk: Desk) throws -> String {
    try String(contentsOfFile: desk.folder.path("overlay.json"), encoding: .utf8)
  }

  /// A desk whose site has renamed a menu value, has another custom field and a shorter subject, and lacks three things.
  private func changedDesk(incidents: Int = 8) throws -> Desk {
    let desk = try Desk(incidents: 0)
    _ = try save("incidents", of: desk)
    var text = try overlay(desk)
    for (old, new) in [
      (#""4": "1 - Critical""#, #""4": "Sev 1""#), ("customFields.c.external_ref", "customFields.c.ticket"),
      (#""type": "text(60)""#, #""type": "text(20)", "title": "Case ticket""#),
      (
        #""api": "b2c-service","#,
        #""api": "b2c-service", "absent": ["disposition", "otherContacts", "queue"],"#
      ),
      (#""severity": {"#, #""subject": {"type": "text(30)"}, "severity": {"#),
    ] {
      try #require(text.contains(old), "\(old)")
      text = text.replacing(old, with: new, maxReplacements: 1)
    }
    return try Desk(incidents: incidents, "--catalogue", desk.folder.write("model.json", text))
  }

  private static let sheet = """
    id,subject,severity,disposition,customFields.c.ticket,customFields.c.external_ref,otherContacts.add
    1,One,2 - Major,,T-1,,
    2,Two,1 - Critical,,T-2,,
    3,Three,,Answered,,,
    4,Four,,,,X-4,
    5,Five,,,,,7
    6,A subject that this site has no room for,,,,,
    7,Seven,Sev 1,,T-7,,

    """

  @Test func savesTheSameFileAgainAndAnotherResourceBesides() throws {
    let desk = try Desk(incidents: 0, options: ["--interactions", "3"])
    let saved = try save("incidents", of: desk)
    #expect(
      saved.standardOutput
        == "overlay.json: incidents: attributes of the site's own: 9, attributes that it does not have: 0, "
        + "menus and lookups: 14\n")
    #expect(saved.standardError == "")
    let first = try overlay(desk)
    _ = try save("incidents", of: desk)
    #expect(try overlay(desk) == first)
    let both = try desk.call(
      ["resources", "interactions", "--site", desk.url, "--save", "overlay.json", "--json"], exits: 0)
    #expect(both.standardOutput == #"{"file":"overlay.json","added":10,"absent":0,"menus":2}"# + "\n")
    #expect(try overlay(desk).contains(#""ORA_SVC_OPEN": "Open""#))
    #expect(try overlay(desk).contains(#""customFields.Field.PartCode": {"#))
    // A sandbox of that model describes itself in the same words.
    let copy = try Desk(
      incidents: 3, options: ["--interactions", "3", "--catalogue", desk.folder.path("overlay.json")])
    for resource in ["incidents", "interactions"] { _ = try save(resource, of: copy) }
    #expect(try overlay(copy) == overlay(desk))
  }

  @Test func replacesNoOtherFile() throws {
    let desk = try Desk(incidents: 0)
    try desk.folder.write("overlay.json", "{\"mine\": 1}")
    let refused = try desk.call(
      ["resources", "incidents", "--site", desk.url, "--save", "overlay.json"], exits: 78)
    #expect(refused.standardError.contains("overlay.json: is not an overlay"), "\(refused.standardError)")
    #expect(try overlay(desk) == "{\"mine\": 1}")
    #expect(try desk.answers().isEmpty)
    for arguments in [["resources", "--save", "x"], ["resources", "--site", "x"]] {
      try desk.call(arguments, exits: 64)
    }
    try desk.call(["resources", "incidents", "--site", "x"], exits: 78)
  }

  @Test func checkLiveNamesEachRowThatTheSiteDoesNotTake() throws {
    let desk = try changedDesk()
    try desk.folder.write("sheet.csv", Self.sheet)
    let live = try desk.call(
      ["check", "sheet.csv", "--resource", "incidents", "--site", desk.url, "--live"], exits: 1)
    for line in [
      "sheet.csv:3: severity: no value at the site has the name '1 - Critical'",
      "sheet.csv:4: disposition: the site does not have this attribute, 'Answered' [not-at-site]",
      "sheet.csv:5: customFields.c.external_ref: the site does not have this attribute, 'X-4' [not-at-site]",
      "sheet.csv:6: otherContacts.add: the site does not have this attribute, '7' [not-at-site]",
      "sheet.csv:7: subject: 40 characters, at most 30 are allowed",
      "subject: at most 30 characters at the site, 240 in the catalogue\n  hint: the shorter length is used",
      "7 rows: 2 valid, 5 rejected",
    ] {
      #expect(live.standardOutput.contains(line), "\(line)\n\(live.standardOutput)")
    }
    #expect(!live.standardOutput.contains("undeclared-custom-field"))
  }

  @Test func checkFindsTheSameOfflineWithTheOverlay() throws {
    let desk = try changedDesk()
    let saved = try save("incidents", of: desk)
    #expect(saved.standardError.contains("note: overlay.json: subject: at most 30 characters at the site"))
    try desk.folder.write("sheet.csv", Self.sheet)
    let asked = try desk.answers().values.reduce(0, +)
    let check = ["check", "sheet.csv", "--resource", "incidents", "--overlay", "overlay.json"]
    let offline = try desk.call(check, exits: 1)
    for line in [
      "overlay.json: subject: at most 30 characters at the site, 240 in the catalogue",
      "sheet.csv:3: severity: warning: not in the site's menu when the overlay was saved, '1 - Critical'",
      "sheet.csv:4: disposition: the site does not have this attribute",
      "sheet.csv:6: otherContacts.add: the site does not have this attribute",
      "sheet.csv:7: subject: 40 characters, at most 30 are allowed",
    ] {
      #expect(offline.standardOutput.contains(line), "\(line)\n\(offline.standardOutput)")
    }
    #expect(
      try desk.call(check + ["--json"], exits: 1).standardOutput.contains(
        #""disagreements":[{"attribute":"subject","#))
    #expect(try desk.answers().values.reduce(0, +) == asked)
  }

  @Test func aSheetInJSONIsCheckedInTheSameWay() throws {
    let desk = try changedDesk()
    _ = try save("incidents", of: desk)
    try desk.folder.write(
      "sheet.jsonl",
      """
      {"id": 1, "subject": "One", "severity": {"id": 99}}
      {"id": 2, "disposition": {"id": 1}, "otherContacts": [{"id": 7}]}
      {"id": 3, "customFields": {"c": {"ticket": "longer than twenty characters"}}}

      """)
    for source in [["--overlay", "overlay.json"], ["--site", desk.url, "--live"]] {
      let check = try desk.call(["check", "sheet.jsonl", "--resource", "incidents"] + source, exits: 1)
      #expect(check.standardOutput.contains("3 rows: 1 valid, 2 rejected"), "\(check.standardOutput)")
      #expect(check.standardOutput.contains("otherContacts: the site does not have this attribute"))
      #expect(check.standardOutput.contains("29 characters, at most 20 are allowed"))
    }
  }

  @Test(arguments: ["delete", "change", "break"]) func theRunKeepsTheOverlayItWasMadeWith(what: String) throws
  {
    let desk = try changedDesk()
    _ = try save("incidents", of: desk)
    try desk.folder.write(
      "sheet.csv", "id,subject,customFields.c.ticket,severity\n1,One,T-1,Sev 1\n2,Two,T-2,Sev 1\n3,Three,,5\n"
    )
    try desk.folder.write(
      "job.yaml", "resource: incidents\nsheet: sheet.csv\nsite: desk\n")
    try desk.folder.write(
      "sites.yaml",
      """
      desk:
        kind: b2c-service
        url: \(desk.url)
        auth: {basic: {user: admin, password: {env: BULKPATCH_PASSWORD}}}
        overlay: overlay.json

      """)
    let dry = try desk.call(["run", "job.yaml", "--dry-run"], exits: 0)
    #expect(dry.standardError.contains("note: overlay.json: subject: at most 30 characters at the site"))
    try desk.call(["run", "job.yaml", "--stage-only"], exits: 0)
    switch what {
    case "delete": try FileManager.default.removeItem(atPath: desk.folder.path("overlay.json"))
    case "change":
      let text = try overlay(desk).replacing(#""type": "text(20)""#, with: #""type": "integer""#)
        .replacing(#""disposition","#, with: #""disposition", "subject","#)
      try desk.folder.write("overlay.json", text)
    default: try desk.folder.write("overlay.json", "{")
    }
    let described = try requests(for: "metadata-catalog", desk)
    let resumed = try desk.call(["resume", "latest", "--yes"], exits: 0)
    #expect(!resumed.standardError.contains("overlay"), "\(resumed.standardError)")
    #expect(try desk.counts() == ["applied": 3])
    #expect(try desk.call(["verify", "latest"], exits: 0).standardOutput.contains("3 rows as asked"))
    let run = try desk.runPath("")
    try desk.call(["rollback", "latest", "--yes"], exits: 0)
    try desk.call(["verify", "latest"], exits: 0)
    #expect(try requests(for: "metadata-catalog", desk) == described)
    // The dry run's plan as well.
    try desk.call(
      ["apply", String(try desk.runFolders()[0].split(separator: "/").last ?? ""), "--yes"], exits: 0)
    #expect(try desk.facts().contains(#"incident 2 customFields.c.ticket: T-2"#))
    #expect(run.hasSuffix("-job/"))
    // A new run reads the file, and says so.
    let new = try desk.call(["check", "job.yaml"], exits: what == "delete" ? 66 : what == "change" ? 65 : 78)
    #expect(
      (new.standardError + new.standardOutput).contains("overlay"),
      "\(new.standardError)\(new.standardOutput)")
  }

  @Test func aRunWithoutAnOverlayStaysWithoutOne() throws {
    let desk = try changedDesk()
    try desk.folder.write("sheet.csv", "id,subject\n1,One\n")
    let site =
      "desk: {kind: b2c-service, url: \(desk.url), auth: {basic: {user: admin, password: {env: BULKPATCH_PASSWORD}}}"
    try desk.folder.write("sites.yaml", site + "}\n")
    let arguments = ["sheet.csv", "--resource", "incidents", "--site", "desk"]
    try desk.call(["run"] + arguments + ["--stage-only"], exits: 0)
    try desk.folder.write("sites.yaml", site + ", overlay: none.json}\n")
    try desk.call(["resume", "latest", "--yes"], exits: 0)
    #expect(try desk.counts() == ["applied": 1])
    let other = try desk.call(["run"] + arguments, exits: 66)
    #expect(other.standardError.contains("none.json: no such overlay"), "\(other.standardError)")
    let condition = ["--only-if", "queue=5", "--live"]
    try desk.folder.write("sites.yaml", site + "}\n")
    let absent = try desk.call(["check"] + arguments + condition, exits: 64)
    #expect(
      absent.standardError.contains("the site does not have this attribute, 'queue'"),
      "\(absent.standardError)")
  }

  @Test func aShardHasTheOverlayOfItsRun() throws {
    let desk = try changedDesk()
    _ = try save("incidents", of: desk)
    try desk.folder.write("sheet.csv", "id,customFields.c.ticket\n1,T-1\n2,T-2\n3,T-3\n4,T-4\n")
    try desk.folder.write(
      "job.yaml",
      """
      resource: incidents
      sheet: sheet.csv
      overlay: overlay.json
      site:
        kind: b2c-service
        url: \(desk.url)
        auth: {basic: {user: admin, password: {env: BULKPATCH_PASSWORD}}}
        overlay: not-read.json

      """)
    try desk.call(["run", "job.yaml", "--stage-only", "--quiet"], exits: 0)
    try desk.call(["split", "latest", "--into", "2", "--quiet"], exits: 0)
    try FileManager.default.removeItem(atPath: desk.folder.path("overlay.json"))
    let folder = try #require(try desk.runFolders().last)
    for number in 0...1 { try desk.call(["resume", "\(folder)/shards/\(number)", "--quiet"], exits: 0) }
    try desk.call(["gather", "latest", "--quiet"], exits: 0)
    #expect(try desk.counts() == ["applied": 4])
    #expect(try desk.facts().isSuperset(of: (1...4).map { "incident \($0) customFields.c.ticket: T-\($0)" }))
  }

  private func requests(for word: String, _ desk: Desk) throws -> Int {
    try desk.read(desk.database) { database in
      try Int.fetchOne(
        database, sql: "SELECT count(*) FROM request_log WHERE path LIKE ?", arguments: ["%\(word)%"]) ?? 0
    }
  }

  @Test func interactionsHaveOneToo() throws {
    let desk = try Desk(incidents: 0, options: ["--interactions", "4"])
    _ = try save("interactions", of: desk)
    let model = try overlay(desk)
      .replacing(
        #""api": "fusion-cx","#, with: #""api": "fusion-cx", "absent": ["QueueId", "InteractionData"],"#
      )
      .replacing(
        #""Visits_c": {"#,
        with: #""Tier_c": {"type": "code(30)", "title": "Level", "values": {"GOLD": "Gold"}}, "Visits_c": {"#,
        maxReplacements: 1
      ).replacing(#""attributes": {"#, with: #""names": {"SubstatusCd": "SubStatusCd"}, "attributes": {"#)
    let site = try Desk(
      incidents: 0, options: ["--interactions", "4", "--catalogue", desk.folder.write("m.json", model)])
    let id: Int64 = 300_100_000_000_001
    try site.folder.write(
      "sheet.csv",
      """
      InteractionId,Description,QueueId,SubstatusCd,Tier_c
      \(id),one,,,GOLD
      \(id + 1),two,300100023000001,,
      \(id + 2),three,,ACME_STALE,
      \(id + 3),four,,,BRONZE

      """)
    let live = try site.call(
      ["check", "sheet.csv", "--resource", "interactions", "--site", site.url, "--live"], exits: 1)
    for line in [
      "sheet.csv:3: QueueId: the site does not have this attribute",
      "sheet.csv:4: SubstatusCd: the site spells this attribute SubStatusCd",
      "sheet.csv:5: Tier_c: no value at the site has the name 'BRONZE'", "4 rows: 1 valid, 3 rejected",
    ] {
      #expect(live.standardOutput.contains(line), "\(line)\n\(live.standardOutput)")
    }
    _ = try save("interactions", of: site)
    let sheet = try String(contentsOfFile: site.folder.path("sheet.csv"), encoding: .utf8)
    try site.folder.write("sheet.csv", sheet.replacing("SubstatusCd", with: "SubStatusCd"))
    let arguments = [
      "sheet.csv", "--resource", "interactions", "--site", site.url, "--overlay", "overlay.json",
    ]
    try site.call(["run"] + arguments, exits: 1)
    #expect(try site.states() == [1: "applied", 2: "rejected", 3: "applied", 4: "rejected"])
    try FileManager.default.removeItem(atPath: site.folder.path("overlay.json"))
    try site.call(["rollback", "latest", "--yes"], exits: 0)
  }

  @Test func initKnowsTheTitlesOfTheSite() throws {
    let desk = try changedDesk(incidents: 2)
    _ = try save("incidents", of: desk)
    try desk.folder.write(
      "sites.yaml", "desk: {kind: b2c-service, url: \(desk.url), overlay: overlay.json}\n")
    try desk.folder.write("export.csv", "Incident ID,Case ticket\n1,T-1\n")
    try desk.call(["init", "export.csv", "--site", "desk", "--no-questions"], exits: 0)
    let job = try String(contentsOfFile: desk.folder.path("export.yaml"), encoding: .utf8)
    #expect(job.contains("Case ticket: customFields.c.ticket"), "\(job)")
  }

  @Test func aCatalogueThatIsNoneEndsTheSandbox() throws {
    let folder = try TemporaryFolder()
    let bulkpatch = BinaryRunner(in: folder)
    try folder.write("c.json", #"{"overlay": 1, "resources": {"incidents": {"api": "x"}}}"#)
    let wrong = try bulkpatch("sandbox", "--catalogue", "c.json")
    #expect(wrong.exitCode == 65)
    #expect(
      wrong.standardError.contains("c.json: 'resources.incidents.api' must be b2c-service or fusion-cx"))
    #expect(try bulkpatch("sandbox", "--catalogue", "none.json").exitCode == 66)
  }
}
