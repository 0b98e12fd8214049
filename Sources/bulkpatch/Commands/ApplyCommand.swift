import ArgumentParser
import Console
import Reports
import Runs
import Staging

/// The command `bulkpatch apply RUN`: carries out the plan of a dry run.
struct ApplyCommand: DocumentedCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply",
    abstract: "Apply a dry run's plan, except where records have changed since.")

  static let manual = Manual(
    examples: [
      "bulkpatch run jobs/reassign-tier2.yaml --dry-run": "make a plan and review it",
      "bulkpatch apply latest": "then apply it",
      "bulkpatch apply latest --yes --lanes 8": "without asking, and faster",
    ],
    notes: """
      A row is sent only if every attribute it sets is still as the plan showed, or already as asked. Otherwise it
      ends as conflict, with what has changed, and the other rows continue. Attributes that a row does not set may
      have changed. Every record is read first, whatever 'snapshot' says. Called again, it works like resume.
      """,
    exitCodes: ExitCode.ofRuns.filter { $0.0 != .changesPending })

  @OptionGroup var target: RunArgument
  @OptionGroup var confirmation: ConfirmationArguments
  @OptionGroup var reason: SettingArguments<ReasonSettings>
  @OptionGroup var continuation: ContinuationArguments
  @OptionGroup(title: "Unattended") var unattended: SettingArguments<UnattendedSettings>
  @OptionGroup(title: "Log and metrics") var logging: LogArguments
  @OptionGroup(title: "Log and metrics") var metrics: SettingArguments<MetricsSettings>
  @OptionGroup(title: "General") var global: GlobalOptions

  func run() throws {
    let directory = try target.ownDirectory(global)
    let record = try directory.readRecord()
    try checkPlan(of: record, in: directory)
    let flags = try (continuation.flags + metrics.given + unattended.given + reason.given + logging.flags)
      .checked()
    let lockWait = try continuation.lock.timeToWait()
    try RunContinuation(
      of: directory, record, overriding: flags, claims: RunClaims(isSiteMoved: continuation.site.isSiteMoved),
      options: global.options
    ).goOn(
      RunIntent(
        confirmation: confirmation.confirmation, approvesPlan: true,
        isRepetitionMeant: continuation.repetition.isMeant),
      lockWait: lockWait, logging: logging.request)
  }

  private func checkPlan(of record: RunRecord, in directory: RunDirectory) throws(UserError) {
    let run = global.options.word(for: directory)
    guard record.isDryRun else {
      throw UserError(
        .usage, place: target.run, "not a dry run: no plan to apply",
        hint: "resume it with 'bulkpatch resume \(run)', or make a plan with 'bulkpatch run JOB --dry-run'")
    }
    if record.planned == nil, record.exitCode == Int(ExitCode.unreadableSheet.rawValue) {
      throw UserError(
        .usage, place: target.run, "no plan: its sheet was not accepted",
        hint: "see why with 'bulkpatch show \(run)'; fix the sheet and run it again")
    }
    guard record.planned != nil else {
      throw UserError(
        .usage, place: target.run, "its plan is not complete",
        hint: "complete it with 'bulkpatch resume \(run)', which sends nothing")
    }
  }
}
