import Console
import JSON
import Reports
import Runs
import Sheets
import Staging

/// The findings of one rule in one column.
struct FindingGroup {
  /// The number of lines that are named.
  static let shownLines = 3

  let first: Finding
  /// The number of groups before it, in the order of the sheet.
  let place: Int
  var count = 0
  private var lines: [Int] = []
  private var values = ValueCounts()
  /// The first message's pattern, and its values as long as all messages have the same.
  private let template: String
  private var common: [String?]

  init(_ first: Finding, place: Int) {
    self.first = first
    self.place = place
    let pattern = MessagePattern(first.message)
    template = pattern.template
    common = pattern.values
  }

  mutating func add(_ finding: Finding) {
    count += 1
    if lines.count < FindingGroup.shownLines, lines.last != finding.line { lines.append(finding.line) }
    if let value = finding.value { values.add(value) }
    guard finding.message != first.message else { return }
    let others = MessagePattern(finding.message).values
    for hole in common.indices where hole >= others.count || common[hole] != others[hole] {
      common[hole] = nil
    }
  }

  /// The message, with `…` for what differs.
  private var message: String {
    guard common.contains(nil) else { return first.message }
    let parts = template.split(separator: MessagePattern.hole, omittingEmptySubsequences: false)
    return parts.enumerated().map { place, part in
      place == 0 ? String(part) : "\(place <= common.count ? common[place - 1] ?? "…" : "…")\(part)"
    }.joined()
  }

  var isOfEncoding: Bool { first.rule == Finding.encodingRule }

  /// Returns the group as text: a single finding as it is, several with their number, lines and values.
  func text(sheet: String) -> String {
    guard count > 1 else { return first.text(sheet: sheet) }
    var finding = first
    finding.value = nil
    finding.message = message
    if isOfEncoding { finding.column = nil }
    let hint = finding.hint
    finding.hint = nil
    var text = finding.text(sheet: sheet)
    let places = lines.map { Quantity.count($0) }.joined(separator: ", ")
    text += "  \(Quantity.count(count)) times, in lines \(places)\(count > lines.count ? ", …" : "")\n"
    // What cannot be read as text says nothing.
    let list = isOfEncoding ? "" : values.list(quote: "'")
    if !list.isEmpty { text += "  values: \(list)\n" }
    return text + (hint.map { "  hint: \($0)\n" } ?? "")
  }
}

/// Groups findings by rule and column, in memory that does not grow with the sheet.
struct FindingGroups {
  /// The number of groups; beyond it, the columns of a rule are no longer told apart.
  private static let limit = 500

  private struct Key: Hashable {
    var isWarning: Bool
    var rule: String
    var column: String?
  }

  private var groups: [Key: FindingGroup] = [:]

  mutating func add(_ finding: Finding) {
    var key = Key(
      isWarning: finding.severity == .warning, rule: finding.rule,
      column: finding.rule == Finding.encodingRule ? nil : finding.column)
    if groups[key] == nil, groups.count >= FindingGroups.limit { key.column = nil }
    let group = FindingGroup(finding, place: groups.count)
    groups[key, default: group].add(finding)
  }

  /// A wrong encoding first, as it is one mistake in many rows; then errors before warnings, the largest group first.
  var sorted: [FindingGroup] {
    groups.values.sorted { one, other in
      func rank(_ group: FindingGroup) -> (Int, Int, Int, Int) {
        (
          group.isOfEncoding ? 0 : 1, group.first.severity == .warning ? 1 : 0, -group.count, group.place
        )
      }
      return rank(one) < rank(other)
    }
  }
}
