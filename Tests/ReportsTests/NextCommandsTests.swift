import Foundation
import Staging
import TestSupport
import Testing

@testable import Reports

@Suite struct NextCommandsTests {
  /// A summary of a run with this exit code, without a run file.
  private func summary(
    _ states: [RowState: Int], exit: Int? = 0, because reason: String? = nil, isStaged: Bool = true,
    arguments: [String] = ["run", "nightly.yaml"], sheetPath: String = "/in/nightly.csv"
  ) throws -> RunSummary {
    let run = try ReportFixture([])
    var summary = try RunSummary(reading: run.file, workingFolder: "/in")
    summary.directory = RunDirectory(path: "/state/R")
    summary.run = "R"
    summary.record.staged = isStaged ? "2025-01-01T12:00:01.000Z" : nil
    summary.record.finished = exit.map { _ in "2025-01-01T12:00:02.000Z" }
    summary.record.exitCode = exit
    summary.record.stoppedBecause = reason
    summary.record.request = RunRequest(arguments: arguments, in: "/in")
    summary.record.sheetPath = sheetPath
    for (state, count) in states { summary.counts[state] = count }
    summary.standing = RunStanding(summary.record, summary.counts, holder: nil)
    return summary
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var states: [RowState: Int]
    var exit: Int? = 0
    var reason: String?
    var isStaged = true
    var outOfTurn = 0
    /// The HTTP status of the failed rows.
    var status: Int? = 503
    var commands: [String]
  }

  @Test(arguments: [
    Case(testDescription: "all done", states: [.applied: 2, .unchanged: 1], commands: []),
    Case(testDescription: "no rows", states: [:], commands: []),
    Case(
      testDescription: "interrupted", states: [.applied: 1, .staged: 2], exit: 130,
      reason: "interrupted (SIGINT)", commands: ["bulkpatch resume R"]),
    Case(
      testDescription: "killed", states: [.applied: 1, .sending: 2], exit: nil,
      commands: ["bulkpatch resume R"]),
    Case(
      testDescription: "killed at the last moment", states: [.applied: 3], exit: nil,
      commands: ["bulkpatch resume R"]),
    Case(
      testDescription: "killed while staging", states: [.staged: 2, .rejected: 1], exit: nil, isStaged: false,
      commands: ["bulkpatch resume R"]),
    Case(
      testDescription: "only staged", states: [.staged: 2, .rejected: 1], commands: ["bulkpatch resume R"]),
    Case(
      testDescription: "rejected", states: [.applied: 1, .rejected: 2], exit: 1,
      commands: [
        "cp /state/R/failed.csv nightly-repaired.csv",
        "bulkpatch run nightly.yaml --sheet nightly-repaired.csv",
      ]),
    Case(
      testDescription: "failed, and rows behind it", states: [.failed: 1, .blocked: 2], exit: 1,
      commands: [
        "bulkpatch resume R --retry-failed", "cp /state/R/failed.csv nightly-repaired.csv",
        "bulkpatch run nightly.yaml --sheet nightly-repaired.csv", "bulkpatch resume R --on-failure continue",
      ]),
    Case(
      testDescription: "failed because of the sheet", states: [.failed: 1], exit: 1, status: 400,
      commands: [
        "cp /state/R/failed.csv nightly-repaired.csv",
        "bulkpatch run nightly.yaml --sheet nightly-repaired.csv",
      ]),
    Case(
      testDescription: "failed for the lack of a permission", states: [.failed: 1], exit: 1, status: 403,
      commands: [
        "bulkpatch resume R --retry-failed", "cp /state/R/failed.csv nightly-repaired.csv",
        "bulkpatch run nightly.yaml --sheet nightly-repaired.csv",
      ]),
    Case(
      testDescription: "failed, and overtaken by later rows", states: [.applied: 1, .failed: 2], exit: 1,
      outOfTurn: 2,
      commands: [
        "cp /state/R/failed.csv nightly-repaired.csv",
        "bulkpatch run nightly.yaml --sheet nightly-repaired.csv",
      ]),
    Case(
      testDescription: "failed, one of them overtaken", states: [.applied: 1, .failed: 2], exit: 1,
      outOfTurn: 1,
      commands: [
        "bulkpatch resume R --retry-failed", "cp /state/R/failed.csv nightly-repaired.csv",
        "bulkpatch run nightly.yaml --sheet nightly-repaired.csv",
      ]),
    Case(
      testDescription: "unknown, and a row behind it", states: [.unknown: 1, .blocked: 1], exit: 4,
      commands: [
        "bulkpatch results R --state unknown", "bulkpatch resume R --assume applied --only ROWS",
        "bulkpatch resume R --on-failure continue",
      ]),
    Case(
      testDescription: "stopped by failures", states: [.failed: 50, .staged: 950], exit: 3,
      reason: "50 rows failed",
      status: 400,
      commands: [
        "bulkpatch results R --state failed", "bulkpatch resume R",
        "cp /state/R/failed.csv nightly-repaired.csv",
        "bulkpatch run nightly.yaml --sheet nightly-repaired.csv",
      ]),
  ])
  func namesTheExactCommands(_ example: Case) throws {
    var summary = try summary(
      example.states, exit: example.exit, because: example.reason, isStaged: example.isStaged)
    summary.failedOutOfTurn = example.outOfTurn
    if let failed = example.states[.failed] {
      summary.groups = [
        ErrorGroup(
          state: .failed, code: "", message: "", rows: failed, firstRow: 1, firstLine: 2,
          httpStatus: example.status)
      ]
    }
    #expect(summary.nextCommands.map(\.command) == example.commands)
    #expect(summary.nextCommands.allSatisfy { !$0.purpose.isEmpty })
  }

