import ArgumentParser
import Catalog
import Console
import Execution
import Foundation
import JSON
import Runs
import Sites
import Staging

/// The command `bulkpatch select RESOURCE --where …`: writes a sheet of the records that meet a condition.
struct SelectCommand: DocumentedCommand {
  static let configuration = CommandConfiguration(
    commandName: "select", abstract: "Write a sheet of the records that meet a condition.")

  static let manual = Manual(
    examples: [
      "bulkpatch select incidents --site production --where \"assignedTo.staffGroup = 'Tier 1' and statusWithType.status = Waiting\" --columns id,subject -o sheet.csv":
        "what waits in a team, to be edited and run",
      "bulkpatch select incidents --site production --where \"updatedTime < 2025-01-01 and queue is null\"":
        "the ids alone, to standard output",
      "bulkpatch select interactions --site fusion --where \"StatusCd in (ORA_SVC_OPEN) and Description like 'Call%'\" -o open.csv":
        "the same for Fusion CX",
    ],
    notes: """
      Only reads. The records come in the order of their ids, page by page, in constant memory.
      With -o, a call that is cut short goes on where it was when it is made again: rows are in FILE.part, how far it is
      in FILE.cursor. Records that are changed meanwhile are in the sheet as they were when their page was read.
      Conditions: = != < <= > >=, in (a, b), like 'a%', between a and b, is null, each with not; and, or, not, brackets.
      Values: numbers, 'texts' (a quote within is doubled), true, 2026-03-17, 2026-03-17T09:00:00Z; of a menu or a
      reference a name, or an id as a number. A word without quotes is a text up to the next blank.
      A job can have the same in place of a sheet: select: {where: …, columns: …}. It is asked once, when the run begins.
      """,
    exitCodes: [(.success, "every record that was meant is in the sheet")]
      + [
        .usage, .noSuchFile, .unreachable, .internalError, .inputOutput, .tryLater, .refused, .configuration,
      ].map {
        ($0, $0.meaning)
      })

  @Argument(
    help: ArgumentHelp("The resource, such as incidents.", valueName: "resource"),
    completion: .list(ResourceType.all.map(\.ownName)))
  var resource: String

  @OptionGroup(title: "Selection") var selection: SettingArguments<SelectSettings>
  @OptionGroup(title: "Site") var site: SettingArguments<ResourceSettings>
  @OptionGroup(title: "General") var global: GlobalOptions

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("Write the sheet to this file (default: standard output).", valueName: "file"),
    completion: .file())
  var output: String?

  @Flag(help: "Replace a file that is there.")
  var overwrite = false

  func run() throws {
    let flags = site.given + selection.given + [RunRequest.Flag("resource", [resource])]
    let choice = try SiteChoice(flags)
    let site = try choice.makeSite()
    let selected = try SheetSelection(
      of: choice.resource, where: choice.settings.selectedWhere, columns: choice.settings.selectedColumns,
      on: site, place: "--where", code: .usage)
    let records = RecordSelection(selected.selection, on: site, settings: ExecutionSettings()) { nil }
    if let output, output != "-" {
      try write(selected, records, to: output, site)
    } else {
      try print(selected, records, site)
    }
  }

  private func write(
    _ selected: SheetSelection, _ records: RecordSelection, to path: String, _ site: any Site
  ) throws {
    let file = try SelectionFile(
      path, identity: selected.identity(at: site.location), header: selected.headerLine, overwrites: overwrite
    )
    if file.earlierRows > 0, !global.isQuiet {
      Output.toStandardError("note: going on after \(file.earlierRows) rows that are there already\n")
    }
    let outcome = try records.forEachPage(after: file.last) { page throws(UserError) in
      try file.append(selected.lines(of: page), rows: page.rows.count, last: page.next ?? page.rows.last?.id)
    }
    if var error = UserError(outcome, at: site.location) {
      error.hint = (error.hint.map { $0 + "; " } ?? "") + "the same command goes on after \(file.rows) rows"
      throw error
    }
    try file.finish()
    guard !global.isQuiet || global.wantsJSON else { return }
    let output = Output.standardOutput()
    output.write(
      global.wantsJSON
        ? JSONValue.object(["file": .string(path), "rows": .integer(Int64(file.rows))]).text() + "\n"
        : "\(path.printable()): \(file.rows) \(choice(of: file.rows))\n")
    try output.finish()
  }

  private func choice(of rows: Int) -> String { rows == 1 ? "record" : "records" }

  private func print(_ selected: SheetSelection, _ records: RecordSelection, _ site: any Site) throws {
    let output = Output.standardOutput()
    output.write(data: String(decoding: selected.headerLine, as: UTF8.self))
    let outcome = records.forEachPage(after: nil) { page in
      output.write(data: String(decoding: selected.lines(of: page), as: UTF8.self))
    }
    try output.finish()
    if let error = UserError(outcome, at: site.location) { throw error }
  }
}
