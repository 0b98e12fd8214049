import Console
import JSON
import Runs
import Sheets

/// A check's report in a few lines: the counts, and the first finding of each rule.
final class ShortCheckReport: CheckReport {
  private(set) var text = ""
  private(set) var isPassed = false
  private var name = ""
  private var firsts: [String: Finding] = [:]

  let isClosed = false

  func begin(_ sheet: CheckedSheet) { name = sheet.name }

  func add(_ finding: Finding) { if firsts[finding.rule] == nil { firsts[finding.rule] = finding } }

  func end(_ tally: CheckTally, failure: UserError?, code: ExitCode) {
    isPassed = failure == nil && tally.hasCheckedRows && tally.rejected == 0
    let skipped = tally.skipped == 0 ? "" : ", \(tally.skipped) skipped"
    text =
      tally.hasCheckedRows
      ? "\(tally.rows) rows: \(tally.valid) valid, \(tally.rejected) rejected\(skipped)\n"
      : "no row was checked: the columns come first\n"
    for (rule, count) in tally.sortedRules {
      guard let first = firsts[rule] else { continue }
      let words = first.text(sheet: name).split(separator: "\n").map { "    \($0)\n" }.joined()
      text += "  \(rule): \(count == 1 ? "1 finding" : "\(count) findings, such as")\n\(words)"
    }
    if let failure { text += failure.text }
  }
}
