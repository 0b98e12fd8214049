import ArgumentParser
import Foundation
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
    ],
    notes: """
      Every row is checked first; rejected rows are kept with their findings and the rest runs.
      The run can be killed at any moment and taken up again with 'bulkpatch resume latest'.
      """,
    exitCodes: RunConclusion.exitCodes)

  @OptionGroup var job: JobArguments
  @OptionGroup var planning: PlanArguments
  @OptionGroup var execution: ExecutionArguments
  @OptionGroup var confirmation: ConfirmationArguments
  @OptionGroup var global: GlobalOptions

  @Flag(help: "Check and stage every row, and send nothing.")
  var stageOnly = false

  func validate() throws {
    guard !planning.isDryRun || !stageOnly else {
      throw ValidationError("--dry-run reads the records, --stage-only asks the site nothing")
    }
  }

  /// The plan of these arguments, with a resume's flags put over them.
  ///
  /// - Throws: `UserError` with exit code 64, 66 or 78.
  func plan(overriding flags: JobSettings = JobSettings()) throws(UserError) -> RunPlan {
    var settings = try job.settings()
    try execution.apply(to: &settings)
    return try RunPlan(
      job.jobOrSheet, flags: settings.overridden(by: flags),
      environment: ProcessInfo.processInfo.environment)
  }

  func run() throws {
    let plan = try plan()
    // Before the sheet is read: a wrong site must not be found out after a million rows.
    let site = stageOnly ? nil : try plan.makeSite()
    let interruption = Interruption()
    let (session, source) = try RunSession.start(
      plan, arguments: Array(CommandLine.arguments.dropFirst()), isDryRun: planning.isDryRun, global: global)
    defer { session.end() }
    let work = RunWork(session: session, interruption: interruption, progressStyle: global.progressStyle)
    try work.stage(from: source)
    let conclusion = RunConclusion(
      session: session, global: global, confirmation: confirmation.confirmation(interruption),
      planOptions: planning.options)
    try conclusion.conclude(after: work, on: site)
  }
}
