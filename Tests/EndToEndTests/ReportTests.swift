import Foundation
import TestSupport
import Testing

/// `bulkpatch report` and `changes.csv` with the real binary; `ReportBrowserTests` opens the pages.
@Suite(.blocking) struct ReportTests {
  private func page(_ desk: Desk, _ options: String...) throws -> String {
    try desk.call(["report", "latest", "-o", "page.html"] + options, exits: 0)
    return try desk.folder.read("page.html")
  }

  @Test func saysWhoChangedWhatAndWhy() throws {
    let desk = try Desk(incidents: 30)
    try desk.folder.write(
      "sheet.csv",
      "id,assignedTo.account,subject,threads.append.text,threads.append.entryType\n"
        + "1,12,new,,\n2,12,,a note,1\n999,12,,,\n3,12,,,\n")
    try desk.folder.write(
      "job.yaml", "resource: incidents\nsheet: sheet.csv\nsite: incidents\nreason: Tier 1 is dissolved\n")
    try desk.writeSites()
    try desk.call(["run", "job.yaml", "--quiet"], exits: 1)
    let page = try page(desk)
    for text in [
      "Tier 1 is dissolved", "logged in to the site as admin", "5 changes to 3 incidents", "threads (added)",
      "there is no incident with id 999", "an added thread cannot be rolled back", "sheet: sheet.csv",
      "SHA-256 of the sheet",
    ] {
      #expect(page.contains(text), "\(text)")
    }
    #expect(page.contains(/@[^<]+<\/bdi>/))
    let attributes = try FileManager.default.attributesOfItem(atPath: desk.folder.path("page.html"))
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    let lines = try desk.runText("changes.csv").split(separator: "\n")
    #expect(lines[0].trimmingPrefix("\u{FEFF}") == "record,attribute,before,after,row,time")
    #expect(lines.count == 6)
    #expect(lines.dropFirst().allSatisfy { $0.contains(/,\d,\d{4}-\d\d-\d\dT[0-9:.]+Z$/) })
    #expect(lines.contains { $0.contains("2,threads,,\"text \"\"a note\"\"") }, "\(lines)")
  }

  @Test func holdsNothingThatActs() throws {
    let desk = try Desk(incidents: 40)
    try desk.folder.write("sheet.csv", HostileSheet.rows)
    try desk.call(desk.run("sheet.csv", "--quiet", "--reason", "<script>why</script>"), exits: 0)
    let page = try page(desk)
    #expect(page.contains("default-src &#39;none&#39;") || page.contains("default-src 'none'"))
    // The page's own parts: its data and its script.
    #expect(page.matches(of: /<script/.ignoresCase()).count == 2)
    #expect(page.matches(of: /<\/script/.ignoresCase()).count == 2)
    #expect(page.matches(of: /<\/style/.ignoresCase()).count == 1)
    #expect(!page.contains("<img") && !page.contains("<b ") && !page.contains("<!--"))
    #expect(!page.contains("\u{202E}"))
    #expect(!page.contains(/<[^>]*\s(?:src|href)=(?!"data:,"|"#)/))
    #expect(page.utf8.count < 200_000)
    // The whole text is in the run's folder.
    #expect(try desk.runText("changes.csv").utf8.count > 349_525)
  }

  @Test func isThePlanOfADryRunAndTheBucketsOfARollback() throws {
    let desk = try Desk(incidents: 30)
    try desk.writeSheet(rows: 20, incidents: 20)
    try desk.call(desk.run("sheet.csv", "--dry-run", "--quiet"), exits: 0)
    var page = try page(desk)
    for text in ["Plan, for approval", "20 changes would be made", "not approved yet", "bulkpatch apply"] {
      #expect(page.contains(text), "\(text)")
    }
    #expect(try desk.runText("changes.csv").split(separator: "\n").count == 1)
    try desk.call(["apply", "latest", "--quiet", "--reason", "agreed on Monday"], exits: 0)
    page = try self.page(desk)
    #expect(page.contains("agreed on Monday") && !page.contains("not approved yet"))
    #expect(page.contains("20 changes to 20 incidents"))
    try desk.call(["rollback", "latest", "--quiet", "--reason", "it was wrong"], exits: 0)
    page = try self.page(desk)
    for text in [
      "Report of a rollback", "20 changes rolled back", "it was wrong", "reversed", "Outcome of its changes",
    ] {
      #expect(page.contains(text), "\(text)")
    }
    #expect(try desk.runText("changes.csv").split(separator: "\n").count == 21)
  }

