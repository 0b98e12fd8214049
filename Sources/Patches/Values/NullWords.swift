import Sheets
import Synchronization

/// The words of a sheet that stand for no value: those that clear an attribute, and those that only look like it.
///
/// A class, because it counts the latter over all rows: one `NULL` in a column may be meant, and a thousand warnings are
/// read by nobody.
final class NullWords: Sendable {
  /// The word that a hint names.
  let marker: String
  private let clearing: Set<String>
  /// In lower case.
  private let clearingInAnyCase: Set<String>
  /// By first byte: whether any of the words begins so; most cells need no more than this.
  private let firstBytes: [Bool]
  private let longest: Int
  private let counts = Mutex<[String: Count]>([:])

  private struct Count {
    var cells = 0
    var word: String
    var hasOthers = false
    /// Where the first one stands.
    var line: Int

    mutating func add(_ other: Substring, _ otherLine: Int) {
      cells += 1
      hasOthers = hasOthers || other != word
      if otherLine < line { (line, word) = (otherLine, String(other)) }
    }
  }

  enum Meaning {
    /// The attribute is to have no value.
    case clears
    /// A word that clears, with small letters for capitals or the other way round.
    case inAnotherCase
    /// What other programs write where there is no value.
    case looksNull
  }

  /// What programs write, in whatever case.
  private static let foreign: Set<String> = [
    "null", "(null)", "[null]", "<null>", "{null}", "nil", "<nil>", "(nil)", "undefined", "n/a", "<na>",
  ]
  /// What programs write, in this case only: SQL's dumps, Python and its tables.
  private static let foreignInOneCase: Set<String> = [#"\N"#, "None", "NaN", "nan", "NaT"]

  /// - Parameter declared: words that clear beside the marker.
  init(marker: String, declared: Set<String>) {
    self.marker = marker
    clearing = declared.union([marker])
    clearingInAnyCase = Set(clearing.map { $0.lowercased() })
    var firstBytes = [Bool](repeating: false, count: 256)
    let words = clearing.union(Self.foreign).union(Self.foreignInOneCase)
    for word in words {
      for first in [word, word.lowercased(), word.uppercased()].compactMap(\.utf8.first) {
        firstBytes[Int(first)] = true
      }
    }
    self.firstBytes = firstBytes
    // Capitals may take other numbers of bytes.
    longest = (words.map(\.utf8.count).max() ?? 0) * 2
  }

  /// What a text without the blanks around it stands for; `nil` when it is a value like any other.
  func meaning(of trimmed: Substring) -> Meaning? {
    guard let first = trimmed.utf8.first, firstBytes[Int(first)], trimmed.utf8.count <= longest else {
      return nil
    }
    let word = String(trimmed)
    if clearing.contains(word) { return .clears }
    let lowered = word.lowercased()
    if clearingInAnyCase.contains(lowered) { return .inAnotherCase }
    return Self.foreignInOneCase.contains(word) || Self.foreign.contains(lowered) ? .looksNull : nil
  }

  /// Counts a word that is sent as it stands although it looks like none; of a constant it is told at once.
  func note(_ word: Substring, at column: String, _ report: inout RowReport) {
    guard report.row > 0 else {
      let finding = finding(Count(cells: 1, word: String(word), line: report.line), column)
      report.warning(
        finding.rule, column, value: finding.value, "the constant is sent as this word", hint: finding.hint)
      return
    }
    let line = report.line
    counts.withLock { counts in
      counts[column, default: Count(word: String(word), line: line)].add(word, line)
    }
  }

  /// One finding a column, in the order of their first lines.
  var findings: [Finding] {
    counts.withLock { $0 }.map { finding($1, $0) }.sorted {
      ($0.line, $0.column ?? "") < ($1.line, $1.column ?? "")
    }
  }

  private func finding(_ count: Count, _ column: String) -> Finding {
    let cells = count.cells == 1 ? "1 value is" : "\(count.cells) values are"
    let words =
      count.hasOthers ? "words that mostly stand for no value" : "a word that mostly stands for no value"
    return Finding(
      .warning, row: 0, line: count.line, column: column, value: count.word, rule: "null-word",
      message:
        "\(cells) \(words), sent as \(count.cells == 1 ? "it stands" : "they stand; this is the first")",
      hint: "leave cells blank that change nothing, and write \(marker) to clear; "
        + "if this word is to clear, too, declare it in the job: nulls: [\(count.word)]")
  }
}

extension NullWords {
  /// Reports a word that clears in another case.
  func reportCase(_ text: String, at column: String, _ report: inout RowReport) {
    report.error(
      "null-marker-case", column, value: text, "is like the word that clears, but not to the letter",
      hint: "write \(marker) to clear the attribute, or leave the cell blank to leave it alone")
  }
}
