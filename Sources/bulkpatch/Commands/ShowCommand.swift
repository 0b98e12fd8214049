import ArgumentParser
import Foundation
import JSON
import Reports
import Staging

/// `bulkpatch show RUN`: how a run stands, and what to do next.
struct ShowCommand: DocumentedCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show how a run stands and what to do next.")

  static let manual = Manual(
    examples: [
      "bulkpatch show latest": "the morning after",
      "bulkpatch show latest --json": "the same for a program",
    ],
    notes: "A run that is under way is not disturbed.",
    exitCodes: [
      (.success, "the run was shown"), (.usage, ExitCode.usage.meaning),
      (.noSuchFile, "there is no such run"), (.inputOutput, ExitCode.inputOutput.meaning),
    ])

  @OptionGroup var target: RunArgument
  @OptionGroup var global: GlobalOptions

  func run() throws {
    let directory = try target.directory(
      in: global.stateFolder())
    let output = Output.standardOutput()
    do throws(StagingError) {
      let summary = try RunSummary(
        reading: RunFile(reading: directory), holder: FileLock.holder(of: directory.lockFile),
        run: global.name(of: directory), workingFolder: FileManager.default.currentDirectoryPath)
      output.write(global.wantsJSON ? summary.details.text(.indented(2)) + "\n" : summary.text)
    } catch { throw UserError(error) }
    try output.finish()
  }
}
