import Foundation
import JSON
import TestSupport
import Testing

/// Trouble with sheets, as seen on the desk afterwards: nothing of a broken row, a changed file or a
/// placeholder word was sent.
@Suite(.blocking) struct SheetTroubleTests {
  @Test func sendsNoFragmentOfARowNorHalfACell() throws {
    let desk = try Desk()
    try desk.folder.write(
      "sheet.csv",
      "id,subject\n1,\"a\nhe said \"hi\"\n2,evil\nend\"\n3,good\n4,\"x \"y\" z\n5,evil\nend\"\n6,c\rd\n7,fine\n"
    )
    try desk.call(desk.run("sheet.csv"), exits: 1)
    #expect(try Set(desk.changes().map(\.body)) == [#"{"subject":"good"}"#, #"{"subject":"fine"}"#])
    #expect(try desk.counts() == ["applied": 2, "rejected": 4])
    let failed = try desk.runText("failed.csv")
    #expect(failed.contains("2,evil\nend"))
    #expect(failed.contains("5,evil\nend"))

    // The rows that were rejected stay so when their result file is run.
    try desk.folder.write("again.csv", failed)
    try desk.call(desk.run("again.csv"), exits: 65)
    #expect(try desk.changes().count == 2)
  }

  @Test func sendsNothingOfASheetThatIsStillWritten() throws {
    let desk = try Desk()
    let rows = (1...20_000).map { "\($0 % 40 + 1),row \($0)\n" }.joined()
    try desk.folder.write("sheet.csv", "id,subject\n" + rows)
    let arguments = desk.run("sheet.csv").map { "'\($0)'" }.joined(separator: " ")
    let result = try desk.bulkpatch.shell(
      """
      while :; do echo '1,more' >> sheet.csv; sleep 0.01; done & writer=$!
      bulkpatch \(arguments) --quiet; code=$?
      kill $writer
      exit $code
      """)
    #expect(result.exitCode == 65, "\(result.standardError)")
    #expect(result.standardError.contains("the sheet changed while it was read"))
    #expect(try desk.changes().isEmpty)
  }

  @Test func warnsOfALastRowWithoutALineEnd() throws {
    let desk = try Desk()
    try desk.folder.write("sheet.csv", "id,subject\n1,a\n2,trunc")
    let strict = try desk.call(desk.run("sheet.csv", "--strict"), exits: 65)
    #expect(strict.standardError.contains("1 of its 2 rows are not valid, and the job is strict"))
    #expect(try desk.changes().isEmpty)
    let result = try desk.call(desk.run("sheet.csv"), exits: 0)
    #expect(result.standardError.contains("sheet.csv:3: warning: the last row's line does not end"))
    #expect(try desk.changes().count == 2)
  }

  @Test func countsWordsThatStandForNoValue() throws {
    let desk = try Desk()
    try desk.folder.write("sheet.csv", "id,subject,severity\n1,NULL,2\n2,x,<NULL>\n3,\\N,<null>\n")
    let result = try desk.call(desk.run("sheet.csv"), exits: 1)
    #expect(result.standardError.contains("as written: NULL (1), \\N (1); this is the first"))
    #expect(
      result.standardError.contains(
        "sheet.csv:2: subject: warning: 2 values are words that usually mean no value"))
    #expect(try desk.runText("failed.csv").contains("like the word that clears"))

    try desk.folder.write(
      "job.yaml", "resource: incidents\nsheet: sheet.csv\nsite: \(desk.url)\nnulls: [NULL, \\N]\n")
    let declared = try desk.call(["run", "job.yaml"], exits: 1)
    #expect(!declared.standardError.contains("mean no value"))
    #expect(try desk.changes().filter { $0.body.contains(#""subject":null"#) }.count == 2)

