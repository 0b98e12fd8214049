import Foundation
import GRDB
import TestSupport
import Testing

/// A run is about the records of one site: nothing is sent to another unless the user says that it is the
/// same.
@Suite(.blocking) struct OtherSiteTests {
  private let desk: Desk
  private let other: Desk

  init() throws {
    (desk, other) = (try Desk(incidents: 10), try Desk(incidents: 10))
    try desk.folder.write("sheet.csv", "id,subject\n1,a\n2,b\n3,c\n")
    try desk.folder.write(
      "sites.yaml",
      """
      desk:
        kind: b2c-service
        url: \(desk.url)
        auth: {basic: {user: admin, password: {env: BULKPATCH_PASSWORD}}}

      """)
    try desk.folder.write("job.yaml", "resource: incidents\nsheet: sheet.csv\nsite: desk\n")
  }

  private func moveSite() throws {
    try desk.folder.write(
      "sites.yaml", try desk.folder.read("sites.yaml").replacing(desk.url, with: other.url))
  }

  @Test func refusesAnotherHostOnceARowWasSent() throws {
    try desk.call(["run", "job.yaml", "--canary", "1", "--quiet"], exits: 3)
    for command in ["resume", "verify", "rollback"] {
      let refused = try desk.call([command, "latest", "--site", other.url], exits: 78)
      #expect(refused.standardError.contains("belongs to desk (\(desk.url)), and would continue at "))
      #expect(refused.standardError.contains("(\(other.url))"))
      #expect(refused.standardError.contains("if it is the same site at a new address, add --site-moved"))
    }
    try moveSite()
    try desk.call(["resume", "latest"], exits: 78)
    // As a signal would have left it, for the next night to resume.
    try desk.change(
      desk.runPath("run.sqlite"), "UPDATE run SET canary_end = NULL, exit_code = 143, stopped_because = 'x'")
    try desk.call(["run", "job.yaml", "--continue"], exits: 78)
    #expect(try other.changes().isEmpty)
  }

  @Test func refusesToApplyThePlanOfAnotherHost() throws {
    try desk.call(["run", "job.yaml", "--dry-run", "--quiet"], exits: 0)
    try desk.call(["apply", "latest", "--site", other.url], exits: 78)
    try moveSite()
    try desk.call(["apply", "latest"], exits: 78)
    #expect(try other.changes().isEmpty)
  }

  @Test func refusesAnotherHostOnceAKeyWasLookedUp() throws {
    let number: String = try desk.read(desk.database) { database in
      try String.fetchOne(database, sql: "SELECT name FROM b2c_row WHERE entity = 'incidents' AND id = 2")
        ?? ""
    }
    try desk.folder.write("sheet.csv", "referenceNumber,subject\n\(number),a\n")
    // Keys are looked up, and nothing is sent: the window closes in between.
    try desk.call(["run", "job.yaml", "--dry-run", "--quiet"], exits: 0)
    try desk.change(desk.runPath("run.sqlite"), "DELETE FROM plan; UPDATE run SET planned = NULL")
    try desk.call(["resume", "latest", "--site", other.url], exits: 78)
  }

  @Test func resumesAtANewAddressWhenTheUserSaysSo() throws {
    try desk.call(["run", "job.yaml", "--canary", "1", "--quiet"], exits: 3)
    let moved = try desk.call(["resume", "latest", "--site", other.url, "--site-moved"], exits: 0)
    #expect(moved.standardOutput.contains("in place of desk (\(desk.url)) since "))
    #expect(try other.changes().count == 2)
    // It is on record, and is the run's site from now on.
    let shown = try desk.call(["show", "latest", "--json"], exits: 0)
    #expect(shown.standardOutput.contains("\"from_url\": \"\(desk.url)\""))
    try desk.call(["verify", "latest", "--quiet"], exits: 5)
    try desk.call(["verify", "latest", "--site", "desk"], exits: 78)
    try desk.call(["rollback", "latest", "--quiet"], exits: 0)
    #expect(try other.changes().count == 4)
  }

  @Test func leavesTheChoiceUntilTheFirstRequest() throws {
    try desk.call(["run", "job.yaml", "--stage-only", "--quiet"], exits: 0)
    try desk.call(["resume", "latest", "--site", other.url, "--quiet"], exits: 0)
    #expect(try other.changes().count == 3)
    let shown = try desk.call(["show", "latest"], exits: 0)
    #expect(shown.standardOutput.contains(" incidents at \(other.url.dropFirst("http://".count)) ("))
  }
}
