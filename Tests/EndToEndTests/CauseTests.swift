import Foundation
import TestSupport
import Testing

/// What went wrong, told by cause and not by code: a site has one code for most of its refusals.
@Suite(.blocking) struct CauseTests {
  private let desk: Desk

  /// Thirty rows of six kinds, of which a site refuses most, each for its own reason.
  init() throws {
    desk = try Desk(incidents: 60)
    let rows = (1...30).map { row in
      switch row {
      case 1...12: "\(row);\(row.isMultiple(of: 3) ? "P1" : "P2");;;"
      case 13...18: "\(row);;Erledigt;;"
      case 19...22: "\(row);;;Grün, Ana;"
      case 23...25: "\(row);;;;\(String(repeating: "x", count: 300))"
      case 26, 27: "\(row + 1_000);;;;fine"
      case 28: "\(row);;;;\u{FFFD}"
      default: "\(row);;;;fine"
      }
    }
    let head = "Incident;Severity;Status;Owner;Subject\n"
    try desk.folder.write("sheet.csv", head + rows.map { $0 + "\n" }.joined())
    try desk.folder.write(
      "job.yaml",
      """
      resource: incidents
      sheet: sheet.csv
      site: \(desk.url)
      columns:
        {Incident: id, Severity: severity, Status: statusWithType.status, Owner: assignedTo.account, Subject: subject}
      execution: {stop_after: {same_reason: never}}

      """)
  }

  @Test func namesEachCauseWithItsColumnAndItsValues() throws {
    let result = try desk.call(["run", "job.yaml"], exits: 1)
    let text = result.standardOutput
    for line in [
      "rejected unknown-name: 12 rows, first in row 1 (line 2)\n      Severity: no value at the site has the name '…': 'P2' 8, 'P1' 4\n",
      "rejected unknown-name: 6 rows, first in row 13 (line 14)\n      Status: no value at the site has the name 'Erledigt'",
      "rejected unknown-name: 4 rows, first in row 19 (line 20)\n      Owner: no value at the site has the name 'Grün, Ana'",
      "rejected too-long: 3 rows, first in row 23 (line 24)\n      Subject: 300 characters, at most 240 are allowed: 'xxx",
      "failed not-found: 2 rows, first in row 26 (line 27)\n      Incident: there is no incident with id: 1026, 1027\n",
      "  and 1 more cause, 1 row: bulkpatch results ",
    ] {
      #expect(text.contains(line), "\(text)")
    }
    // The sheet is to be fixed: sending the same again would change nothing.
    #expect(!text.contains("--retry-failed"))
    #expect(text.hasPrefix("job: finished in "))
    #expect(text.split(separator: "\n")[0].contains("; nothing is left to resume, next: cp "))
    #expect(text.split(separator: "\n")[1].contains(": 2 applied, 2 failed, 26 rejected"))
    // The whole text is in the files.
    #expect(try desk.runText("failed.csv").contains("no value at the site has the name 'P1'"))
    #expect(try desk.runText("summary.json").contains(#""value": "P2""#))
  }

  @Test func tellsThePlanByCauseToo() throws {
    let text = try desk.call(["run", "job.yaml", "--dry-run"], exits: 1).standardOutput
    #expect(text.contains("Severity: no value at the site has the name '…': 'P2' 8, 'P1' 4\n"))
    #expect(text.contains("  and 1 more cause, 2 rows: bulkpatch results "))
  }

  @Test func checkTellsOneMistakeOfManyRowsOnce() throws {
    let latin = try #require(
      (1...40).map { "\($0),gr\u{FC}n\n" }.reduce("id,subject\n", +).data(using: .isoLatin1))
    try latin.write(to: URL(fileURLWithPath: desk.folder.path("latin.csv")))
    let short = try desk.call(["check", "latin.csv", "--resource", "incidents"], exits: 65).standardOutput
    #expect(
      short.contains(
        """
        latin.csv:2: the cell is not valid utf-8 at its byte 3 [invalid-encoding]
          40 times, in lines 2, 3, 4, …
          hint: save the sheet as CSV UTF-8,
        """), "\(short)")
    #expect(short.contains("  --all shows every finding with its line\n"))
    let all = try desk.call(["check", "latin.csv", "--resource", "incidents", "--all"], exits: 65)
    #expect(all.standardOutput.split(separator: "\n").filter { $0.hasPrefix("latin.csv:") }.count == 41)
  }
}
