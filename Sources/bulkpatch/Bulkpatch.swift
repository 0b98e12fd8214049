import ArgumentParser

/// The command line; each command is a file in `Commands/`.
@main
struct Bulkpatch: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bulkpatch",
    abstract: "Update service-desk records in bulk from a spreadsheet, safely.",
    subcommands: [SandboxCommand.self])
}