    try desk.folder.write(
      "null.yaml",
      "resource: incidents\nsheet: sheet.csv\nsite: \(desk.url)\nconstants:\n  disposition: null\n")
    let null = try desk.call(["run", "null.yaml"], exits: 78)
    #expect(null.standardError.contains("null.yaml:5: 'constants.disposition' is YAML's null"))
  }

  @Test func keepsEveryDigitOfADecimalNumber() throws {
    let desk = try Desk()
    try desk.folder.write("sheet.csv", "id,customFields.c.x\n1,9007199254740993.0\n")
    try desk.call(
      desk.run("sheet.csv", "--custom-field", "customFields.c.x=number", "--no-snapshot"), exits: 1)
    try desk.folder.write("sheet.jsonl", "{\"id\":1,\"customFields\":{\"c\":{\"x\":1.000000000000000005}}}\n")
    try desk.call(desk.run("sheet.jsonl", "--no-snapshot"), exits: 1)
    // The desk has no such field, but it was asked.
    #expect(
      try desk.changes().map(\.body) == [
        #"{"customFields":{"c":{"x":9007199254740993.0}}}"#,
        #"{"customFields":{"c":{"x":1.000000000000000005}}}"#,
      ])
  }

  @Test func acceptsASheetWithoutRowsWhenAsked() throws {
    let desk = try Desk()
    try desk.folder.write("sheet.csv", "id,subject\n")
    let refused = try desk.call(desk.run("sheet.csv"), exits: 65)
    #expect(refused.standardError.contains("--allow-empty"))
    let allowed = try desk.call(desk.run("sheet.csv", "--allow-empty"), exits: 0)
    #expect(allowed.standardError == "note: sheet.csv has no rows: nothing to do\n")
    try desk.call(
      ["run", "-"] + desk.run("sheet.csv", "--allow-empty").dropFirst(2), exits: 0,
      standardInput: "id,subject\n")
    try desk.call(["check", "sheet.csv", "--resource", "incidents", "--allow-empty"], exits: 0)
    // A program gets the same warnings as from any other run.
    for options in [[], ["--dry-run"], ["--quiet"]] {
      let result = try desk.call(desk.run("sheet.csv", "--allow-empty", "--json") + options, exits: 0)
      let summary = try JSONValue(parsing: result.standardOutput)
      #expect(summary["rows"] == 0 && summary["exit_code"] == 0 && summary["folder"] == .null)
      #expect(summary["states"]?["applied"] == 0)
      #expect(summary["standing"] == (options == ["--dry-run"] ? "planned" : "finished"))
      #expect(summary["resumable"] == false && summary["next"] == [])
    }
    #expect(try desk.runFolders().isEmpty)
    // A line that cannot be a header is still a mistake.
    try desk.folder.write("other.csv", "id,subjct\n")
    try desk.call(desk.run("other.csv", "--allow-empty"), exits: 65)

    try desk.folder.write(
      "job.yaml", "resource: incidents\nsheet: sheet.csv\nsite: \(desk.url)\nallow_empty: true\n")
    try desk.call(["run", "job.yaml"], exits: 0)
    try desk.call(["run", "job.yaml", "--no-allow-empty"], exits: 65)
  }

  /// A night without rows is reported like any other that went well.
  @Test func reportsANightWithoutRows() throws {
    let desk = try Desk()
    try desk.folder.write("sheet.csv", "id,subject\n")
    try desk.folder.write(
      "job.yaml",
      "resource: incidents\nsheet: sheet.csv\nsite: \(desk.url)\nallow_empty: true\nmetrics: job.prom\n"
        + "on: {finished: 'cat > told; echo \"$BULKPATCH_EXIT_CODE $BULKPATCH_ROWS\" >> told; cat \"$BULKPATCH_SUMMARY\" >> told'}\n"
    )
    try desk.call(["run", "job.yaml", "--dry-run"], exits: 0)
    #expect(!FileManager.default.fileExists(atPath: desk.folder.path("told")))
    try desk.call(["run", "job.yaml", "--quiet"], exits: 0)
    let told = try desk.folder.read("told")
    #expect(told.contains("\n0 0\n") && told.contains("\"standing\": \"finished\""))
    #expect(try desk.folder.read("job.prom").contains("bulkpatch_last_success_timestamp_seconds{"))
    #expect(try desk.runFolders().isEmpty)
  }

  @Test func saysWhichLineLooksLikeTheHeader() throws {
    let desk = try Desk()
    for title in ["#TYPE System.Management.Automation.PSCustomObject\n", "Open incidents;;\n;;\n"] {
      let line = title.split(separator: "\n").count + 1
      try desk.folder.write("sheet.csv", title + "id;subject\n1;x\n2;y\n")
      let result = try desk.call(["check", "sheet.csv", "--resource", "incidents"], exits: 65)
      #expect(result.standardOutput.contains("sheet.csv:\(line): this line looks like the header"))
      #expect(!result.standardOutput.contains("unknown-column"))
    }
  }

  /// The warnings of `check` also reach the sender: in the question, in the summary, and for programs.
  @Test func warningsReachTheSender() throws {
    let desk = try Desk(incidents: 5)
    try desk.folder.write("sheet.csv", "id,subject\n1,a\u{1B}[31mb\n2,fine\n3,c\u{7F}\n")
    let group = "Warnings\n  control-character: 2 rows, first in row 1 (line 2)\n"
    let ran = try desk.call(desk.run("sheet.csv"), exits: 0)
    #expect(ran.standardOutput.contains(group + "      subject: holds the control character U+001B\n"))
    #expect(!ran.standardOutput.contains("\u{1B}"))
    let summary = try JSONValue(parsing: desk.call(["show", "latest", "--json"], exits: 0).standardOutput)
    #expect(summary["warnings"]?.array?.first?["rule"] == "control-character")
    #expect(summary["warnings"]?.array?.first?["rows"] == 2)
  }

  /// Findings about the sheet as a whole stay with the run, to be read later.
  @Test func warningsAboutTheSheetStayWithTheRun() throws {
    let desk = try Desk(incidents: 5)
    try desk.folder.write("sheet.csv", "id,subject\n1,NULL\n2,x\u{7F}\n3,trun")
    let ran = try desk.call(desk.run("sheet.csv", "--quiet"), exits: 0)
    #expect(ran.standardOutput.isEmpty)
    for rule in ["null-word", "no-last-line-end", "control-character"] {
      #expect(ran.standardError.components(separatedBy: rule).count == 2, "\(rule)")
    }
    let show = try desk.call(["show", "latest"], exits: 0).standardOutput
    #expect(show.contains("  null-word: line 2\n      subject: 1 value is a word"))
    let summary = try JSONValue(parsing: desk.call(["show", "latest", "--json"], exits: 0).standardOutput)
    let warnings = try #require(summary["warnings"]?.array)
    #expect(
      warnings.map { $0["rule"] } == ["no-last-line-end", "null-word", "control-character"]
        || warnings.map { $0["rule"] } == ["null-word", "no-last-line-end", "control-character"])
    #expect(warnings.map { $0["rows"] } == [0, 0, 1])
    try desk.call(["report", "latest", "-o", "page.html"], exits: 0)
    #expect(try desk.folder.read("page.html").contains("Warnings"))
  }

  /// The kind of line end is known from the first line, however long that is.
  @Test(arguments: ["sheet.jsonl", "sheet.csv"]) func theFirstLineMayBeLong(name: String) throws {
    let desk = try Desk(incidents: 5)
    let long = String(repeating: "x", count: 70_000)
    let isCSV = name.hasSuffix("csv")
    try desk.folder.write(
      name,
      isCSV
        ? "id,subject,\(long)\n1,one,\n2,two,\n"
        : #"{"id":1,"subject":"one","note":"\#(long)"}"# + "\n" + #"{"id":2,"subject":"two"}"# + "\n")
    try desk.call(desk.run(name, "--ignore", isCSV ? long : "note"), exits: 0)
    #expect(try desk.counts() == ["applied": 2])
  }
}
