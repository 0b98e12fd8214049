import ArgumentParser
import Catalog
import Console
import Foundation
import JSON
import Runs
import Staging

/// The command `bulkpatch init SHEET|RESOURCE`: writes a job from what a sheet holds.
struct InitCommand: DocumentedCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Write a job for a sheet: what its columns are, by their names and contents.")

  static let manual = Manual(
    examples: [
      "bulkpatch init export.csv --site production": "write export.yaml beside the sheet, and check it",
      "bulkpatch init incidents": "write incidents.yaml, a job to fill in",
    ],
    notes: """
      Nothing is sent. Encoding, delimiter, and the forms of days and numbers come from the sheet's contents; columns are
      known by the attribute's name, its title in the product, a common word for it, or the form of its cells, such as
      240317-000042; with a site that can be asked, also by its names: a column of nothing but teams is the team. What could be two things is asked on a terminal, and else written into the job as a comment: no
      cell is given a meaning that was not seen or said. Comments of a sheet become private notes.
      """,
    exitCodes: [
      (.success, "the job is written"), (.usage, ExitCode.usage.meaning),
      (.unreadableSheet, ExitCode.unreadableSheet.meaning), (.noSuchFile, ExitCode.noSuchFile.meaning),
      (.inputOutput, ExitCode.inputOutput.meaning), (.configuration, ExitCode.configuration.meaning),
    ])

  @Argument(
    help: ArgumentHelp(
      "A sheet (.csv, .jsonl, either with .gz), or the name of a resource.", valueName: "sheet|resource"),
    completion: .file())
  var sheetOrResource: String

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The job to write (default: the sheet's name with .yaml, beside it).", valueName: "path"),
    completion: .file())
  var output: String?

  @OptionGroup(title: "Sheet") var settings: SettingArguments<DraftSettings>
  @Flag(help: "Ask nothing; what the sheet does not tell stays in the job as a comment.")
  var noQuestions = false

  @OptionGroup(title: "General") var global: GlobalOptions

  func run() throws {
    let environment = ProcessInfo.processInfo.environment
    let drafting = try JobDrafting(
      sheetOrResource, output: output, flags: settings.given, environment: environment)
    if let resource = drafting.resourceAlone {
      try drafting.write(resource)
      return say(
        "wrote \(drafting.path): give its sheet and columns, then 'bulkpatch check \(drafting.path)'\n")
    }
    let profile = try drafting.profile()
    let resource = try drafting.overlaid(resource(of: drafting.resources(of: profile)))
    if let site = drafting.unknownSite { try addSite(site, resource, drafting) }
    let draft = JobDraft(
      profile, of: resource, knowing: vocabulary(of: resource, drafting), asking: { ask($0, of: resource) })
    try drafting.write(draft)
    let questions = draft.questions == 0 ? "" : ", \(draft.questions) left to you as comments"
    say("wrote \(drafting.path): \(draft.mapped) of \(draft.total) columns mapped\(questions)\n")
    try check(drafting.path, environment)
  }

  /// Returns the names of the site; says why where it cannot be asked.
  private func vocabulary(of resource: ResourceType, _ drafting: JobDrafting) -> SiteVocabulary? {
    do throws(UserError) { return try drafting.vocabulary(of: resource) } catch {
      say("note: the site was not asked what the columns hold: \(error.text)")
      return nil
    }
  }

  /// Checks the job, and says in a few lines what is missing.
  private func check(_ path: String, _ environment: [String: String]) throws {
    let report = ShortCheckReport()
    do throws(UserError) {
      let plan = try RunPlan(path, flags: [], environment: environment)
      _ = try SheetCheck(plan: plan, spool: "").perform(report)
      say("check: \(report.text)")
    } catch { say("check: \(error.text)") }
    say("next: \(report.isPassed ? "" : "edit the job, then ")'bulkpatch check \(path)'\n")
  }

  private func say(_ text: String) { if !global.isQuiet { Output.toStandardError(text) } }

  // MARK: Questions

  private var asks: Bool { !noQuestions && TerminalLine.isPossible }

  private func resource(of possible: [ResourceType]) throws(UserError) -> ResourceType {
    let names = possible.map(\.ownName).joined(separator: ", ")
    if possible.count == 1 { return possible[0] }
    if asks, let answer = TerminalLine.ask("What are the rows: \(names)? "),
      let resource = possible.first(where: { [$0.name, $0.ownName].contains(answer) })
    {
      return resource
    }
    throw UserError(
      .usage, place: sheetOrResource, "the sheet does not tell what its rows are",
      hint: "say --resource: \(names)")
  }

  private func addSite(_ name: String, _ resource: ResourceType, _ drafting: JobDrafting) throws(UserError) {
    guard asks, let url = TerminalLine.ask("No sites.yaml has '\(name)'. Its address? [Enter: later] "),
      !url.isEmpty,
      let user = TerminalLine.ask("The user to log in as? [Enter: later] "), !user.isEmpty
    else { return }
    let file = try drafting.addSite(name, resource, url: url, user: user)
    say("wrote \(name) into \(file); its password is taken from BULKPATCH_PASSWORD\n")
  }

  private func ask(_ question: DraftQuestion, of resource: ResourceType) -> String? {
    guard asks else { return nil }
    switch question {
    case .attribute(let header, let words, let contested):
      var text = "\(header.printable()): \(words). "
      text += contested.map { "Is it \($0)? Another column could be, too. " } ?? ""
      text += "Which attribute? [Enter leaves it out] "
      while let answer = TerminalLine.ask(text), !answer.isEmpty {
        let (path, hint) = resource.header(meant: answer)
        if let path { return path }
        text = "no such attribute; \(hint ?? ""). Which attribute? [Enter leaves it out] "
      }
      return nil
    case .audience:
      return TerminalLine.ask(
        "Add the comments as private notes (1), or as responses that the customer sees (2)? [1] "
      )
      .flatMap { $0 == "2" ? "2" : nil }
    case .value(let header, let cell, let rows, let path, let known):
      let names = known.isEmpty ? "" : " (\(known.joined(separator: ", ")))"
      return TerminalLine.ask(
        "\(header.printable()) '\(cell.printable(limit: 60))', \(rows) rows: which \(path)\(names)? [Enter: later] "
      )
    }
  }
}
