import ArgumentParser
import Console
import Execution
import Foundation
import Runs

/// The command line; each command is a file in `Commands/`.
@main
struct Bulkpatch: DocumentedCommand {
  static let configuration = CommandConfiguration(
    commandName: "bulkpatch",
    abstract: "Update service-desk records in bulk from a spreadsheet, safely.",
    version: Program.version,
    subcommands: [
      InitCommand.self, CheckCommand.self, RunCommand.self, ApplyCommand.self, ResumeCommand.self,
      VerifyCommand.self, RollbackCommand.self, SplitCommand.self, GatherCommand.self,
      RunsCommand.self, ShowCommand.self, ResultsCommand.self, ReportCommand.self, ResourcesCommand.self,
      PingCommand.self, ValuesCommand.self, SelectCommand.self, SandboxCommand.self,
    ])

  static let manual = Manual(
    examples: [
      "bulkpatch resources incidents": "list the columns a sheet can have",
      "bulkpatch check jobs/reassign-tier2.yaml": "find every mistake before anything is sent",
    ],
    notes: """
      Data goes to standard output, everything else to standard error.
      Tab completion: bulkpatch --generate-completion-script bash (or zsh, fish) prints a script for your
      shell to load.
      """,
    exitCodes: ExitCode.allCases.map { ($0, $0.meaning) })

  static let topics = [HelpTopic.jobKeys, .siteKeys]

  /// The user's working folder; a resumed run works in the one it was started in.
  static let folder = FileManager.default.currentDirectoryPath

  static func main() {
    MemorySupply.limitHeaps()
    _ = folder
    Interruption.makePossible()
    if !ThreadSupply.hasSpare {
      Output.toStandardError(UserError.tooFewThreads.text)
      Foundation.exit(ExitCode.inputOutput.rawValue)
    }
    if DescriptorSupply.lanes(of: 1) == 0 {
      Output.toStandardError(UserError.tooFewDescriptors.text)
      Foundation.exit(ExitCode.inputOutput.rawValue)
    }
    Program.main(Bulkpatch.self, SandboxCommand.passingOn(Array(CommandLine.arguments.dropFirst())))
  }
}