  @Test func aSiteCanAskForAReason() throws {
    let desk = try Desk(incidents: 30)
    try desk.writeSites()
    let sites = desk.folder.path("home/.config/bulkpatch/sites.yaml")
    let text = try String(contentsOfFile: sites, encoding: .utf8)
    try text.replacing("  timeouts", with: "  require_reason: true\n  timeouts")
      .write(toFile: sites, atomically: true, encoding: .utf8)
    try desk.writeSheet(rows: 3, incidents: 3)
    let refused = try desk.call(desk.run("sheet.csv"), exits: 64).standardError
    #expect(refused.contains("nothing is sent without a reason (require_reason)"))
    #expect(refused.contains("--reason TEXT"))
    #expect(try desk.runFolders().isEmpty)
    // A plan is no change; the user who approves it says why.
    try desk.call(desk.run("sheet.csv", "--dry-run", "--quiet"), exits: 0)
    try desk.call(["apply", "latest"], exits: 64)
    try desk.call(["apply", "latest", "--reason", "spring", "--quiet"], exits: 0)
    try desk.call(["rollback", "latest"], exits: 64)
    try desk.call(["rollback", "latest", "--reason", "summer", "--quiet"], exits: 0)
    #expect(try desk.changes().count == 6)
  }

  @Test func readsRunsOfOlderVersions() throws {
    let desk = try Desk(incidents: 30)
    try desk.writeSheet(rows: 20, incidents: 20)
    try desk.call(desk.run("sheet.csv", "--quiet", "--canary", "5"), exits: 3)
    try desk.change(
      desk.runPath("run.sqlite"),
      """
      DROP TABLE call; DROP TABLE tempo;
      DELETE FROM grdb_migrations WHERE identifier GLOB '9:*' OR identifier GLOB '1[03]:*';
      ALTER TABLE run DROP COLUMN reason; ALTER TABLE run DROP COLUMN approved_by;
      ALTER TABLE run DROP COLUMN job_path; ALTER TABLE run DROP COLUMN job_text;
      ALTER TABLE run DROP COLUMN request; ALTER TABLE run DROP COLUMN additions_sha256;
      UPDATE run SET arguments = '["run","sheet.csv","--resource","incidents","--site","\(desk.url)","--canary","5"]';
      """)
    let page = try page(desk)
    #expect(page.contains("5 changes to 5 incidents") && page.contains("not recorded"))
    try desk.call(["resume", "latest", "--quiet"], exits: 0)
    #expect(try self.page(desk).contains("20 changes to 20 incidents"))
  }

  @Test func writesToTheGivenPlace() throws {
    let desk = try Desk(incidents: 30)
    try desk.writeSheet(rows: 3, incidents: 3)
    try desk.call(desk.run("sheet.csv", "--quiet"), exits: 0)
    let said = try desk.call(["report", "latest"], exits: 0).standardOutput
    #expect(try said == desk.runPath("report.html") + "\n")
    let json = try desk.call(["report", "latest", "--json"], exits: 0).standardOutput
    #expect(json.contains("\"changes\": 3"))
    let page = try desk.call(["report", "latest", "-o", "-"], exits: 0).standardOutput
    #expect(page.contains("<!DOCTYPE html>") && page.hasSuffix("</html>\n"))
    try desk.call(["report", "nothing"], exits: 66)
    try FileManager.default.createDirectory(
      atPath: desk.folder.path("folder"), withIntermediateDirectories: false)
    try desk.call(["report", "latest", "-o", "folder"], exits: 74)
    try desk.call(["report", "latest", "-o", "missing/page.html"], exits: 74)
  }

  /// `jobs/schedule/mail-report` as a hook: the summary as the mail's text, the page attached.
  @Test func isMailedByAHook() throws {
    let desk = try Desk(incidents: 30)
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appendingPathComponent("jobs/schedule/mail-report").path
    let sendmail = try desk.folder.write("bin/sendmail", "#!/bin/sh\ncat > '\(desk.folder.path("mail"))'\n")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: sendmail)
    try desk.writeSites()
    try desk.writeSheet(rows: 3, incidents: 3)
    try desk.folder.write(
      "job.yaml",
      """
      resource: incidents
      sheet: sheet.csv
      site: incidents
      on: {finished: "PATH=\(desk.folder.path("bin")):$PATH '\(script)' ana@example.com"}

      """)
    let result = try desk.call(["run", "job.yaml", "--quiet"], exits: 0)
    #expect(result.standardError.isEmpty, "\(result.standardError)")
    let mail = try desk.folder.read("mail")
    #expect(mail.hasPrefix("To: ana@example.com\nSubject: bulkpatch job on "))
    #expect(mail.contains("every row is done"))
    let page = try desk.bulkpatch.shell(
      "sed -n '/filename=/,/^--/p' mail | sed '1,2d;/^--/d' | base64 -d | gunzip")
    #expect(page.standardOutput.contains("3 changes to 3 incidents"), "\(page)")
  }
}
