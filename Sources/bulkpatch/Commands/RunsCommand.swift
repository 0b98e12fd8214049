import ArgumentParser
import Console
import Foundation
import JSON
import Reports

/// The command `bulkpatch runs`: lists every run that is kept.
struct RunsCommand: DocumentedCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs", abstract: "List the kept runs, newest last.")

  static let manual = Manual(
    examples: ["bulkpatch runs": "every run, how it ended, and whether it can be resumed"],
    exitCodes: [
      (.success, "the runs were listed"), (.usage, ExitCode.usage.meaning),
      (.inputOutput, ExitCode.inputOutput.meaning),
    ])

  @OptionGroup(title: "General") var global: GlobalOptions

  func run() throws {
    let runs = RunList(in: try global.home())
    let output = Output.standardOutput()
    output.write(global.wantsJSON ? runs.json.text(.indented(2)) + "\n" : runs.text)
    try output.finish()
  }
}
