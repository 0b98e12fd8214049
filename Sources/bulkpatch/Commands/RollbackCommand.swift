import ArgumentParser
import Catalog
import Console
import Execution
import Foundation
import JSON
import Sites
import Staging

/// `bulkpatch rollback RUN`: put back what a run has changed.
struct RollbackCommand: DocumentedCommand {
  static let configuration = CommandConfiguration(
    commandName: "rollback", abstract: "Put back what a run changed, where nobody has changed it since.")

  static let manual = Manual(
    examples: [
      "bulkpatch rollback latest": "put back what the newest run has changed",
      "bulkpatch rollback latest --dry-run":
        "show what would go back, and send nothing; 'bulkpatch apply' carries it out",
      "bulkpatch rollback latest --only 3,7-12": "of some of its rows, by their numbers in the results",
      "bulkpatch rollback latest --record 5120 --record 240317-000042": "of some records",
      "bulkpatch rollback latest --retract-appends":
        "and make private notes that say so of the threads it has appended",
    ],
    notes: """
      A rollback is a run of its own: it can be stopped, resumed, and put back itself. An attribute goes back only
      if it still is what the run wrote; what somebody has changed since is kept and reported, unless --force.
      What cannot be put back (what was added, a response turned into a note, a command) is listed. A thread that is
      retracted stays, out of sight, with another text.
      """,
    exitCodes: RunConclusion.exitCodes.map { code, meaning in
      switch code {
      case .success: (code, "everything is as it was before the run, but for retracted threads")
      case .conflicts: (code, "something was kept, because somebody has changed it, or cannot be put back")
      case .unreadableSheet: (code, "more records would be put back than --max-records allows")
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

  @Flag(help: "Put back also what somebody has changed since.")
  var force = false

  @Flag(
    name: .customLong("retract-appends"),
    help: "Turn threads that the run has appended into private notes with another text.")
  var retractsAppends = false

  @Option(
    name: .customLong("retract-text"),
    help: ArgumentHelp(
      "That text; {run} stands for the run (default: the job's retract_text).", valueName: "text"))
  var retractText: String?

  @OptionGroup var site: SiteArguments

  @OptionGroup var planning: PlanArguments
  @OptionGroup var execution: ExecutionArguments
  @OptionGroup var window: WindowArguments
  @OptionGroup var reason: ReasonArguments
  @OptionGroup var confirmation: ConfirmationArguments
  @OptionGroup var logging: LogArguments
  @OptionGroup var global: GlobalOptions

  /// The plan of these arguments for a rollback of `source`, with a resume's flags put over them.
  ///
  /// - Throws: as `RunPlan.init(of:in:overriding:)`, and `UserError` with exit code 64.
  func plan(
    of source: RunDirectory, overriding flags: JobSettings = JobSettings()
  ) throws -> RunPlan {
    var settings = JobSettings()
    try execution.apply(to: &settings)
    try window.apply(to: &settings)
    guard settings.execution.takesSnapshots != false else {
      throw UserError(.usage, "a rollback reads every record before it writes: --no-snapshot makes no sense")
    }
    settings.site = try site.reference()
    try reason.apply(to: &settings)
    settings.retractText = try Form.text.value(ofFlag: "retract-text", retractText)
    let rows = try Form.rows.value(ofFlag: "only", rows)
    settings = settings.overridden(by: flags)
    var plan = try RunPlan(
      of: source.readRecord(), in: source, overriding: settings, isMapped: false)
    // Why the job is carried out is no reason to put it back.
    plan.settings.reason = settings.reason
    // What the job may do to so many records at most, it may as well take back.
    plan.settings.execution.maxRecords = settings.execution.maxRecords
    plan.settings.execution.canary = settings.execution.canary
    let text = plan.settings.retractText ?? RollbackScope.defaultRetractText
    if retractsAppends, !plan.resource.lists.contains(where: { $0.retraction != nil }) {
      throw UserError(
        .usage, place: "--retract-appends", "nothing that is added to \(plan.resource.name) can be retracted",
        hint: "leave it out; what was added is listed")
    }
    plan.rollback = RollbackScope(
      source: source, rows: rows, records: Set(records), isForced: force,
      retractText: retractsAppends ? text.replacing("{run}", with: source.id) : nil)
    plan.isStrict = false
    // What the job's metrics tell, above all when it last went well, is not about putting back.
    plan.settings.metricsPath = settings.overridden(by: flags).metricsPath
    plan.execution.takesSnapshots = true
    // The comparison with what was written protects each row by itself.
    plan.execution.holdsRecords = false
    plan.execution.overwritesOthers = force
    return plan
  }

  func run() throws {
    let source = try target.ownDirectory(global)
    let original = try source.readRecord()
    // The commands of a plan are looked for from its working folder; our own name is not.
    let folder = FileManager.default.currentDirectoryPath
    let ending = try RunChronicle.keep(
      logging.makeLog(isVerbose: global.isVerbose), sends: !planning.isDryRun,
      plan: { try plan(of: source) },
      work: { plan, chronicle in try putBack(original, in: source, from: folder, plan, chronicle) })
    if let ending { try RunEnding.conclude([ending]) }
  }

  /// - Returns: how it ended; `nil` when there was nothing to put back.
  private func putBack(
    _ original: RunRecord, in source: RunDirectory, from folder: String, _ plan: RunPlan,
    _ chronicle: RunChronicle
  ) throws -> RunEnding? {
    guard let scope = plan.rollback else { return nil }
    let lockWait = try window.timeToWait()
    // Whoever carries the run out has the lock of its job, too.
    if lockWait == nil, let holder = FileLock.holder(of: source.lockFile) {
      throw UserError(
        .locked, place: source.lockFile, "the run is under way: \(holder)",
        hint: "stop it, or wait for its end (--lock-wait); then put it back")
    }
    if let address = plan.site?.url, !SiteAddress.isSameSite(address, original.siteURL),
      !self.site.isSiteMoved
    {
      throw plan.otherSite(than: original)
    }
    let site = try plan.makeSite(keepingBodies: chronicle.log.holdsBodies)
    if !planning.isDryRun { try plan.requireReason() }
    let call = try RunCall(
      for: plan, in: source.stateFolder, lockWait: lockWait, chronicle: chronicle, global: global)
    let rows = try RollbackSource(plan, scope, site: site, in: call.stateFolder)
    guard try !rows.isEmpty() else {
      try sayNothingIsLeft(of: source, scope)
      return nil
    }
    let session = try RunSession.start(
      plan, rollingBack: original, arguments: Array(CommandLine.arguments.dropFirst()), in: folder,
      beside: source.stateFolder, isDryRun: planning.isDryRun, global: global)
    let conclusion = RunConclusion(
      session: session, global: global, confirmation: confirmation.confirmation,
      planOptions: planning.options)
    return call.carryOut(conclusion, on: site) { try $0.stage(from: rows) }
  }

  /// A run that has changed nothing is no mistake, but naming rows that are not there is one.
  private func sayNothingIsLeft(of source: RunDirectory, _ scope: RollbackScope) throws(UserError) {
    guard !scope.isPartial else {
      throw UserError(
        .usage, place: source.id, "none of these rows has changed anything",
        hint: "'bulkpatch results \(global.word(for: source))' lists the rows, by the numbers meant here")
    }
    guard !global.wantsJSON else {
      let output = Output.standardOutput()
      output.write(
        JSONValue.object(["run": .null, "source_run": .string(source.id)]).text(.indented(2)) + "\n")
      return try output.finish()
    }
    guard !global.isQuiet else { return }
    Output.toStandardError("note: run \(source.id) has changed nothing; there is nothing to put back\n")
  }
}
