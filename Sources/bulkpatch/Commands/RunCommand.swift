import ArgumentParser
import Console
import Foundation
import Sites
import Staging

/// `bulkpatch run JOB|SHEET`: stage and execute, the main job.
struct RunCommand: DocumentedCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Stage a sheet's rows and send them: the main job.")

  static let manual = Manual(
    examples: [
      "bulkpatch run jobs/reassign-tier2.yaml": "carry out a job",
      "bulkpatch run cases.csv --resource incidents --site production --lanes 8":
        "carry out a sheet on its own",
      "bulkpatch run jobs/reassign-tier2.yaml --dry-run":
        "show what would change, and send nothing; 'bulkpatch apply' carries it out",
      "bulkpatch run jobs/reassign-tier2.yaml --stage-only": "check and stage; 'bulkpatch resume' sends it",
      "bulkpatch run /srv/desk/nightly.yaml --continue --until 06:00 --quiet":
        "every night from cron: finish what last night left, then send the new sheet, until six",
    ],
    notes: """
      Every row is checked first; rejected rows are kept with their findings and the rest runs.
      The run can be killed at any moment and taken up again with 'bulkpatch resume latest'.
      While it is under way: 'touch RUN/pause' holds it until the file is removed, 'touch RUN/stop' ends it, where RUN
      is its folder; SIGUSR1 makes it say how far it is.
      """,
    exitCodes: RunConclusion.exitCodes)

  @OptionGroup var job: JobArguments
  @OptionGroup var planning: PlanArguments
  @OptionGroup var execution: ExecutionArguments
  @OptionGroup var window: WindowArguments
  @OptionGroup var unattended: UnattendedArguments
  @OptionGroup var reason: ReasonArguments
  @OptionGroup var confirmation: ConfirmationArguments
  @OptionGroup var repetition: RepetitionArguments
  @OptionGroup var logging: LogArguments
  @OptionGroup var global: GlobalOptions

  @Flag(help: "Check and stage every row, and send nothing.")
  var stageOnly = false

  @Flag(
    name: .customLong("continue"),
    help: "First finish what is unfinished of this job, the oldest run first.")
  var continues = false

  func validate() throws {
    guard !continues || !(stageOnly || planning.isDryRun) else {
      throw ValidationError("--continue sends, --\(stageOnly ? "stage-only" : "dry-run") does not")
    }
    guard !planning.isDryRun || !stageOnly else {
      throw ValidationError("--dry-run reads the records, --stage-only asks the site nothing")
    }
  }

  /// What the flags say.
  ///
  /// - Throws: `UserError` with exit code 64.
  func flags() throws(UserError) -> JobSettings {
    var settings = try job.settings()
    try execution.apply(to: &settings)
    try window.apply(to: &settings)
    try unattended.apply(to: &settings)
    try reason.apply(to: &settings)
    return settings
  }

  /// The plan of these arguments, with a resume's flags put over them.
  ///
  /// - Throws: `UserError` with exit code 64, 66 or 78.
  func plan(overriding flags: JobSettings = JobSettings()) throws(UserError) -> RunPlan {
    try RunPlan(
      job.jobOrSheet, flags: self.flags().overridden(by: flags),
      environment: ProcessInfo.processInfo.environment)
  }

  /// The commands to tell of the end, as far as they can be read: the job may be wrong elsewhere.
  func hooks(overriding flags: JobSettings = JobSettings()) -> Hooks {
    if let plan = try? plan(overriding: flags) { return Hooks(plan) }
    let flags = ((try? self.flags()) ?? JobSettings()).overridden(by: flags)
    let file = JobFile.isJob(job.jobOrSheet) ? try? JobFile(path: job.jobOrSheet) : nil
    let settings = (file?.settings ?? JobSettings()).overridden(by: flags)
    return Hooks(
      settings.hooks, job: Path.stem(of: job.jobOrSheet),
      secrets: JobFile.isJob(job.jobOrSheet) && file == nil ? nil : secretVariables(of: settings, file))
  }

  /// The environment variables with secrets of whatever site may be meant; `nil` when that cannot be read.
  private func secretVariables(of settings: JobSettings, _ file: JobFile?) -> Set<String>? {
    if case .settings(let site)? = settings.site { return site.secretVariables }
    return SitesFile(folder: file?.folder ?? "", environment: ProcessInfo.processInfo.environment)
      .secretVariables
  }

  func run() throws {
    let endings = try Hooks.telling {
      try carryOut()
    } orElse: {
      hooks()
    }
    try RunEnding.conclude(endings)
  }

  private func carryOut() throws -> [RunEnding] {
    try RunChronicle.keep(
      logging.makeLog(isVerbose: global.isVerbose), sends: !planning.isDryRun && !stageOnly,
      plan: { try plan() }, work: carryOut)
  }

  private func carryOut(_ plan: RunPlan, _ chronicle: RunChronicle) throws -> [RunEnding] {
    // Before the sheet is read: a wrong site must not be found out after a million rows.
    let site = stageOnly ? nil : try plan.makeSite(keepingBodies: chronicle.log.holdsBodies)
    if !planning.isDryRun { try plan.requireReason() }
    let call = try RunCall(
      for: plan, lockWait: window.timeToWait(), chronicle: chronicle, global: global)
    var earlier = EarlierRuns()
    let conclusion = { session in
      RunConclusion(
        session: session, global: global, confirmation: confirmation.confirmation,
        planOptions: planning.options, isRepetitionMeant: repetition.isMeant)
    }
    if continues {
      earlier = try call.continueUnfinished(of: plan, overriding: flagsForOthers(), concluding: conclusion)
    }
    var endings = earlier.endings
    guard endings.allSatisfy(\.isFinished) else { return endings }
    do throws(UserError) {
      let arguments = Array(CommandLine.arguments.dropFirst())
      let ending = try call.perform(
        plan, arguments: arguments, isDryRun: planning.isDryRun, on: site, after: earlier,
        Repetition(
          isMeant: repetition.isMeant, isPassedOver: continues,
          isAskedAbout: confirmation.confirmation.isAsked,
          sends: !planning.isDryRun && !stageOnly), concluding: conclusion)
      if let ending { endings.append(ending) }
    } catch {
      var error = error
      error.code = .worst(endings.map(\.code) + [error.code])
      throw error
    }
    call.prune(plan, after: endings)
    return endings
  }

  /// What is asked of the runs before this one: how they are sent and where to, not what their sheets mean.
  private func flagsForOthers() throws(UserError) -> JobSettings {
    let flags = try flags()
    var settings = JobSettings()
    settings.site = flags.site
    settings.execution = flags.execution
    settings.keep = flags.keep
    settings.hooks = flags.hooks
    settings.metricsPath = flags.metricsPath
    return settings
  }
}
