import ArgumentParser
import Console
import Reports
import Runs
import Staging

/// The command `bulkpatch apply RUN`: carries out the plan of a dry run.
struct ApplyCommand: DocumentedCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply",
    abstract: "Carry out what a dry run showed, record by record only if still as shown.")

  static let manual = Manual(
    examples: [
      "bulkpatch run jobs/reassign-tier2.yaml --dry-run": "make the plan and look at it",
      "bulkpatch apply latest": "then carry it out",
      "bulkpatch apply latest --yes --lanes 8": "without a question, faster",
    ],
    notes: """
      A row goes out only if every attribute that it sets still is what the plan showed, or has come to be as asked.
      Else it ends as conflict, with what has changed, and the others go on. What a row leaves alone may have changed.
      Every record is read first, whatever 'snapshot' says. Called again, it goes on like 'bulkpatch resume'.
      """,
    exitCodes: ExitCode.ofRuns.filter { $0.0 != .changesPending })

  @OptionGroup var target: RunArgument
  @OptionGroup var confirmation: ConfirmationArguments
  @OptionGroup var reason: SettingArguments<ReasonSettings>
  @OptionGroup var site: SiteArguments
  @OptionGroup var repetition: RepetitionArguments
  @OptionGroup var lock: LockArguments
  @OptionGroup(title: "Pace") var pace: SettingArguments<PaceSettings>
  @OptionGroup(title: "Safety") var safety: SettingArguments<SafetySettings>
  @OptionGroup(title: "Trouble") var trouble: SettingArguments<TroubleSettings>
  @OptionGroup(title: "Unattended") var unattended: SettingArguments<UnattendedSettings>
  @OptionGroup(title: "Log and metrics") var logging: LogArguments
  @OptionGroup(title: "Log and metrics") var metrics: SettingArguments<MetricsSettings>
  @OptionGroup(title: "General") var global: GlobalOptions

  func run() throws {
    let directory = try target.ownDirectory(global)
    let record = try directory.readRecord()
    try checkPlan(of: record, in: directory)
    let flags = try
      (pace.given + safety.given + trouble.given + metrics.given + unattended.given + reason.given
      + site.flags + logging.flags).checked()
    let lockWait = try lock.timeToWait()
    try RunContinuation(
      of: directory, record, overriding: flags, claims: RunClaims(isSiteMoved: site.isSiteMoved),
      options: global.options
    ).goOn(
      RunIntent(
        confirmation: confirmation.confirmation, approvesPlan: true,
        isRepetitionMeant: repetition.isMeant),
      lockWait: lockWait, logging: logging.request)
  }

  private func checkPlan(of record: RunRecord, in directory: RunDirectory) throws(UserError) {
    let run = global.options.word(for: directory)
    guard record.isDryRun else {
      throw UserError(
        .usage, place: target.run, "is no dry run, so that there is no plan to carry out",
        hint: "'bulkpatch resume \(run)' goes on with it; 'bulkpatch run JOB --dry-run' makes a plan")
    }
    if record.planned == nil, record.exitCode == Int(ExitCode.unreadableSheet.rawValue) {
      throw UserError(
        .usage, place: target.run, "there is no plan, because its sheet was not accepted",
        hint: "'bulkpatch show \(run)' says why; mend the sheet and start anew")
    }
    guard record.planned != nil else {
      throw UserError(
        .usage, place: target.run, "its plan is not complete",
        hint: "'bulkpatch resume \(run)' completes it; nothing is sent by that")
    }
  }
}
