import ArgumentParser
import Console
import Foundation
import Runs
import Sites
import Staging

/// The command `bulkpatch run JOB|SHEET`: stages and executes a sheet, the main task.
struct RunCommand: DocumentedCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Stage a sheet's rows and send them: the main command.")

  static let manual = Manual(
    examples: [
      "bulkpatch run jobs/reassign-tier2.yaml": "run a job",
      "bulkpatch run cases.csv --resource incidents --site production --lanes 8":
        "run a sheet without a job",
      "bulkpatch run jobs/reassign-tier2.yaml --dry-run":
        "show what would change, and send nothing; 'bulkpatch apply' applies it",
      "bulkpatch run jobs/reassign-tier2.yaml --stage-only": "check and stage; 'bulkpatch resume' sends it",
      "bulkpatch run /srv/desk/nightly.yaml --continue --yes --window 22:00-06:00 --quiet":
        "every night from cron: finish what last night left, then send the new sheet, until six",
    ],
    notes: """
      Every row is checked first; rejected rows are kept with their findings, and the rest is sent.
      The run can be killed at any moment and resumed with 'bulkpatch resume latest'.
      While it is under way: 'touch RUN/pause' holds it until the file is removed, 'touch RUN/stop' ends it, where RUN
      is its folder; SIGUSR1 makes it print its progress.
      """,
    exitCodes: ExitCode.ofRuns)

  @OptionGroup var job: JobArguments
  @OptionGroup(title: "Sheet") var sheet: SettingArguments<SheetSettings>
  @OptionGroup(title: "Mapping") var mapping: SettingArguments<MappingSettings>
  @OptionGroup(title: "Conditions") var conditions: SettingArguments<ConditionSettings>
  @OptionGroup(title: "Rewriting") var rewriting: SettingArguments<RewriteSettings>
  @OptionGroup var planning: PlanArguments
  @OptionGroup var confirmation: ConfirmationArguments

  @Flag(help: "Check and stage every row, and send nothing.")
  var stageOnly = false

  @Flag(
    name: .customLong("continue"),
    help: "First finish this job's unfinished runs, the oldest first.")
  var continues = false

  @OptionGroup var reason: SettingArguments<ReasonSettings>
  @OptionGroup var repetition: RepetitionArguments
  @OptionGroup var names: NameArguments
  @OptionGroup var lock: LockArguments
  @OptionGroup(title: "Pace") var pace: SettingArguments<PaceSettings>
  @OptionGroup(title: "Safety") var safety: SettingArguments<SafetySettings>
  @OptionGroup(title: "Trouble") var trouble: SettingArguments<TroubleSettings>
  @OptionGroup(title: "Safety") var snapshot: SettingArguments<SnapshotSettings>
  @OptionGroup(title: "Unattended") var unattended: SettingArguments<UnattendedSettings>
  @OptionGroup(title: "Log and metrics") var logging: LogArguments
  @OptionGroup(title: "Log and metrics") var metrics: SettingArguments<MetricsSettings>
  @OptionGroup(title: "General") var global: GlobalOptions

  func validate() throws {
    guard !continues || !(stageOnly || planning.isDryRun) else {
      throw ValidationError("--continue sends, --\(stageOnly ? "stage-only" : "dry-run") does not")
    }
    guard !planning.isDryRun || !stageOnly else {
      throw ValidationError("--dry-run reads the records, --stage-only asks the site nothing")
    }
  }

  /// The flags that override the job's settings.
  var flags: [RunRequest.Flag] {
    sheet.given + mapping.given + conditions.given + rewriting.given + pace.given + safety.given
      + trouble.given + metrics.given + snapshot.given
      + unattended.given + reason.given + logging.flags + global.flags
  }

  /// - Throws: `UserError` with exit code 64, 66 or 78.
  private func plan() throws(UserError) -> RunPlan {
    var plan = try RunPlan(
      job.jobOrSheet, flags: flags, environment: ProcessInfo.processInfo.environment)
    plan.request.isRepetitionMeant = repetition.isMeant
    return plan
  }

  func run() throws {
    let endings = try Hooks.telling {
      try carryOut()
    } orElse: {
      Hooks(of: RunRequest(source: job.jobOrSheet, folder: WorkingFolder.path, flags: flags))
    }
    try RunEnding.conclude(endings)
  }

  private func carryOut() throws -> [RunEnding] {
    try RunChronicle.keep(
      logging.request.makeLog(isVerbose: global.isVerbose), sends: !planning.isDryRun && !stageOnly,
      plan: { try plan() }, work: carryOut)
  }

  private func carryOut(_ asked: RunPlan, _ chronicle: RunChronicle) throws -> [RunEnding] {
    // Before the sheet is read, so that a wrong site does not show only after a million rows.
    let site = stageOnly ? nil : try asked.makeSite(keepingBodies: chronicle.log.holdsBodies)
    if !planning.isDryRun { try asked.requireReason() }
    if !global.isQuiet {
      for disagreement in asked.disagreements {
        Output.toStandardError("note: \(disagreement.text(place: asked.overlayPlace))")
      }
    }
    let plan = try site.map { site throws(UserError) in try asked.learningTypes(from: site) } ?? asked
    let call = try RunCall(
      for: plan, lockWait: lock.timeToWait(), chronicle: chronicle, options: global.options)
    var earlier = EarlierRuns()
    let intent = RunIntent(
      confirmation: confirmation.confirmation, planOptions: planning.options,
      isRepetitionMeant: repetition.isMeant, refreshesNames: names.isRefreshed)
    if continues {
      earlier = try call.continueUnfinished(of: plan, overriding: flagsForOthers, intent)
    }
    var endings = earlier.endings
    guard endings.allSatisfy(\.isFinished) else { return endings }
    do throws(UserError) {
      let ending = try call.perform(
        plan, isDryRun: planning.isDryRun, on: site, intent, after: earlier,
        Repetition(
          isMeant: repetition.isMeant, isPassedOver: continues,
          isAskedAbout: confirmation.confirmation.isAsked,
          sends: !planning.isDryRun && !stageOnly))
      if let ending { endings.append(ending) }
    } catch {
      var error = error
      error.code = .worst(endings.map(\.code) + [error.code])
      throw error
    }
    call.prune(plan, after: endings)
    return endings
  }

  /// The flags for earlier runs: how and where their rows are sent, not what their sheets mean.
  private var flagsForOthers: [RunRequest.Flag] {
    let names = Set(Setting.sending.map(\.flag)).subtracting([SafetySettings.suppressed.flag])
    return flags.filter { flag in
      Setting.ofFlag(flag.name).map { $0.flag == SheetSettings.site.flag || names.contains($0.flag) } ?? false
    }
  }
}
