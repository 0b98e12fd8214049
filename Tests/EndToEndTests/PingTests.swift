import Foundation
import JSON
import TestSupport
import Testing

/// `bulkpatch ping`: one line for each fact about a site, and only reads.
@Suite(.blocking) struct PingTests {
  @Test func aSiteOfB2CServiceAnswersEveryQuestion() throws {
    let desk = try Desk(incidents: 3)
    let result = try desk.call(
      ["ping", "--site", desk.url, "--resource", "incidents"], exits: 0)
    #expect(
      result.standardOutput == """
        address      \(desk.url) (b2c-service)
        tls          none: plain http
        login        admin, accepted
        permissions  read incidents: yes, read menus: yes, read field types: yes, read accounts: yes, change incidents: not known
        api          Connect REST v1.4
        pace         no pause asked for
        clock        the same as here

        """)
    #expect(result.standardError.isEmpty)
    #expect(try desk.changes().isEmpty)
    #expect(try desk.answers().keys.elementsEqual(["200"]))
  }

  @Test func aSiteOfFusionCXSaysItsVersions() throws {
    let desk = try Desk(incidents: 0, options: ["--interactions", "3"])
    let result = try desk.call(
      ["ping", "--site", desk.url, "--resource", "interactions"], exits: 0)
    #expect(
      result.standardOutput.contains(
        "resources 11.13.18.05, framework version 4 (1 to 9 allowed)\n"), "\(result.standardOutput)")
    #expect(result.standardOutput.contains("change interactions: yes"))
    #expect(result.standardOutput.contains("pace         not stated by the site\n"))
    #expect(try desk.changes().isEmpty)
  }

  @Test func thePaceIsThatOfTheHeader() throws {
    let desk = try Desk(incidents: 1, "--choice", "next-request-after=250")
    let result = try desk.call(
      ["ping", "--site", desk.url, "--resource", "incidents", "--json"], exits: 0)
    let json = try JSONValue(parsing: result.standardOutput)
    #expect(json["next_request_after_ms"] == 250)
    #expect(json["permissions"]?["read incidents"] == true)
    #expect(json["permissions"]?["change incidents"] == .null)
    #expect(json["clock_difference_ms"] == 0)
    #expect(json["exit_code"] == 0)
  }

  @Test func aRefusedLoginEndsWith77AndALine() throws {
    let desk = try Desk(incidents: 1)
    var runner = desk.bulkpatch
    runner.environment["BULKPATCH_PASSWORD"] = "wrong"
    let result = try runner.run(["ping", "--site", desk.url, "--resource", "incidents"])
    #expect(result.exitCode == 77)
    #expect(result.standardOutput.contains(/login +admin, refused\n/))
    #expect(result.standardError.contains("the login was refused"))
    #expect(result.standardError.contains("hint: "))
  }

  @Test func aSiteThatIsNotThereEndsWith69() throws {
    let desk = try Desk(incidents: 1)
    desk.sandbox.kill()
    let result = try desk.call(["ping", "--site", desk.url, "--resource", "incidents"], exits: 69)
    #expect(result.standardError.contains("the site cannot be reached"))
  }

  @Test(arguments: [
    ([], "no site is named"),
    (["--site", "http://127.0.0.1:1"], "a URL does not say which API answers there"),
    (["--site", "nowhere"], "there is no sites.yaml"),
  ])
  func aSiteMustBeNamed(arguments: [String], message: String) throws {
    let runner = BinaryRunner(in: try TemporaryFolder())
    let result = try runner.run(["ping"] + arguments)
    #expect([64, 78].contains(result.exitCode))
    #expect(result.standardError.contains(message), "\(result.standardError)")
  }
}
