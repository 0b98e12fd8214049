import Foundation
import JSON
import TestSupport
import Testing

/// Data on standard output, everything else on standard error, and nothing at all on request.
@Suite(.blocking) struct OutputTests {
  @Test func jsonIsAllThereIsOnStandardOutput() throws {
    let desk = try Desk()
    try desk.folder.write("sheet.csv", "id,subject\n1,a\n2,b\nx,c\n")
    let run = desk.run("sheet.csv")
    for (arguments, code) in [
      (["check", "sheet.csv", "--resource", "incidents"], Int32(1)), (run, 1), (["resume", "latest"], 1),
      (["runs"], 0), (["show", "latest"], 0), (["resources"], 0), (["resources", "incidents"], 0),
      (["run", "nowhere.csv", "--resource", "incidents"], 64), (["show", "20260101T000000000Z-job"], 66),
      (run + ["--lanes", "0"], 64), (["frobnicate"], 64),
    ] {
      let result = try desk.call(arguments + ["--json"], exits: code)
      #expect(throws: Never.self, "\(arguments)") { try JSONValue(parsing: result.standardOutput) }
      if code > 1 {
        let error = try JSONValue(parsing: result.standardOutput)
        #expect(error["exit_code"] == .integer(Int64(code)))
        #expect(error["error"]?["message"]?.string?.isEmpty == false)
      }
    }
    let rows = try desk.call(["results", "latest", "--json"], exits: 0).standardOutput
    let lines = rows.split(separator: "\n")
    #expect(lines.count == 3)
    for line in lines { #expect(throws: Never.self) { try JSONValue(parsing: String(line)) } }
  }

  @Test func quietSaysNothingWhenAllIsWell() throws {
    let desk = try Desk()
    try desk.writeSheet(rows: 10, incidents: 10)
    for arguments in [
      ["check", "sheet.csv", "--resource", "incidents"], desk.run("sheet.csv"),
      desk.run("sheet.csv", "--stage-only"), ["resume", "latest"],
    ] {
      let result = try desk.call(arguments + ["--quiet"], exits: 0)
      #expect(result.standardOutput == "")
      #expect(result.standardError == "")
    }
    try desk.folder.write("sheet.csv", "id,subject\n1,a\n999,b\n")
    let failed = try desk.call(desk.run("sheet.csv", "--quiet"), exits: 1)
    #expect(failed.standardOutput.contains("What went wrong"))
    #expect(failed.standardError == "")
  }

  @Test func shortRunsLeaveNoProgressInALog() throws {
    let desk = try Desk()
    try desk.writeSheet(rows: 10, incidents: 10)
    #expect(try desk.call(desk.run("sheet.csv"), exits: 0).standardError == "")
  }

  @Test func theSummaryForProgramsHasItsStableNames() throws {
    let desk = try Desk()
    try desk.folder.write("sheet.csv", "id,subject\n1,a\n2,b\nx,c\n999,d\n")
    try desk.call(desk.run("sheet.csv"), exits: 1)
    let summary = try JSONValue(parsing: desk.runText("summary.json"))
    #expect(
      summary.object?.map(\.name) == [
        "run", "job", "resource", "site", "started", "finished", "standing", "exit_code", "stopped_because",
        "rows", "states", "requests", "retries", "throttled_seconds", "throttled_by_reason", "latency_ms",
        "peak_memory_bytes", "errors", "warnings", "verified",
      ])
    let reference = try GuidePage.text("docs/reference/json.md")
    for name in summary.object?.map(\.name) ?? [] { #expect(reference.contains("`\(name)`"), "\(name)") }
    #expect(summary["exit_code"] == 1)
    #expect(summary["rows"] == 4)
    #expect(summary["states"]?["applied"] == 2)
    #expect(summary["states"]?["failed"] == 1)
    #expect(summary["states"]?["rejected"] == 1)
    #expect(summary["states"]?.object?.reduce(0) { $0 + ($1.value.integer ?? 0) } == 4)
    // Reads and writes alike, as the site saw them.
    let seen = try desk.answers().map { ($0.key, JSONValue.integer(Int64($0.value))) }
    #expect(summary["requests"] == .object(JSONObject(seen)))
  }

  @Test func aFinishedRunIsOneFileThatCanBeCopied() throws {
    let desk = try Desk()
    try desk.writeSheet(rows: 10, incidents: 10)
    try desk.call(desk.run("sheet.csv"), exits: 0)
    let folder = try #require(desk.runFolders().last)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == [
        "changes.csv", "failed.csv", "run.lock", "run.sqlite", "sent", "succeeded.csv", "summary.json",
        "unknown.csv", "unprocessed.csv",
      ])
    let reference = try GuidePage.text("docs/reference/run-folder.md")
    for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
      #expect(reference.contains("`\(name)`"), "\(name)")
      let attributes = try FileManager.default.attributesOfItem(atPath: "\(folder)/\(name)")
      #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name)")
    }
  }
}
