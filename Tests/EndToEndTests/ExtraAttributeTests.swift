import Foundation
import GRDB
import TestSupport
import Testing

/// Attributes that the catalogue does not know, and names that the site does not know.
@Suite(.blocking) struct ExtraAttributeTests {
  private static let first: Int64 = 300_100_000_000_001

  private func desk(_ options: String...) throws -> Desk {
    try Desk(incidents: 0, options: ["--interactions", "5"] + options)
  }

  private func writeJob(_ desk: Desk, _ lines: String, sheet: String = "sheet.csv") throws {
    try desk.folder.write(
      "job.yaml",
      """
      resource: interactions
      sheet: \(sheet)
      site: desk
      \(lines)

      """)
  }

  private func writeSite(_ desk: Desk, kind: String = "fusion-cx", _ lines: String = "") throws {
    try desk.folder.write(
      "sites.yaml",
      """
      desk:
        kind: \(kind)
        url: \(desk.url)
        auth: {basic: {user: admin, password: {env: BULKPATCH_PASSWORD}}}
        \(lines)

      """)
  }

  private func stored(_ attribute: String, of row: Int64, _ desk: Desk) throws -> String? {
    try desk.read(desk.database) { database in
      try String.fetchOne(
        database,
        sql: "SELECT json_extract(document, '$.\(attribute)') FROM fusion_row WHERE entity = ? AND id = ?",
        arguments: ["interactions", Self.first + row - 1])
    }
  }

  @Test func isCheckedSentVerifiedAndRolledBack() throws {
    let desk = try desk("--choice", "extra-attribute=LegacyCd")
    try writeSite(desk)
    try writeJob(desk, "extra_attributes: {LegacyCd: code(12)}")
    let (a, b, c) = (Self.first, Self.first + 1, Self.first + 2)
    try desk.folder.write(
      "sheet.csv", "InteractionId,LegacyCd\n\(a),OLD_1\n\(b),TOO_LONG_A_CODE\n\(c),OLD_3\n")
    let check = try desk.call(["check", "job.yaml"], exits: 1)
    #expect(check.standardOutput.contains("15 characters, at most 12 are allowed"), "\(check.standardOutput)")
    let dryRun = try desk.call(["run", "job.yaml", "--dry-run"], exits: 1)
    #expect(dryRun.standardOutput.contains("LegacyCd"))
    try desk.call(["run", "job.yaml"], exits: 1)
    #expect(try desk.states() == [1: "applied", 2: "rejected", 3: "applied"])
    #expect(try stored("LegacyCd", of: 1, desk) == "OLD_1")
    #expect(try desk.call(["verify", "latest"], exits: 0).standardOutput.contains("2 rows as asked"))
    let before = try desk.read(desk.runPath("run.sqlite")) { database in
      try String.fetchOne(database, sql: "SELECT before FROM snapshot WHERE row = 1")
    }
    #expect(before == #"{"LegacyCd":null}"#)

    try desk.folder.write("sheet.csv", "InteractionId,LegacyCd\n\(a),NEW_1\n")
    try desk.call(["run", "job.yaml"], exits: 0)
    #expect(try stored("LegacyCd", of: 1, desk) == "NEW_1")
    try desk.call(["rollback", "latest", "--yes"], exits: 0)
    #expect(try stored("LegacyCd", of: 1, desk) == "OLD_1")
  }

  @Test func aSiteDeclaresItForEveryJob() throws {
    let desk = try desk("--choice", "extra-attribute=LegacyCd")
    try writeSite(desk, "extra_attributes: {LegacyCd: code(12), Region_c: text(5)}")
    try writeJob(desk, "strict: false", sheet: "sheet.jsonl")
    try desk.folder.write(
      "sheet.jsonl",
      """
      {"InteractionId": \(Self.first), "LegacyCd": "OLD_1", "Region_c": "East"}
      {"InteractionId": \(Self.first + 1), "Region_c": "Far East"}

      """)
    try desk.call(["run", "job.yaml"], exits: 1)
    #expect(try desk.states() == [1: "applied", 2: "rejected"])
    #expect(try stored("LegacyCd", of: 1, desk) == "OLD_1")
  }

