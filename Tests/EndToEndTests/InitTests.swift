import Foundation
import GRDB
import TestSupport
import Testing

/// From somebody's own export to records that were read back, in a few commands.
@Suite(.blocking) struct InitTests {
  /// An export as a spreadsheet makes it: windows-1252, semicolons, its own words, a line of totals.
  private func export(_ desk: Desk, rows: Int) throws {
    let references = try desk.read(desk.database) { database in
      try String.fetchAll(
        database, sql: "SELECT name FROM b2c_row WHERE entity = 'incidents' ORDER BY id LIMIT ?",
        arguments: [rows])
    }
    var text = "Ref. No.;Team;Prio;State;Due;Comment\r\n"
    for (index, reference) in references.enumerated() {
      let day = index == 7 ? "31/02/2026" : String(format: "%02d/03/2026", index % 28 + 1)
      let note = index == 9 ? "paid with 4111 1111 1111 1111" : index % 5 == 0 ? "Rückruf für Zoë" : ""
      text += "\(reference);\(index % 2 == 0 ? "Tier 1" : "Tier 2");P\(index % 4 + 1);Open;\(day);\(note)\r\n"
    }
    text += "Total;\(rows)\r\n"
    let data = try #require(text.data(using: .windowsCP1252))
    try data.write(to: URL(fileURLWithPath: desk.folder.path("export.csv")))
  }

  @Test func takesAnExportFromTheSheetToTheRecords() throws {
    let desk = try Desk(incidents: 320)
    try export(desk, rows: 300)
    let drafted = try desk.call(["init", "export.csv", "--site", desk.url], exits: 0).standardError
    #expect(drafted.contains("wrote export.yaml: 5 of 6 columns mapped, 3 left to you as comments"))
    #expect(drafted.contains("300 rows") || drafted.contains("301 rows"))
    let path = desk.folder.path("export.yaml")
    var job = try String(contentsOfFile: path, encoding: .utf8)
    for line in [
      "encoding: windows-1252", "date: dd/MM/yyyy  # as in Due", "Ref. No.: referenceNumber",
      "where: [\"Total*\"]",
      "# P1: \"\"  # 75 rows", "# Open: \"\"  # 300 rows", "- Due  # 300 dates",
    ] {
      #expect(job.contains(line), "\(line) in \(job)")
    }
    try desk.call(["init", "export.csv"], exits: 64)

    // One editing of the job.
    for (place, level) in ["P1", "P2", "P3", "P4"].enumerated() {
      job = job.replacingOccurrences(of: "# \(level): \"\"", with: "\(level): id:\(place + 1)")
    }
    job = job.replacingOccurrences(of: "# Open: \"\"", with: "Open: Unresolved")
    job = job.replacingOccurrences(of: "  Comment:", with: "  Due: customFields.c.visit_on\n  Comment:")
    job = job.replacingOccurrences(
      of: #"(?m)^ignore:\n  - Due.*\n"#, with: "custom_fields: {customFields.c.visit_on: date}\n",
      options: .regularExpression)
    try Data(job.utf8).write(to: URL(fileURLWithPath: path))

    let checked = try desk.call(["check", "export.yaml"], exits: 1).standardOutput
    #expect(checked.contains("301 rows: 299 valid, 1 rejected, 1 skipped"), "\(checked)")
    #expect(checked.contains("no such day exists"))
  }

  /// A column whose cells are all teams is the team, whatever it is called; what could be two attributes is asked.
  @Test func knowsColumnsByTheNamesOfTheSite() throws {
    let desk = try Desk(incidents: 5)
    try desk.folder.write(
      "sheet.csv", "id,Where to,By,Colour\n1,Tier 1,Jonas Diaz,red\n2,Tier 2,Jonas Diaz,Tier 2\n3,,,\n")
    let drafted = try desk.call(
      ["init", "sheet.csv", "--site", desk.url, "--resource", "incidents"], exits: 0
    ).standardError
    #expect(drafted.contains("3 of 4 columns mapped, 1 left to you"), "\(drafted)")
    let job = try String(contentsOfFile: desk.folder.path("sheet.yaml"), encoding: .utf8)
    #expect(job.contains("Where to: assignedTo.staffGroup  # all 2 values are there at the site"), "\(job)")
    #expect(job.contains("By: assignedTo.account  # the only value is there at the site"), "\(job)")
    #expect(job.contains("- Colour"), "\(job)")
    var gone = desk.bulkpatch
    gone.environment["BULKPATCH_PASSWORD"] = "wrong"
    let refused = try gone.run(
      ["init", "sheet.csv", "--site", desk.url, "--resource", "incidents", "-o", "other.yaml"])
    #expect(
      refused.exitCode == 0 && refused.standardError.contains("the site was not asked what the columns hold"))
  }

  @Test func printsLinesToPasteForHeadersItDoesNotKnow() throws {
    let desk = try Desk(incidents: 1)
    try desk.folder.write("sheet.csv", "Ref,Team,Colour\n180102-000012,Tier 1,red\n")
    let text = try desk.call(["check", "sheet.csv", "--resource", "incidents"], exits: 65).standardOutput
    #expect(
      text.contains(
        "lines for the job, to look at and paste:\n  columns:\n    Ref: referenceNumber  # 1 cell of its form\n"
      ))
    #expect(text.contains("    Team: assignedTo.staffGroup"))
    #expect(text.contains("  ignore:\n    - Colour"))
  }

  @Test func writesAJobForAResource() throws {
    let folder = try TemporaryFolder()
    let runner = BinaryRunner(in: folder, environment: [:])
    let result = try runner.run(["init", "incidents", "--site", "production"])
    #expect(result.exitCode == 0, "\(result.standardError)")
    let job = try String(contentsOfFile: folder.path("incidents.yaml"), encoding: .utf8)
    #expect(job.contains("# site: production  # in no sites.yaml yet; write there:"))
    try folder.write("incidents.csv", "Incident ID,subject\n7,a\n")
    #expect(try runner.run(["check", "incidents.yaml"]).exitCode == 0)
    #expect(try runner.run(["init", "nowhere.csv"]).exitCode == 66)
    #expect(try runner.run(["init", "b2c-service/contacts"]).exitCode == 0)
    try folder.write("contacts.csv", "Contact ID,title\n7,Dr\n")
    #expect(try runner.run(["check", "contacts.yaml"]).exitCode == 0)
  }
}