  @Test(arguments: [
    (3, "when you know why, resume with the 2 rows not done yet"),
    (69, "when the site answers again, resume with the 2 rows not done yet"),
    (74, "when there is room on the disk, resume with the 2 rows not done yet"),
    (77, "when the login works, resume with the 2 rows not done yet"),
    (130, "resume with the 2 rows not done yet"),
  ])
  func saysWhenToResume(_ exit: Int, _ purpose: String) throws {
    let summary = try summary([.staged: 2], exit: exit, because: "a reason")
    #expect(summary.nextCommands.first?.purpose == purpose)
  }

  /// The command line for the repaired sheet, made from that of the first run.
  @Test(arguments: [
    (["run", "in/job.yaml", "--lanes", "8"], "run in/job.yaml --lanes 8 --sheet nightly-repaired.csv"),
    (["run", "job.yml", "--sheet", "other.csv", "--yes"], "run job.yml --sheet nightly-repaired.csv"),
    (["run", "job.yml", "--sheet=other.csv", "--json", "-q"], "run job.yml --sheet nightly-repaired.csv"),
    (
      ["run", "nightly.csv", "--resource", "incidents", "--site", "prod", "--delimiter", ";"],
      "run nightly.csv --resource incidents --site prod"
    ),
    (
      ["run", "--resource", "incidents", "/in/nightly.csv", "--stage-only"],
      "run nightly.csv --resource incidents"
    ),
    (["run", "my job.yaml"], "run 'my job.yaml' --sheet nightly-repaired.csv"),
    ([], "run nightly.csv --resource incidents --site sandbox"),
    (["run", "--resource", "incidents", "--", "-dash.csv"], "run nightly.csv --resource incidents"),
    (["run", "--lanes", "2", "--", "-dash.yaml"], "run ./-dash.yaml --lanes 2 --sheet nightly-repaired.csv"),
  ])
  func runsTheRepairedSheetAsTheFirstOne(_ arguments: [String], _ command: String) throws {
    let summary = try summary([.failed: 1], exit: 1, arguments: arguments)
    let expected = command.replacing("nightly.csv", with: "nightly-repaired.csv")
    #expect(summary.nextCommands.last?.command == "bulkpatch \(expected)")
  }

