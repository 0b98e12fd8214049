import ArgumentParser
import Console
import Execution
import Foundation
import Runs
import Staging

/// The command `bulkpatch check JOB|SHEET`: finds every mistake of a sheet before anything is sent.
struct CheckCommand: DocumentedCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Validate a sheet: what is wrong, in which lines, and what to do.")

  static let manual = Manual(
    examples: [
      "bulkpatch check jobs/reassign-tier2.yaml": "check the sheet of a job",
      "bulkpatch check cases.csv --resource incidents --column 'Incident=id'": "check a sheet on its own",
      "bulkpatch check jobs/reassign-tier2.yaml --all": "every finding at its line, instead of groups",
      "bulkpatch check jobs/reassign-tier2.yaml --live": "ask the site about keys and names as well",
      "gunzip -c cases.csv.gz | bulkpatch check - --resource incidents": "check standard input",
    ],
    notes: """
      Nothing is sent. A flag overrides the key of the job file that it is named after.
      Without --live, the site is not asked. With it, bulkpatch tests the login, and looks up every key, menu value,
      person, product and the like that the sheet names. A name that the site does not have is a finding with the nearest
      ones. A name that several share is a finding with all of them and their ids. An attribute that the site's metadata
      does not have is a finding of each row that gives it.
      Where the catalogue disagrees with an overlay, or with the site, it says so once.
      """,
    exitCodes: [
      (.success, "every row is valid"), (.rowsFailed, "some rows would be rejected"),
      (.usage, ExitCode.usage.meaning), (.unreadableSheet, ExitCode.unreadableSheet.meaning),
      (.noSuchFile, ExitCode.noSuchFile.meaning), (.inputOutput, ExitCode.inputOutput.meaning),
      (.configuration, ExitCode.configuration.meaning),
      (.unreachable, "--live: \(ExitCode.unreachable.meaning)"),
      (.tryLater, "--live: \(ExitCode.tryLater.meaning)"),
      (.refused, "--live: \(ExitCode.refused.meaning)"),
    ])

  @OptionGroup var job: JobArguments
  @OptionGroup(title: "Sheet") var sheet: SettingArguments<SheetSettings>
  @OptionGroup(title: "Mapping") var mapping: SettingArguments<MappingSettings>
  @OptionGroup(title: "Conditions") var conditions: SettingArguments<ConditionSettings>
  @OptionGroup(title: "Rewriting") var rewriting: SettingArguments<RewriteSettings>
  @OptionGroup(title: "General") var global: GlobalOptions

  @Flag(
    name: .customLong("all"),
    help: "Show every finding with its line, instead of one group for each rule and column.")
  var showsAll = false

  @Flag(name: .customLong("live"), help: "Ask the site too: login, keys, and names of people, teams, menus.")
  var isLive = false

  @OptionGroup var names: NameArguments

  func validate() throws {
    guard isLive || !names.isRefreshed else { throw ValidationError("--refresh needs --live") }
  }

  /// The flags that override the job's settings.
  var flags: [RunRequest.Flag] { sheet.given + mapping.given + conditions.given + rewriting.given }

  func run() throws {
    var plan = try RunPlan(
      job.jobOrSheet, flags: flags, environment: ProcessInfo.processInfo.environment)
    let spool = FileManager.default.temporaryDirectory
      .appendingPathComponent("bulkpatch-\(UUID().uuidString)").path
    defer { if plan.isSpooled { try? FileManager.default.removeItem(atPath: spool) } }

    let live = isLive ? try askSite(&plan, spool) : nil
    let output = Output.standardOutput()
    let report: any CheckReport =
      global.wantsJSON
      ? JSONCheckReport(output) : TextCheckReport(output, isQuiet: global.isQuiet, showsAll: showsAll)
    let code = try SheetCheck(plan: plan, spool: spool, live: live).perform(report)
    try output.finish()
    if let live, !global.isQuiet { Output.toStandardError(live.note) }
    guard code == .success else { throw code }
  }

  private func askSite(_ plan: inout RunPlan, _ spool: String) throws(UserError) -> LiveCheck {
    let site = try plan.makeSite()
    plan = try plan.comparing(with: site).learningTypes(from: site)
    let file = try NameCacheFile(of: plan.requiredSite(), in: global.home())
    var cache = file.read(isRefreshed: names.isRefreshed)
    defer { file.write(cache) }
    return try LiveCheck(plan, PatchSource(plan, spool: spool), on: site, &cache)
  }
}
