import Foundation
import TestSupport
import Testing

/// Every way to log in and every place for a secret; the secret itself is nowhere else.
@Suite(.blocking) struct LoginTests {
  private static let secret = "hunter2-and-more"

  /// A site as `sites.yaml` has it, beside a job that names it.
  private func writeSite(_ desk: Desk, url: String, auth: String) throws {
    try desk.folder.write("sites.yaml", "desk:\n  kind: b2c-service\n  url: \(url)\n  auth: \(auth)\n")
    try desk.folder.write("job.yaml", "resource: incidents\nsheet: sheet.csv\nsite: desk\n")
    try desk.writeSheet(rows: 3, incidents: 3)
  }

  @Test(arguments: [
    "{env: DESK_SECRET}", "{file: secret.txt}", "{command: cat secret.txt}", "{credential: desk}",
  ])
  func aPasswordIsFetchedFromWhereItIs(source: String) throws {
    let desk = try Desk()
    var runner = desk.bulkpatch
    runner.environment = [
      "DESK_SECRET": "sandbox", "XDG_STATE_HOME": desk.folder.path("state"),
      "CREDENTIALS_DIRECTORY": desk.folder.path("credentials"),
    ]
    for name in ["secret.txt", "credentials/desk"] {
      let path = try desk.folder.write(name, "sandbox\n")
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    }
    try writeSite(desk, url: desk.url, auth: "{basic: {user: admin, password: \(source)}}")
    let result = try runner.run(["run", "job.yaml"])
    #expect(result.exitCode == 0, "\(result.standardError)")
    #expect(try desk.counts() == ["applied": 3])
  }

  /// Whoever reads the keys of a connection reads the login as well; libcurl would write them down at its start.
  @Test func theKeysOfConnectionsAreWrittenNowhere() throws {
    let desk = try Desk()
    try desk.writeSheet(rows: 3, incidents: 3)
    var runner = desk.bulkpatch
    runner.environment["SSLKEYLOGFILE"] = desk.folder.path("keys")
    let result = try runner.run(["run", "sheet.csv", "--resource", "incidents", "--site", desk.url])
    #expect(result.exitCode == 0, "\(result.standardError)")
    #expect(!FileManager.default.fileExists(atPath: desk.folder.path("keys")))
  }

  @Test(arguments: [("bearer", "Bearer"), ("session", "Session")])
  func aTokenIsSentAsTheSiteWantsIt(way: String, word: String) throws {
    let desk = try Desk()
    let server = try ScriptedServer(then: .answer(.json("{}")))
    try writeSite(desk, url: server.url, auth: "{\(way): {token: {env: TOKEN}}}")
    var runner = desk.bulkpatch
    runner.environment["TOKEN"] = Self.secret
    let result = try runner.run(["run", "job.yaml", "--lanes", "1"])
    #expect(server.requests.allSatisfy { $0.header("Authorization") == "\(word) \(Self.secret)" })
    #expect(!server.requests.isEmpty)
    try expectNoSecret(in: desk, result)
  }

  /// Neither the output nor any file of the run has it, whatever went wrong.
  @Test(arguments: [200, 401, 500]) func aSecretIsNowhereToBeFound(status: Int) throws {
    let desk = try Desk()
    let server = try ScriptedServer(then: .answer(.problem("\(status) X", #"{"title":"no"}"#)))
    try writeSite(desk, url: server.url, auth: "{basic: {user: admin, password: {env: DESK_SECRET}}}")
    var runner = desk.bulkpatch
    runner.environment["DESK_SECRET"] = Self.secret
    let result = try runner.run(["run", "job.yaml", "--retries-attempts", "1", "-v"])
    try expectNoSecret(in: desk, result)
  }

  @Test func aSecretThatIsNotThereIsNamedBeforeAnythingIsRead() throws {
    let desk = try Desk()
    try writeSite(desk, url: desk.url, auth: "{basic: {user: admin, password: {file: nowhere.txt}}}")
    let result = try desk.call(["run", "job.yaml"], exits: 77)
    #expect(result.standardError.contains("nowhere.txt"))
    #expect(result.standardError.contains("hint: "))
    #expect(try desk.runFolders().isEmpty)
  }

  private func expectNoSecret(in desk: Desk, _ result: BinaryRunner.Result) throws {
    let traces = [Self.secret, Data("admin:\(Self.secret)".utf8).base64EncodedString()]
    for trace in traces {
      #expect(!result.standardOutput.contains(trace) && !result.standardError.contains(trace))
      for folder in try desk.runFolders() {
        for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
          let bytes = FileManager.default.contents(atPath: "\(folder)/\(name)") ?? Data()
          #expect(bytes.range(of: Data(trace.utf8)) == nil, "\(name)")
        }
      }
    }
  }
}