  @Test func runsARepairedSheetThatCameFromStandardInput() throws {
    var summary = try summary([.failed: 1], exit: 1, arguments: ["run", "-", "--resource", "incidents"])
    summary.record.sheetPath = summary.directory.spool
    #expect(
      summary.nextCommands.last?.command == "bulkpatch run nightly-repaired.csv --resource incidents")
  }

  /// The repaired sheet goes to the run's current site, and not to its former one.
  @Test(arguments: [
    (["run", "nightly.csv", "--site", "old"], "run nightly-repaired.csv --site sandbox"),
    (["run", "job.yaml", "--site=old"], "run job.yaml --sheet nightly-repaired.csv --site sandbox"),
  ])
  func sendsTheRepairedSheetToWhereTheSiteIs(_ arguments: [String], _ command: String) throws {
    var summary = try summary([.failed: 1], exit: 1, arguments: arguments)
    summary.record.siteMoves = [
      SiteMove(
        at: "", from: "old", fromURL: "https://old.example", to: "sandbox", toURL: "http://127.0.0.1:8080",
        isAssured: true)
    ]
    #expect(summary.nextCommands.last?.command == "bulkpatch \(command)")
  }

  @Test func saysWhereRelativePathsHold() throws {
    var summary = try summary([.rejected: 1], exit: 1)
    summary.workingFolder = "/home/admin"
    summary.record.request.folder = "/srv/night shift"
    summary.record.request.source = "/srv/night shift/nightly.yaml"
    #expect(
      summary.nextCommands.map(\.command) == [
        "cd '/srv/night shift' && cp /state/R/failed.csv nightly-repaired.csv",
        "cd '/srv/night shift' && bulkpatch run nightly.yaml --sheet nightly-repaired.csv",
      ])
  }

  @Test func typesNothingThatAProgramTakesForAnOption() throws {
    var summary = try summary([.rejected: 1], exit: 1, arguments: ["run", "--", "-dash.csv"])
    summary.record.job = "-dash"
    #expect(
      summary.nextCommands.map(\.command) == [
        "cp /state/R/failed.csv ./-dash-repaired.csv", "bulkpatch run ./-dash-repaired.csv",
      ])
  }

  @Test func namesASiteGivenAsAURLByItsURL() throws {
    var summary = try summary([.rejected: 1], exit: 1, arguments: [])
    (summary.record.site, summary.record.siteURL) = ("desk.example", "https://desk.example:8443/base")
    #expect(
      summary.nextCommands.last?.command
        == "bulkpatch run nightly-repaired.csv --resource incidents --site https://desk.example:8443/base")
  }

  /// The copy of the round before may be the sheet of this one.
  @Test func copiesOverNoFile() throws {
    let folder = try TemporaryFolder()
    try folder.write("nightly-repaired.csv", "id\n")
    var summary = try summary([.rejected: 1], exit: 1)
    (summary.record.request.folder, summary.workingFolder) = (folder.url.path, folder.url.path)
    #expect(summary.nextCommands.first?.command == "cp /state/R/failed.csv nightly-repaired-2.csv")
  }

  /// Attachments are relative to the sheet, and those of the copy too.
  @Test(arguments: [
    ("in/nightly.csv", "in/nightly-repaired.csv"),
    ("in/deeper/nightly.csv", "in/deeper/nightly-repaired.csv"),
    ("nightly.csv", "nightly-repaired.csv"), ("nowhere/nightly.csv", "nightly-repaired.csv"),
    ("../other/nightly.csv", "OTHER/nightly-repaired.csv"),
  ])
  func copiesBesideTheSheet(_ sheet: String, _ copy: String) throws {
    let folder = try TemporaryFolder()
    for name in ["start/in/deeper", "other"] {
      try FileManager.default.createDirectory(
        atPath: folder.path(name), withIntermediateDirectories: true)
    }
    var summary = try summary([.rejected: 1], exit: 1, arguments: ["run", sheet, "--resource", "incidents"])
    let start = folder.path("start")
    (summary.record.request.folder, summary.workingFolder) = (start, start)
    summary.record.sheetPath = URL(fileURLWithPath: "\(start)/\(sheet)").standardized.path
    let expected = copy.replacing("OTHER", with: folder.path("other"))
    #expect(
      summary.nextCommands.map(\.command) == [
        "cp /state/R/failed.csv \(expected)", "bulkpatch run \(expected) --resource incidents",
      ])
  }

  @Test func rebuildsAMissingSheetAfterAKill() throws {
    var summary = try summary([.rejected: 1, .staged: 1], exit: 1)
    summary.standing = .cutShort
    #expect(
      summary.nextCommands.map(\.command).dropFirst().first
        == "bulkpatch results R --state failed,rejected,conflict --format csv > nightly-repaired.csv")
  }

  /// Characters that no terminal may see are still typed exactly.
  @Test(arguments: ["a\u{1B}[31m.csv", "-\u{202E}x", "50%\n'\\.csv"])
  func quotesWhatCannotBeTyped(_ word: String) throws {
    let quoted = ShellWord.quoted(word)
    #expect(quoted.utf8.allSatisfy { (0x20..<0x7F).contains($0) })
    let shell = Process()
    shell.executableURL = URL(fileURLWithPath: "/bin/sh")
    shell.arguments = ["-c", "printf %s \(quoted)"]
    let output = Pipe()
    shell.standardOutput = output
    try shell.run()
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    shell.waitUntilExit()
    #expect(String(decoding: bytes, as: UTF8.self) == word)
  }

  @Test(arguments: [
    ("plain-1.csv", "plain-1.csv"), ("", "''"), ("a b", "'a b'"), ("it's", "'it'\\''s'"),
    ("$HOME", "'$HOME'"),
    ("<null>", "'<null>'"), ("id=threads.append.text", "id=threads.append.text"), ("Größe.csv", "Größe.csv"),
  ])
  func quotesForTheShell(_ word: String, _ quoted: String) { #expect(ShellWord.quoted(word) == quoted) }
}
