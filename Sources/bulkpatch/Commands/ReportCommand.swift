import ArgumentParser
import Console
import Foundation
import JSON
import Reports
import Runs
import Staging

/// The command `bulkpatch report RUN`: writes one page about a run, to be forwarded.
struct ReportCommand: DocumentedCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Write a page about a run: who changed what, when and why.")

  static let manual = Manual(
    examples: [
      "bulkpatch report latest": "into the run's folder; its path is printed",
      "bulkpatch report latest -o report.html": "of a dry run: the plan, to send to the approver",
      "bulkpatch report latest -o - | gzip > report.html.gz": "to standard output",
    ],
    notes: """
      The page is one file that browsers show offline and printers print. It loads nothing, and no text of a sheet or
      site runs in it. A run that is under way is not disturbed. The page holds the changed values, so only you can
      read the file: take care whom you send it to.
      """,
    exitCodes: [
      (.success, "the page was written"), (.usage, ExitCode.usage.meaning),
      (.noSuchFile, "there is no such run"), (.inputOutput, ExitCode.inputOutput.meaning),
    ])

  @OptionGroup var target: RunArgument
  @OptionGroup(title: "General") var global: GlobalOptions

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp(
      "Where to write it, or - for standard output (default: \(RunPage.fileName) in the run's folder).",
      valueName: "file"),
    completion: .file())
  var output: String?

  func run() throws {
    let directory = try target.directory(global)
    let page: RunPage
    do throws(StagingError) {
      let file = try RunFile(reading: directory)
      let summary = try RunSummary(
        reading: file, holder: FileLock.holder(of: directory.lockFile),
        run: global.options.name(of: directory),
        workingFolder: WorkingFolder.path)
      page = try RunPage(
        file, summary, changes: RunPlan.carriedOutChanges(of: summary.record, in: directory))
    } catch { throw UserError(error) }
    guard output != "-" else { return try print(page) }
    let path = output.map { URL(fileURLWithPath: $0).path } ?? directory.file(RunPage.fileName)
    do throws(StagingError) { try page.write(to: path) } catch {
      guard error.kind == .io, output == nil else { throw UserError(error) }
      throw UserError(.inputOutput, place: error.place, error.message, hint: "name another file with -o")
    }
    try tell(path, of: page)
  }

  private func print(_ page: RunPage) throws {
    let output = Output.standardOutput()
    do throws(StagingError) {
      try page.write { bytes in output.write(data: String(decoding: bytes, as: UTF8.self)) }
    } catch { throw UserError(error) }
    try output.finish()
  }

  private func tell(_ path: String, of page: RunPage) throws(UserError) {
    guard !global.isQuiet || global.wantsJSON else { return }
    let output = Output.standardOutput()
    if global.wantsJSON {
      output.write(
        JSONValue.object([
          "report": .string(path), "changes": .integer(Int64(page.counts.changes)),
          "lines": .integer(Int64(page.counts.lines)),
        ]).text(.indented(2)) + "\n")
    } else {
      output.write(path.printable() + "\n")
    }
    try output.finish()
  }
}