  @Test(arguments: [
    ("{LegacyCd: text(x)}", "'extra_attributes.LegacyCd' must be one of text, code"),
    ("{LegacyCd: boolean(1)}", "'extra_attributes.LegacyCd' must be one of text, code"),
    ("{Description: integer}", "the catalogue has this attribute, as text(1000)"),
    ("{CreatedBy: text}", "only the service sets it"),
    ("{References.Rank: integer}", "there is no list References"),
    ("text", "'extra_attributes' must be a mapping of attribute paths to types, not a single value"),
  ])
  func aWrongDeclarationEndsWith78(_ declaration: String, _ message: String) throws {
    let desk = try desk()
    try writeSite(desk)
    try writeJob(desk, "extra_attributes: \(declaration)")
    try desk.folder.write("sheet.csv", "InteractionId,Description\n\(Self.first),x\n")
    let result = try desk.call(["check", "job.yaml"], exits: 78)
    #expect(result.standardError.contains(message), "\(result.standardError)")
  }

  @Test func namesAnUnknownAttributeAndTheRemedy() throws {
    let desk = try desk("--choice", "missing-attribute=QueueId")
    try desk.folder.write(
      "sheet.csv",
      """
      InteractionId,Description,QueueId
      \(Self.first),one,
      \(Self.first + 1),two,300100023000001
      \(Self.first + 2),,300100023000001

      """)
    let run = try desk.call(
      ["run", "sheet.csv", "--resource", "interactions", "--site", desk.url], exits: 1)
    #expect(try desk.states() == [1: "applied", 2: "failed", 3: "failed"])
    #expect(
      run.standardOutput.contains("the site does not know QueueId: the site's release does not have it"),
      "\(run.standardOutput)")
    #expect(!run.standardOutput.contains("the site cannot be used"))
    #expect(try desk.runText("failed.csv").contains("leave it out with 'ignore'"))
  }

  @Test func leavesOutUnknownAttributesThatNoRowAsksFor() throws {
    // It follows the channel, and is read along with it.
    let desk = try desk("--choice", "missing-attribute=ChannelTypeCd")
    try desk.folder.write("sheet.csv", "InteractionId,ChannelId\n\(Self.first),2\n\(Self.first + 1),3\n")
    try desk.call(["run", "sheet.csv", "--resource", "interactions", "--site", desk.url], exits: 0)
  }

  @Test func namesAKeyThatTheSiteDoesNotKnow() throws {
    let desk = try desk("--choice", "missing-attribute=InteractionNumber")
    try desk.folder.write("sheet.csv", "InteractionNumber,Description\nINT0000000001,x\n")
    let run = try desk.call(
      ["run", "sheet.csv", "--resource", "interactions", "--site", desk.url], exits: 78)
    let said = run.standardError + run.standardOutput
    #expect(said.contains("interactions cannot be looked up by InteractionNumber: "), "\(said)")
    #expect(said.contains("attribute_names"), "\(said)")
    #expect(!said.contains("the site cannot be used"))
  }

  @Test func aSiteWithoutTheDeclaredAttributeSaysSo() throws {
    let desk = try desk()
    try desk.folder.write("sheet.csv", "InteractionId,LegacyCd\n\(Self.first),OLD\n")
    let run = try desk.call(
      [
        "run", "sheet.csv", "--resource", "interactions", "--site", desk.url, "--extra-attribute",
        "LegacyCd=code(12)",
      ], exits: 1)
    #expect(run.standardOutput.contains("the site does not know LegacyCd"), "\(run.standardOutput)")
    #expect(run.standardOutput.contains("extra_attributes"))
  }

  @Test func anOlderSiteIsAskedForItsVersion() throws {
    let desk = try Desk("--choice", "api-version=v1.3")
    try desk.folder.write(
      "sheet.csv",
      "id,subject,threads.append.text,threads.append.entryType\n1,one,a note,1\n2,two,,\n")
    let refused = try desk.call(desk.run("sheet.csv"), exits: 78)
    #expect(refused.standardError.contains("v1.4"), "\(refused.standardError)")
    #expect(refused.standardError.contains("api_version"), "\(refused.standardError)")
    try writeSite(desk, kind: "b2c-service", "api_version: v1.3")
    let arguments = ["run", "sheet.csv", "--resource", "incidents", "--site", "desk"]
    try desk.call(arguments + ["--verify"], exits: 0)
    #expect(try desk.threads { $0 == "a note" }.values.count == 1)
    try desk.call(["rollback", "latest", "--yes"], exits: 5)

    try writeSite(desk, kind: "b2c-service", "api_version: v2.0")
    let wrong = try desk.call(arguments, exits: 78)
    #expect(wrong.standardError.contains("'desk.api_version' must be one of v1.4, v1.3, latest, not 'v2.0'"))
  }
}
