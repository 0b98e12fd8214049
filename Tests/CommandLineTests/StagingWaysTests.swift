import ArgumentParser
import Catalog
import Console
import Foundation
import GRDB
import Patches
import Reports
import Sheets
import Staging
import TestSupport
import Testing

@testable import Runs
@testable import bulkpatch

/// A sheet is staged from its bytes where that is certain and by the rules everywhere else, byte for byte as
/// by the rules alone.
@Suite struct StagingWaysTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// The contents of a run file and its result files once a sheet is staged.
  private struct Staged: Equatable {
    /// Every column of every row that people and programs see, the body as `row_patch` has it.
    var rows: [[String]]
    var closingFindings: [Finding]
    var files: [String: Data]
    /// The number of rows that have their body as a recipe.
    var recipes = 0

    static func == (one: Staged, other: Staged) -> Bool {
      one.rows == other.rows && one.closingFindings == other.closingFindings && one.files == other.files
    }
  }

  private enum Way { case bytes, rules }

  private func stage(_ plan: RunPlan, _ way: Way) throws -> Staged {
    let source = try PatchSource(plan, spool: "")
    let directory = try RunDirectory.make(in: folder.path("state"), job: "\(way)", now: Date())
    var record = RunRecord(
      id: "20250101T000000000Z-ways", job: "ways", resource: plan.resource.name, site: "-", siteURL: "-",
      sheetPath: plan.sheet, sheetFormat: source.sheet.format.rawValue, sheetHeader: source.sheet.header,
      mappingSHA256: "-", request: RunRequest(source: "", folder: "/"), toolVersion: "0",
      created: "2025-01-01T00:00:00.000Z")
    record.sheetDelimiter = source.sheet.delimiter.map { String(Unicode.Scalar($0)) }
    let run = try RunFile(creating: record, in: directory)
    var staged: StagedResults?
    switch way {
    case .bytes:
      staged = try StagedResults(run)
      try run.stage(
        filling: { try source.fill(&$0) }, additions: source.additions, showing: staged,
        progress: { _ in }, digest: { source.sheet.digest })
    case .rules:
      try run.stage(
        next: { try source.next().map { WholeRow($0.row, $0.built) } }, progress: { _ in },
        digest: { source.sheet.digest })
    }
    var files: [String: Data] = [:]
    for file in try ResultFiles.write(run, staged: staged) {
      files[file.name] = try Data(contentsOf: URL(fileURLWithPath: file.path))
    }
    run.end()
    return try read(directory.runFile, source, files)
  }

  /// Reads the file as any program can that knows nothing of `bulkpatch`.
  private func read(_ path: String, _ source: PatchSource, _ files: [String: Data]) throws -> Staged {
    let database = try DatabaseQueue(path: path)
    return try database.read { database in
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT row.*, row_patch.patch AS body FROM row JOIN row_patch USING (number) ORDER BY number
          """)
      let run = try Row.fetchOne(database, sql: "SELECT rows_read, sheet_size, sheet_sha256 FROM run")
      let own: Set<String> = ["patch", "recipe"]
      return Staged(
        rows: [run.map { $0.databaseValues.map(\.description) } ?? []]
          + rows.map { row in row.filter { !own.contains($0.0) }.map { "\($0.0)=\($0.1)" } },
        closingFindings: source.closingFindings, files: files,
        recipes: rows.count { $0["recipe"] as String? != nil })
    }
  }

  /// - Returns: the number of rows staged from their bytes; `nil` when the sheet cannot be used.
  @discardableResult
  private func compare(_ plan: RunPlan, _ place: Comment) throws -> (recipes: Int, rows: Int)? {
    do throws(UserError) { guard try PatchSource(plan, spool: "").isUsable else { return nil } } catch {
      return nil
    }
    let bytes = try stage(plan, .bytes)
    let rules = try stage(plan, .rules)
    #expect(bytes == rules, place)
    #expect(rules.recipes == 0, place)
    return (bytes.recipes, bytes.rows.count - 1)
  }

  @Test(arguments: RandomSheet.Format.allCases, [UInt64.random(in: 0 ... .max), 1, 2])
  func stagesRandomSheetsAlike(_ format: RandomSheet.Format, _ seed: UInt64) throws {
    var sheets = RandomSheet(seed: seed)
    var recipes = 0
    for round in rounds(60) {
      let text = sheets.text(format, rows: 40)
      let sheet = try folder.write("sheet.\(format.rawValue)", text)
      var flags = ["--resource", "incidents"]
      for (name, type) in RandomSheet.customTypes {
        flags += ["--custom-field", "customFields.c.\(name)=\(type)"]
      }
      if round % 3 == 1 {
        flags += ["--values", "subject:8=eight", "--default", "subject=other", "--missing-columns", "ignore"]
        flags += ["--date", "d.M.yyyy", "--decimal", "comma"]
      }
      if round % 3 != 0, format == .csv { flags += ["--skip-rows-where", "*e?", "--skip-rows-where", "1?"] }
      if round % 4 == 3 { flags += ["--skip-last-rows", "2"] }
      let command = try CheckCommand.parse([sheet] + flags)
      let plan = try RunPlan(command.job.jobOrSheet, flags: command.flags, environment: [:])
      recipes += try compare(plan, "seed \(seed), round \(round)")?.recipes ?? 0
    }
    // A sheet drawn at random may hold nothing that is staged from bytes; the two fixed ones do.
    #expect(recipes > 0 || seed > 2, "seed \(seed)")
  }

  /// Rows that the job leaves out are counted, and say why.
  @Test func countsTheRowsThatTheJobLeavesOut() throws {
    let sheet = try folder.write("totals.csv", "id,subject,queue\n1,a,2\nTotal 1,,\n2,b,2\nTotal,2\n")
    let flags = ["--resource", "incidents", "--skip-rows-where", "Total*"]
    let command = try CheckCommand.parse([sheet] + flags)
    let plan = try RunPlan(command.job.jobOrSheet, flags: command.flags, environment: [:])
    let staged = try stage(plan, .bytes)
    #expect(staged == (try stage(plan, .rules)))
    let states = staged.rows.dropFirst().map { row in
      row.first { $0.hasPrefix("state=") } ?? ""
    }
    #expect(states == ["state=\"staged\"", "state=\"skipped\"", "state=\"staged\"", "state=\"skipped\""])
    let skipped = String(decoding: staged.files["skipped.csv"] ?? Data(), as: UTF8.self)
    #expect(skipped.contains("skip-rows,its first cell is like 'Total*' (skip_rows)"))
    let last = try CheckCommand.parse([sheet] + flags.prefix(2) + ["--skip-last-rows", "1"])
    let source = try PatchSource(RunPlan(last.job.jobOrSheet, flags: last.flags, environment: [:]), spool: "")
    var reasons: [String?] = []
    while let (_, built) = try source.next() { reasons.append(built.skipped) }
    #expect(reasons == [nil, nil, nil, "it is the last row of the sheet (skip_rows)"])
  }

  private static let project = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  @Test(arguments: [
    "reassign-tier2", "close-waiting", "close-stale-interactions", "interactions-with-children", "add-notes",
  ])
  func stagesTheSamplesAlike(_ job: String) throws {
    let path = Self.project.appendingPathComponent("jobs/\(job).yaml").path
    let counts = try compare(RunPlan(path, flags: [], environment: [:]), "\(job)")
    #expect((counts?.rows ?? 0) > 0)
  }

  @Test func reportsRepeatedAdditionsAsTheyStandInTheSheet() throws {
    var text = "id,threads.append.text,threads.append.entryType\n"
    for row in 0..<300 { text += "\(row * 7 % 60 + 1),note \(row % 5),Note\n" }
    let sheet = try folder.write("notes.csv", text)
    let command = try CheckCommand.parse([sheet, "--resource", "incidents"])
    let plan = try RunPlan(command.job.jobOrSheet, flags: command.flags, environment: [:])
    let counts = try #require(try compare(plan, "notes"))
    #expect(counts.rows == 300 && counts.recipes == 299)
  }
}
