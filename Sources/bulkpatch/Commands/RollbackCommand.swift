import ArgumentParser
import Catalog
import Console
import Execution
import Foundation
import JSON
import Runs
import Sites
import Staging

/// The command `bulkpatch rollback RUN`: restores what a run has changed.
struct RollbackCommand: DocumentedCommand {
  static let configuration = CommandConfiguration(
    commandName: "rollback", abstract: "Undo a run's changes, except where others have changed them since.")

  static let manual = Manual(
    examples: [
      "bulkpatch rollback latest": "roll back the newest run",
      "bulkpatch rollback latest --dry-run":
        "show what would be rolled back, and send nothing; 'bulkpatch apply' applies it",
      "bulkpatch rollback latest --only 3,7-12": "only some of its rows, by their numbers in the results",
      "bulkpatch rollback latest --record 5120 --record 240317-000042": "only some records",
      "bulkpatch rollback latest --retract-appends":
        "and turn the threads it has appended into private notes that say so",
    ],
    notes: """
      A rollback is a run of its own: it can be stopped, resumed, and rolled back itself. An attribute is rolled back
      only if it still has the value that the run wrote; one changed since is kept and reported, unless --force.
      Changes that cannot be rolled back (additions, a response turned into a note, commands) are listed. A retracted
      thread stays, out of sight, with another text.
      """,
    exitCodes: ExitCode.ofRuns.map { code, meaning in
      switch code {
      case .success: (code, "everything is as it was before the run, except retracted threads")
      case .conflicts: (code, "something was kept, because it has changed since, or cannot be rolled back")
      case .unreadableSheet: (code, "more records would be rolled back than --max-records allows")
      default: (code, meaning)
      }
    })

  @OptionGroup var target: RunArgument

  @Option(
    name: .customLong("only"),
    help: ArgumentHelp("Only these rows of the run, such as 3,7-12.", valueName: "rows"))
  var rows: String?

  @Option(
    name: .customLong("record"),
    help: ArgumentHelp("Only this record, by its id or its key in the sheet; repeatable.", valueName: "id"))
  var records: [String] = []

  @Flag(help: "Also roll back what others have changed since.")
  var force = false

  @Flag(
    name: .customLong("retract-appends"),
    help: "Turn threads that the run has appended into private notes with another text.")
  var retractsAppends = false

  @OptionGroup var retractText: SettingArguments<RollbackSettings>
  @OptionGroup var site: SiteArguments

  @OptionGroup var planning: PlanArguments
  @OptionGroup var confirmation: ConfirmationArguments
  @OptionGroup var reason: SettingArguments<ReasonSettings>
  @OptionGroup var lock: LockArguments
  @OptionGroup(title: "Pace") var pace: SettingArguments<PaceSettings>
  @OptionGroup(title: "Safety") var safety: SettingArguments<SafetySettings>
  @OptionGroup(title: "Trouble") var trouble: SettingArguments<TroubleSettings>
  @OptionGroup(title: "Log and metrics") var logging: LogArguments
  @OptionGroup(title: "Log and metrics") var metrics: SettingArguments<MetricsSettings>
  @OptionGroup(title: "General") var global: GlobalOptions

  /// Returns the plan of these arguments.
  ///
  /// - Throws: as `RunPlan.init(rollingBack:_:)`.
  private func plan(of source: RunDirectory) throws(UserError) -> RunPlan {
    let scope = RunRequest.Scope(
      rows: rows, records: records, isForced: force, retractsAppends: retractsAppends)
    let flags =
      pace.given + safety.given + trouble.given + metrics.given + site.flags + reason.given
      + retractText.given + logging.flags + global.flags
    return try RunPlan(
      rollingBack: source,
      RunRequest(source: "", folder: WorkingFolder.path, flags: flags, scope: scope))
  }

  func run() throws {
    let source = try target.ownDirectory(global)
    let original = try source.readRecord()
    let ending = try RunChronicle.keep(
      logging.request.makeLog(isVerbose: global.isVerbose), sends: !planning.isDryRun,
      plan: { try plan(of: source) },
      work: { plan, chronicle in try rollBack(original, in: source, plan, chronicle) })
    if let ending { try RunEnding.conclude([ending]) }
  }

  /// - Returns: the ending; `nil` if there was nothing to roll back.
  private func rollBack(
    _ original: RunRecord, in source: RunDirectory, _ plan: RunPlan, _ chronicle: RunChronicle
  ) throws -> RunEnding? {
    guard let scope = plan.purpose.scope else { return nil }
    if let part = original.part {
      throw UserError(
        .usage, place: target.run, "is \(part.name), and no run of its own",
        hint: "gather the run, and roll that back: 'bulkpatch gather \(part.parent)'")
    }
    let lockWait = try lock.timeToWait()
    // A process that carries the run out holds the lock of its job, too.
    if lockWait == nil, let holder = FileLock.holder(of: source.lockFile) {
      throw UserError(
        .locked, place: source.lockFile, "the run is under way: \(holder)",
        hint: "stop it, or wait for its end (--lock-wait); then roll it back")
    }
    if let address = plan.site?.url, !SiteAddress.isSameSite(address, original.siteURL),
      !self.site.isSiteMoved
    {
      throw plan.otherSite(than: original)
    }
    let site = try plan.makeSite(keepingBodies: chronicle.log.holdsBodies)
    if !planning.isDryRun { try plan.requireReason() }
    let call = try RunCall(
      for: plan, in: source.stateFolder, lockWait: lockWait, chronicle: chronicle, options: global.options)
    let rows = try RollbackSource(plan, scope, site: site, in: call.stateFolder)
    guard try !rows.isEmpty() else {
      try sayNothingIsLeft(of: source, scope)
      return nil
    }
    let session = try RunSession.start(
      plan, rollingBack: original, beside: source.stateFolder, isDryRun: planning.isDryRun,
      options: global.options)
    return call.carryOut(
      session, on: site,
      RunIntent(confirmation: confirmation.confirmation, planOptions: planning.options)
    ) {
      try $0.stage(from: rows)
      return nil
    }
  }

  /// Reports that nothing is left to roll back; that is no mistake, but naming rows that do not exist is one.
  private func sayNothingIsLeft(of source: RunDirectory, _ scope: RollbackScope) throws(UserError) {
    guard !scope.isPartial else {
      throw UserError(
        .usage, place: source.id, "none of these rows has changed anything",
        hint:
          "'bulkpatch results \(global.options.word(for: source))' lists the rows, by the numbers meant here")
    }
    guard !global.wantsJSON else {
      let output = Output.standardOutput()
      output.write(
        JSONValue.object(["run": .null, "source_run": .string(source.id)]).text(.indented(2)) + "\n")
      return try output.finish()
    }
    guard !global.isQuiet else { return }
    Output.toStandardError("note: run \(source.id) has changed nothing: nothing to roll back\n")
  }
}
