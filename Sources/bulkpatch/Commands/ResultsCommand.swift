import ArgumentParser
import Console
import Foundation
import Reports
import Runs
import Staging

/// The command `bulkpatch results RUN`: prints the outcome of every row.
struct ResultsCommand: DocumentedCommand {
  static let configuration = CommandConfiguration(
    commandName: "results", abstract: "Show the outcome of each row of a run.")

  static let manual = Manual(
    examples: [
      "bulkpatch results latest --state failed,rejected": "what went wrong, and why",
      "bulkpatch results latest --state failed --format csv > again.csv":
        "the failed rows as a sheet to correct and run again",
      "bulkpatch results latest --json | jq -r '._error'": "every row as a JSON object a line",
    ],
    notes: "The states are \(RowState.allCases.map(\.rawValue).joined(separator: ", ")).",
    exitCodes: [
      (.success, "the rows were printed"), (.usage, ExitCode.usage.meaning),
      (.noSuchFile, "there is no such run"), (.inputOutput, ExitCode.inputOutput.meaning),
    ])

  @OptionGroup var target: RunArgument
  @OptionGroup(title: "General") var global: GlobalOptions

  @Option(
    help: ArgumentHelp("Only rows in these states, separated by commas; repeatable.", valueName: "state"),
    completion: .list(Form<RowState>.word.words))
  var state: [String] = []

  @Option(
    help: ArgumentHelp("table, csv or jsonl (default: table).", valueName: "format"),
    completion: .list(Form<ResultListing.Format>.word.words))
  var format: String?

  func run() throws {
    let directory = try target.directory(global)
    let states = try states()
    let format = try Form<ResultListing.Format>.word.value(ofFlag: "format", format)
    let output = Output.standardOutput()
    do throws(StagingError) {
      let listing = ResultListing(
        try RunFile(reading: directory), states: states,
        format: format ?? (global.wantsJSON ? .jsonl : .table), width: output.width)
      try listing.write { text in
        output.write(data: text)
        return !output.isClosed
      }
    } catch { throw UserError(error) }
    try output.finish()
  }

  /// Returns the requested states, all by default.
  private func states() throws(UserError) -> [RowState] {
    var states: [RowState] = []
    for name in state.flatMap({ $0.split(separator: ",") }) {
      if let state = try Form<RowState>.word.value(ofFlag: "state", String(name)) { states.append(state) }
    }
    return states.isEmpty ? RowState.allCases : states
  }
}
