import ArgumentParser
import Reports
import Staging

/// `bulkpatch resume RUN`: go on from the checkpoints of a run that did not come to its end.
struct ResumeCommand: DocumentedCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume", abstract: "Go on with a run from its checkpoints.")

  static let manual = Manual(
    examples: [
      "bulkpatch resume latest": "go on with the newest run",
      "bulkpatch resume latest --retry-failed": "and send the failed rows once more",
      "bulkpatch resume 20261121T174105123Z-reassign-tier2 --lanes 2": "more gently than before",
    ],
    notes: """
      Nothing has to be unlocked first, however the run ended. Rows whose outcome is known are not sent again.
      The sheet and its mapping must be what they were; the site and how fast it is used may change.
      A dry run that was stopped is completed; one that is complete is carried out by 'bulkpatch apply'.
      """,
    exitCodes: RunConclusion.exitCodes)

  @OptionGroup var target: RunArgument
  @OptionGroup var execution: ExecutionArguments
  @OptionGroup var confirmation: ConfirmationArguments
  @OptionGroup var global: GlobalOptions

  @Flag(help: "Send the failed rows once more.")
  var retryFailed = false

  @Option(help: ArgumentHelp("Another site than the run was started with.", valueName: "name|url"))
  var site: String?

  func run() throws {
    let directory = try target.directory(in: global.stateFolder())
    let record = try directory.readRecord()
    var flags = JobSettings()
    try execution.apply(to: &flags)
    flags.site = try Form.siteName.value(ofFlag: "site", site).map(SiteReference.init)
    try refuseCompletePlan(record)
    try RunContinuation(of: directory, record, overriding: flags, global: global)
      .goOn(retryingFailed: retryFailed, asking: confirmation.confirmation)
  }

  /// A plan is carried out by somebody who says so, and not by whoever goes on with a run.
  private func refuseCompletePlan(_ record: RunRecord) throws(UserError) {
    guard record.isDryRun, record.planned != nil, record.approved == nil else { return }
    throw UserError(
      .usage, place: target.run, "the dry run is complete, and nobody has approved its plan yet",
      hint: "'bulkpatch apply \(ShellWord.quoted(target.run))' carries it out, 'bulkpatch show' shows it")
  }
}
