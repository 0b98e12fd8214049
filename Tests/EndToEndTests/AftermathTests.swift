import Foundation
import JSON
import TestSupport
import Testing

@testable import Runs
@testable import bulkpatch

/// The end of a run: the hooks that run, and the old runs that are removed.
@Suite(.blocking) struct AftermathTests {
  @Test func tellsTheJobsCommandsHowItEnded() throws {
    let desk = try Desk()
    try desk.folder.write(
      "job.yaml",
      """
      resource: incidents
      sheet: sheet.csv
      site: \(desk.url)
      on:
        finished: "env > finished.txt; cat > summary.txt; echo printed"
        failed: "env > failed.txt; cat > summary.txt"

      """)
    try desk.folder.write("sheet.csv", "id,subject\n1,a\n2,b\n")
    let good = try desk.call(["run", "job.yaml", "--quiet"], exits: 0)
    #expect(good.standardOutput == "")
    #expect(good.standardError == "printed\n")
    let facts = try desk.folder.read("finished.txt").split(separator: "\n").map(String.init)
    let folder = try #require(desk.runFolders().last)
    for fact in [
      "BULKPATCH_JOB=job", "BULKPATCH_RUN=\(Path.name(of: folder))", "BULKPATCH_RUN_DIR=\(folder)",
      "BULKPATCH_EXIT_CODE=0", "BULKPATCH_EXIT_NAME=success", "BULKPATCH_ROWS=2", "BULKPATCH_STATE_APPLIED=2",
      "BULKPATCH_STATE_FAILED=0", "BULKPATCH_SUMMARY=\(folder)/summary.json", "BULKPATCH_USER=admin",
    ] {
      #expect(facts.contains(fact), "\(fact)")
    }
    #expect(!facts.contains { $0.hasPrefix("BULKPATCH_PASSWORD") })
    #expect(try desk.folder.read("summary.txt").contains("job: finished in "))

    // A window that closes is not a good end; neither is a resumed run that fails.
    try desk.folder.write("sheet.csv", "id,subject\n3,a\n999,b\n")
    try desk.call(["run", "job.yaml", "--max-duration", "0s", "--quiet"], exits: 12)
    #expect(try desk.folder.read("failed.txt").contains("BULKPATCH_EXIT_CODE=12"))
    try desk.call(["resume", "latest", "--max-duration", "1h"], exits: 1)
    #expect(try desk.folder.read("failed.txt").contains("BULKPATCH_STATE_FAILED=1"))
    #expect(try desk.folder.read("summary.txt").contains("What went wrong"))
  }

