import ArgumentParser
import Foundation

/// The command line; each command is a file in `Commands/`.
@main
struct Bulkpatch: DocumentedCommand {
  /// The version of the tool, in `--version`, in every run file and in the requests' user agent.
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "bulkpatch",
    abstract: "Update service-desk records in bulk from a spreadsheet, safely.",
    version: version,
    subcommands: [
      CheckCommand.self, RunCommand.self, ApplyCommand.self, ResumeCommand.self, VerifyCommand.self,
      RollbackCommand.self,
      RunsCommand.self, ShowCommand.self, ResultsCommand.self, ResourcesCommand.self, SandboxCommand.self,
    ])

  static let manual = Manual(
    examples: [
      "bulkpatch resources incidents": "what a sheet's columns may be",
      "bulkpatch check jobs/reassign-tier2.yaml": "find every mistake before anything is sent",
    ],
    notes: """
      Data goes to standard output, everything else to standard error.
      Tab completion: bulkpatch --generate-completion-script bash (or zsh, fish) prints a script for your
      shell to load.
      """,
    exitCodes: ExitCode.allCases.map { ($0, $0.meaning) })

  static func main() {
    openStandardStreams()
    // A reader who closes the pipe is met where the bytes are written, see `Output`.
    signal(SIGPIPE, SIG_IGN)
    Interruption.makePossible()
    Foundation.exit(CommandLineRun(Array(CommandLine.arguments.dropFirst())).perform().rawValue)
  }

  /// Opens those of standard input, output and error that whoever started us has closed: else the next file that is
  /// opened would be one of them, and get what is meant for people.
  private static func openStandardStreams() {
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
      // The lowest number that is free is taken, which is this one.
      _ = unsafe open("/dev/null", descriptor == STDIN_FILENO ? O_RDONLY : O_WRONLY)
    }
  }
}
