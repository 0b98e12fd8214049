import ArgumentParser
import Console
import Foundation
import JSON
import Reports
import Runs
import Staging

/// The command `bulkpatch show RUN`: shows a run's standing, and the next commands.
struct ShowCommand: DocumentedCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show how a run stands and what to do next.")

  static let manual = Manual(
    examples: [
      "bulkpatch show latest": "the morning after",
      "bulkpatch show latest --json": "the same, for a program",
      "bulkpatch show latest --full": "every row of a dry run, before and after",
      "bulkpatch show latest --follow": "watch the newest run from another terminal, until it ends",
    ],
    notes: """
      A run that is under way is not disturbed. With --follow, --json prints one object a line: what changed, and at
      the end what it prints without --follow.
      """,
    exitCodes: [
      (.success, "the run was shown"), (.locked, "a process works on the shard"),
      (.usage, ExitCode.usage.meaning),
      (.noSuchFile, "there is no such run"), (.inputOutput, ExitCode.inputOutput.meaning),
    ])

  @OptionGroup var target: RunArgument
  @OptionGroup(title: "General") var global: GlobalOptions

  @Flag(name: .customLong("full"), help: "Show every row of a dry run, as planned.")
  var isFull = false

  @Flag(help: "Watch a run that is under way until it ends.")
  var follow = false

  func run() throws {
    let directory = try target.directory(global)
    let output = Output.standardOutput()
    let file: RunFile
    let summary: RunSummary
    do throws(StagingError) {
      if follow { try watch(directory, output) }
      file = try RunFile(reading: directory)
      summary = try RunSummary(
        reading: file, holder: FileLock.holder(of: directory.lockFile),
        run: global.options.name(of: directory),
        workingFolder: WorkingFolder.path)
    } catch { throw UserError(error) }
    guard !isFull || summary.record.isDryRun else {
      throw UserError(
        .usage, place: target.run, "not a dry run: no plan to show",
        hint: "see the outcome of every row with 'bulkpatch results \(global.options.word(for: directory))'")
    }
    let home = try directory.home(else: global.home())
    do throws(StagingError) { try file.requireNewest(in: home) } catch {
      // The output then does not show the run's real standing.
      Output.toStandardError("warning: \(error)\n\(error.hint.map { "hint: \($0)\n" } ?? "")")
    }
    if follow, global.wantsJSON {
      output.write(summary.details.text() + "\n")
    } else {
      try output.write(summary, from: file, isFull: isFull, wantsJSON: global.wantsJSON)
    }
    try output.finish()
  }

  private func watch(_ directory: RunDirectory, _ output: Output) throws(StagingError) {
    try RunWatch(directory, progressStyle: global.options.progressStyle).untilTheEnd { moment in
      guard global.wantsJSON else { return !output.isClosed }
      output.write(moment.text() + "\n")
      output.flush()
      return !output.isClosed
    }
  }
}
