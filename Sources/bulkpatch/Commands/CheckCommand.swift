import ArgumentParser
import Console
import Foundation
import Runs
import Staging

/// The command `bulkpatch check JOB|SHEET`: finds every mistake of a sheet before anything is sent.
struct CheckCommand: DocumentedCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Validate a sheet offline: what is wrong, in which lines, and what to do.")

  static let manual = Manual(
    examples: [
      "bulkpatch check jobs/reassign-tier2.yaml": "check the sheet of a job",
      "bulkpatch check cases.csv --resource incidents --column 'Incident=id'": "check a sheet on its own",
      "bulkpatch check jobs/reassign-tier2.yaml --all": "every finding at its line, instead of groups",
      "gunzip -c cases.csv.gz | bulkpatch check - --resource incidents": "check standard input",
    ],
    notes: "Nothing is sent. A flag overrides the key of the job file that it is named after.",
    exitCodes: [
      (.success, "every row is valid"), (.rowsFailed, "some rows would be rejected"),
      (.usage, ExitCode.usage.meaning), (.unreadableSheet, ExitCode.unreadableSheet.meaning),
      (.noSuchFile, ExitCode.noSuchFile.meaning), (.inputOutput, ExitCode.inputOutput.meaning),
      (.configuration, ExitCode.configuration.meaning),
    ])

  @OptionGroup var job: JobArguments
  @OptionGroup(title: "Sheet") var sheet: SettingArguments<SheetSettings>
  @OptionGroup(title: "Mapping") var mapping: SettingArguments<MappingSettings>
  @OptionGroup(title: "Conditions") var conditions: SettingArguments<ConditionSettings>
  @OptionGroup(title: "General") var global: GlobalOptions

  @Flag(
    name: .customLong("all"),
    help: "Show every finding with its line, instead of one group for each rule and column.")
  var showsAll = false

  /// The flags that override the job's settings.
  var flags: [RunRequest.Flag] { sheet.given + mapping.given + conditions.given }

  func run() throws {
    let plan = try RunPlan(
      job.jobOrSheet, flags: flags, environment: ProcessInfo.processInfo.environment)
    let spool = FileManager.default.temporaryDirectory
      .appendingPathComponent("bulkpatch-\(UUID().uuidString)").path
    defer { if plan.readsStandardInput { try? FileManager.default.removeItem(atPath: spool) } }

    let output = Output.standardOutput()
    let report: any CheckReport =
      global.wantsJSON
      ? JSONCheckReport(output) : TextCheckReport(output, isQuiet: global.isQuiet, showsAll: showsAll)
    let code = try SheetCheck(plan: plan, spool: spool).perform(report)
    try output.finish()
    guard code == .success else { throw code }
  }
}
