import Foundation
import TestSupport
import Testing

/// Trouble outside the sheet: one clear sentence with a hint, the documented exit code, and a run that
/// resumes when the cause is fixed.
@Suite(.blocking) struct TroubleTests {
  /// Requires that standard error is one message with one hint, in our wording.
  private func expectMessage(
    _ result: BinaryRunner.Result, _ message: String, hint: String,
    location: SourceLocation = #_sourceLocation
  ) {
    let lines = result.standardError.split(separator: "\n")
    #expect(lines.count == 2, "\(result.standardError)", sourceLocation: location)
    let first = lines.first ?? ""
    #expect(
      first.hasPrefix("bulkpatch: ") && first.contains(message), "\(first)", sourceLocation: location)
    #expect(lines.last?.hasPrefix("hint: \(hint)") == true, "\(lines.last ?? "")", sourceLocation: location)
  }

  private func resumesToTheEnd(
    _ desk: Desk, _ options: String..., location: SourceLocation = #_sourceLocation
  ) throws {
    try desk.call(["resume", "latest", "--quiet"] + options, exits: 0, location: location)
    #expect(try desk.counts() == ["applied": 3], sourceLocation: location)
  }

  @Test func aSiteThatIsNotThere() throws {
    let desk = try Desk()
    try desk.writeSheet(rows: 3, incidents: 3)
    let wrong = ["run", "sheet.csv", "--resource", "incidents", "--site"]
    let nobody = try ClosedPort()
    let refused = try desk.call(wrong + [nobody.url], exits: 69)
    expectMessage(
      refused, "the site cannot be reached: cannot connect: connection refused",
      hint: "check url and its port")
    #expect(refused.standardError.contains("--site URL': every row is staged, nothing was sent"))
    try resumesToTheEnd(desk, "--site", desk.url)

    try desk.folder.write("sheet.csv", "id,subject\n1,x\n2,y\n3,z\n")
    let unknown = try desk.call(wrong + ["https://no-such-host.invalid"], exits: 69)
    expectMessage(
      unknown, "https://no-such-host.invalid: the site cannot be reached: the host name cannot be resolved",
      hint: "check url")
    try resumesToTheEnd(desk, "--site", desk.url)
  }

  @Test func aWebServerThatIsNotTheService() throws {
    let desk = try Desk()
    try desk.writeSheet(rows: 3, incidents: 3)
    let server = try ScriptedServer(
      then: .answer(.answer("200 OK", ["Content-Type: text/html"], body: "<html>hi</html>")))
    let result = try desk.call(
      ["run", "sheet.csv", "--resource", "incidents", "--site", server.url], exits: 78)
    expectMessage(
      result, "does not look like a B2C Service site", hint: "check url; a login portal or a proxy")
    try resumesToTheEnd(desk, "--site", desk.url)
  }

  @Test func aLoginThatIsRefused() throws {
    let desk = try Desk()
    try desk.writeSheet(rows: 3, incidents: 3)
    var wrong = desk.bulkpatch
    wrong.environment["BULKPATCH_PASSWORD"] = "guessed"
    let result = try wrong.run(desk.run("sheet.csv"))
    #expect(result.exitCode == 77)
    expectMessage(result, "the login was refused: ", hint: "check the user and the secret")
    #expect(!result.standardError.contains("guessed"))
    try resumesToTheEnd(desk)
  }

  @Test func aPermissionThatIsMissing() throws {
    let desk = try Desk()
    try desk.writeSheet(rows: 3, incidents: 3)
    let body = #"{"title":"You are not authorized","status":"403","o:errorCode":"OSC-CREST-00009"}"#
    let server = try ScriptedServer(then: .answer(.problem("403 Forbidden", body)))
    let result = try desk.call(
      ["run", "sheet.csv", "--resource", "incidents", "--site", server.url], exits: 77)
    expectMessage(result, "You are not authorized", hint: "ask the site's administrator")
    try resumesToTheEnd(desk, "--site", desk.url)
  }

  @Test func aSheetOrJobThatIsMissing() throws {
    let desk = try Desk()
    expectMessage(
      try desk.call(desk.run("sheet.csv"), exits: 66), "sheet.csv: there is no such file",
      hint: "check the path")
    expectMessage(
      try desk.call(["run", "job.yaml"], exits: 66), "job.yaml: no such job file", hint: "check the path"
    )
    #expect(try desk.runFolders().isEmpty)
  }

  @Test func aJobWithAMisspeltKey() throws {
    let desk = try Desk()
    try desk.writeSheet(rows: 3, incidents: 3)
    try desk.folder.write(
      "job.yaml", "resource: incidents\nsheet: sheet.csv\nsite: \(desk.url)\ncolums: {Incident: id}\n")
    expectMessage(
      try desk.call(["run", "job.yaml"], exits: 78), "job.yaml:4: unknown key 'colums'",
      hint: "did you mean 'columns'?")
    #expect(try desk.runFolders().isEmpty)
  }

  @Test func aStateFolderThatIsReadOnly() throws {
    let desk = try Desk()
    try desk.writeSheet(rows: 3, incidents: 3)
    // Root may write anywhere, but even root cannot make a folder there.
    let folder = "/proc/bulkpatch"
    let result = try desk.call(desk.run("sheet.csv", "--state-dir", folder), exits: 74)
    expectMessage(
      result, "\(folder): the state folder cannot be written to", hint: "check its owner and the space left")
    let file = try desk.folder.write("file", "")
    let other = try desk.call(desk.run("sheet.csv", "--state-dir", file), exits: 74)
    expectMessage(other, "the state folder cannot be written to", hint: "check its owner")
    #expect(try desk.changes().isEmpty)
  }

  /// The catalogue cannot know a site's own attributes; one row that misspells one must not hold up the
  /// others.
  @Test func anAttributeThatTheSiteDoesNotHave() throws {
    let desk = try Desk()
    try desk.folder.write(
      "sheet.jsonl",
      """
      {"id": 1, "subject": "one", "threads": [{"text": "a note", "entryType": {"id": 1}}]}
      {"id": 2, "customFields": {"c": {"nope": "x"}}}
      {"id": 3, "subject": "three"}
      {"id": 1, "subject": "four", "customFields": {"c": {"nope": "x"}}}
      {"id": 1, "subject": "five"}

      """)
    let plan = try desk.call(desk.run("sheet.jsonl", "--dry-run"), exits: 1)
    #expect(plan.standardOutput.contains("its record cannot be read"), "\(plan.standardOutput)")
    #expect(plan.standardOutput.contains("customFields.c.nope"))
    let run = try desk.call(desk.run("sheet.jsonl"), exits: 1)
    #expect(run.standardOutput.contains("customFields.c.nope"), "\(run.standardOutput)")
    #expect(
      try desk.states() == [1: "applied", 2: "failed", 3: "applied", 4: "failed", 5: "blocked"])
    #expect(try desk.changes().map(\.recordID).sorted() == [1, 3])
  }

  @Test func anAttributeThatFusionDoesNotHave() throws {
    let desk = try Desk(options: ["--interactions", "5"])
    try desk.folder.write(
      "sheet.csv",
      "InteractionId,Description,Own_c\n300100000000001,one,x\n300100000000002,two,\n300100000000003,,y\n")
    // Its metadata says so before anything is staged.
    let result = try desk.call(
      ["run", "sheet.csv", "--resource", "interactions", "--site", desk.url], exits: 65)
    #expect(result.standardError.contains("the site has no custom field Own_c"))
    #expect(try desk.runFolders().isEmpty)
  }
}
