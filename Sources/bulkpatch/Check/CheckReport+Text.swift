import Console
import JSON
import Patches
import Reports
import Runs
import Sheets

/// A check's report for people: the detected form of the sheet, the findings by rule and column, the counts.
final class TextCheckReport: CheckReport {
  private let output: Output
  private let isQuiet: Bool
  /// Writes every finding at once, each with its line (`--all`).
  private let showsAll: Bool
  private var name = ""
  private var groups = FindingGroups()

  init(_ output: Output, isQuiet: Bool, showsAll: Bool) {
    self.output = output
    self.isQuiet = isQuiet
    self.showsAll = showsAll
  }

  var isClosed: Bool { output.isClosed }

  func begin(_ sheet: CheckedSheet) {
    name = sheet.name.printable()
    defer {
      for disagreement in sheet.disagreements { output.write(disagreement.text(place: sheet.overlayPlace)) }
      if !sheet.disagreements.isEmpty { output.write("\n") }
    }
    guard !isQuiet else { return }
    let how = [
      sheet.format.rawValue.uppercased(), sheet.delimiterName.map { "delimiter \($0)" },
      sheet.encoding.map { "encoding \($0.rawValue)" }, sheet.isCompressed ? "gzip" : nil,
    ].compactMap { $0 }.joined(separator: ", ")
    output.write("\(name): \(sheet.resource), \(how)\n")
    var table = TextTable([.left, .left])
    for column in sheet.columns { table.append([column.header, column.role.text]) }
    output.write(table.text(indent: 2))
    output.write("\n")
  }

  func add(_ finding: Finding) {
    if showsAll || finding.row == 0 {
      output.write(finding.text(sheet: name))
    } else {
      groups.add(finding)
    }
  }

  func suggest(_ lines: String) {
    guard !isQuiet else { return }
    output.write("\nlines for the job, to look at and paste:\n")
    output.write(lines.split(separator: "\n").map { "  \($0)\n" }.joined())
  }

  func end(_ tally: CheckTally, failure: UserError?, code: ExitCode) {
    let groups = groups.sorted
    for group in groups { output.write(group.text(sheet: name)) }
    output.flush()
    if let failure { Output.toStandardError(failure.text) }
    guard !isQuiet else { return }
    if !tally.rules.isEmpty {
      if groups.contains(where: { $0.count > FindingGroup.shownLines }) {
        output.write("  --all shows every finding with its line\n")
      }
      output.write("\n")
    }
    guard tally.hasCheckedRows else {
      output.write("no row was checked: fix the columns first\n")
      return
    }
    let rows = tally.rows == 1 ? "1 row" : "\(tally.rows) rows"
    let warnings = tally.warnings == 0 ? "" : ", \(tally.warnings) warning\(tally.warnings == 1 ? "" : "s")"
    let skipped = tally.skipped == 0 ? "" : ", \(tally.skipped) skipped"
    output.write("\(rows): \(tally.valid) valid, \(tally.rejected) rejected\(skipped)\(warnings)\n")
  }
}

extension PatchBuilder.Column.Role {
  fileprivate var text: String {
    switch self {
    case .key(let attribute): "-> \(attribute), the key"
    case .attribute(let path): "-> \(path)"
    case .ignored: "ignored"
    case .template: "part of a template"
    case .result: "skipped: added by a result file"
    }
  }
}