  @Test func reportsWhatKeptARunFromStarting() throws {
    let desk = try Desk()
    let failed = ["--on-failed", "cat > told.txt; echo $BULKPATCH_EXIT_CODE $BULKPATCH_JOB $BULKPATCH_RUN"]
    for (sheet, site, code) in [("none.csv", desk.url, Int32(66)), ("sheet.csv", "nowhere", 78)] {
      try desk.folder.write("sheet.csv", "id,subject\n1,a\n")
      try desk.folder.write("job.yaml", "resource: incidents\nsheet: \(sheet)\nsite: \(site)\n")
      let result = try desk.call(["run", "job.yaml"] + failed, exits: code)
      #expect(result.standardError.contains("\(code) job\n"))
      #expect(try desk.folder.read("told.txt").hasPrefix("bulkpatch: "))
    }
    let nobody = try ClosedPort()
    try desk.folder.write("job.yaml", "resource: incidents\nsheet: sheet.csv\nsite: \(nobody.url)\n")
    let unreachable = try desk.call(["run", "job.yaml", "--quiet"] + failed, exits: 69)
    let run = Path.name(of: try #require(desk.runFolders().last))
    #expect(unreachable.standardError.contains("69 job \(run)\n"))
    // A mail needs the job, site, run, time, counts, reason and next command.
    for text in [
      "job: stopped early: the site cannot be reached", "run \(run): incidents at ", nobody.url, "started 20",
      "staged", "bulkpatch resume \(run)",
    ] {
      #expect(unreachable.standardOutput.contains(text), "\(text)")
      #expect(try desk.folder.read("told.txt").contains(text), "\(text)")
    }
    #expect(!unreachable.standardOutput.contains("\u{1B}"))
  }

  /// A hook never gets a site's secret, even when the job is wrong and the site is unknown.
  @Test func noSecretIsHandedOnWhenTheJobIsWrong() throws {
    let desk = try Desk()
    try desk.folder.write("sheet.csv", "id,subject\n1,a\n")
    try desk.folder.write(
      "sites.yaml",
      "desk:\n  kind: b2c-service\n  url: \(desk.url)\n  auth: {basic: {user: admin, password: {env: DESK_SECRET}}}\n"
    )
    var runner = desk.bulkpatch
    (runner.environment["DESK_SECRET"], runner.environment["FACT"]) = ("hunter2", "a fact")
    for (job, seesTheRest) in [
      ("resource: incidents\nsheet: sheet.csv\nsite: nowhere\n", true),
      ("resource: interactions\nsheet: sheet.csv\nsite: desk\n", true),
      ("resource: incidents\nsite: desk\nnonsense: 1\n", false),
    ] {
      try desk.folder.write("job.yaml", job)
      let result = try runner.run(["run", "job.yaml", "--on-failed", "env"])
      #expect(result.exitCode == 78)
      #expect(result.standardError.contains("BULKPATCH_EXIT_CODE=78"))
      #expect(!result.standardError.contains("hunter2"), "\(job)")
      #expect(result.standardError.contains("FACT=a fact") == seesTheRest, "\(job)")
    }
  }

  @Test func aCommandThatFailsChangesNothing() throws {
    let desk = try Desk()
    try desk.writeSheet(rows: 1, incidents: 1)
    let result = try desk.call(desk.run("sheet.csv", "--quiet", "--on-finished", "exit 9"), exits: 0)
    #expect(result.standardError == "bulkpatch: the command on.finished ended with exit code 9\n")
  }

  @Test func removesFinishedRunsExceptTheNewest() throws {
    let desk = try Desk()
    func run(_ options: String..., exits code: Int32 = 0) throws -> String {
      try desk.writeSheet(rows: 2, incidents: 2)
      try desk.call(desk.run("sheet.csv", "--quiet") + options, exits: code)
      return try #require(desk.runFolders().last)
    }
    let oldest = try run()
    let source = try run()
    let unfinished = try run("--max-duration", "0s", exits: 12)
    let newer = try run()
    try desk.writeSheet("other.csv", rows: 1, incidents: 1)
    try desk.call(desk.run("other.csv", "--quiet"), exits: 0)
    let other = try #require(desk.runFolders().last)
    // A rollback, of whatever job, needs the snapshots of its source.
    try desk.change("\(other)/run.sqlite", "UPDATE run SET source_run = '\(Path.name(of: source))'")
    // A process that was killed in the middle of it.
    let half = "\(desk.stateFolder)/.removed-half"
    try FileManager.default.createDirectory(atPath: half, withIntermediateDirectories: false)

    // An unfinished run removes nothing.
    let second = try run("--max-duration", "0s", "--keep-runs", "1", exits: 12)
    #expect(try desk.runFolders().contains(oldest))
    let result = try desk.call(desk.run("sheet.csv", "--keep-runs", "2", "-v", "--quiet"), exits: 0)
    #expect(result.standardError.contains("note: removed run \(Path.name(of: oldest)), finished "))
    let last = try #require(desk.runFolders().last)
    #expect(try desk.runFolders() == [source, unfinished, newer, other, second, last])
    let young = try desk.call(desk.run("sheet.csv", "--keep-days", "1", "-v", "--quiet"), exits: 0)
    #expect(!young.standardError.contains("removed run"))
  }
}
