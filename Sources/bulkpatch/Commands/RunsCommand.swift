import ArgumentParser
import Console
import Foundation
import JSON
import Reports
import Runs
import Staging

/// The command `bulkpatch runs`: lists the runs that are kept, or removes one.
struct RunsCommand: DocumentedCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs", abstract: "List the kept runs, newest last, or delete one.")

  static let manual = Manual(
    examples: [
      "bulkpatch runs": "every run, how it ended, and what needs you",
      "bulkpatch runs --unfinished": "what is under way or can be resumed",
      "bulkpatch runs --job nightly": "the runs of one job",
      "bulkpatch runs --delete latest:nightly": "remove the newest run of a job, after a question",
    ],
    notes: """
      A deleted run can no longer be resumed, rolled back or reported on. Its sheet still counts as sent. Finished runs
      are removed after 90 days by the next run of their job, unless the job's 'keep' says otherwise.
      """,
    exitCodes: [
      (.success, "the runs were listed, or the run was deleted"), (.stoppedEarly, "nothing was deleted"),
      (.locked, "the run is under way"), (.usage, ExitCode.usage.meaning),
      (.noSuchFile, "there is no such run"), (.inputOutput, ExitCode.inputOutput.meaning),
    ])

  @Option(
    help: ArgumentHelp("List only the runs of this job.", valueName: "name"), completion: .jobs)
  var job: String?

  @Flag(help: "List only runs that are under way, can be resumed, or cannot be read.")
  var unfinished = false

  @Option(
    help: ArgumentHelp(
      "Delete this run: an id or its beginning, a folder, latest, or latest:JOB.", valueName: "run"),
    completion: .runs)
  var delete: String?

  @OptionGroup var confirmation: ConfirmationArguments
  @OptionGroup(title: "General") var global: GlobalOptions

  func validate() throws {
    guard delete == nil || job == nil && !unfinished else {
      throw ValidationError("--delete names one run; --job and --unfinished narrow the list")
    }
  }

  func run() throws {
    if let delete {
      let directory = try RunArgument.parse([delete]).ownDirectory(global)
      return try RunDeletion(of: directory, options: global.options).perform(confirmation.confirmation)
    }
    let runs = try RunList(in: global.home(), job: job, isUnfinished: unfinished)
    let output = Output.standardOutput()
    let text =
      global.wantsJSON
      ? runs.json.text(.indented(2)) + "\n"
      : runs.text(width: output.width, name: global.options.name)
    output.write(text)
    try output.finish()
  }
}
