import Sheets
import Synchronization

/// The words of a sheet that stand for no value: those that clear an attribute, and those that only look so.
///
/// It is a class because it counts the latter over all rows. One `NULL` in a column may be intended, and a thousand
/// warnings are not read.
final class NullWords: Sendable {
  /// The word named in a hint.
  let marker: String
  private let clearing: Set<String>
  /// The clearing words in lower case.
  private let clearingInAnyCase: Set<String>
  /// The possible first bytes of the words; most cells need only this check.
  private let firstBytes: [Bool]
  private let longest: Int
  private let counts = Mutex<[String: Count]>([:])

  private struct Count {
    /// The text that clears at the column's place: the marker in a cell, `null` in JSON.
    var clearing: String
    /// The number of cells with each word, and the line of the first.
    var words: [String: (cells: Int, line: Int)] = [:]

    mutating func add(_ word: Substring, _ line: Int) {
      let (cells, first) = words[String(word)] ?? (0, line)
      words[String(word)] = (cells + 1, min(first, line))
    }
  }

  enum Meaning {
    /// The attribute is cleared.
    case clears
    /// A clearing word in another case.
    case inAnotherCase
    /// A word that other programs write for no value.
    case looksNull
  }

  /// The words that programs write in any case.
  private static let foreign: Set<String> = [
    "null", "(null)", "[null]", "<null>", "{null}", "nil", "<nil>", "(nil)", "undefined", "n/a", "<na>",
  ]
  /// The words that programs write only in this case: SQL's dumps, Python and its tables.
  private static let foreignInOneCase: Set<String> = [#"\N"#, "None", "NaN", "nan", "NaT"]

  /// - Parameter declared: further words that clear.
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

  /// Returns whether a text that begins so, without a blank before it, may have a meaning; a fast pre-check.
  func mayMean(_ first: UInt8, count: Int) -> Bool { firstBytes[Int(first)] && count <= longest }

  /// Returns the meaning of a text without the blanks around it; `nil` for an ordinary value.
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

  /// Counts a word that is sent unchanged although it looks like no value; for a constant it is reported at once.
  ///
  /// - Parameter clearing: the text that clears instead; the marker by default.
  func note(
    _ word: Substring, at column: String, clearing: String? = nil, _ report: inout RowReport
  ) {
    var count = Count(clearing: clearing ?? marker)
    count.add(word, report.line)
    guard report.row > 0 else {
      let finding = finding(count, column)
      report.warning(
        finding.rule, column, value: finding.value, "the constant is sent as this word", hint: finding.hint)
      return
    }
    let line = report.line
    counts.withLock { [count] counts in
      if counts[column]?.add(word, line) == nil { counts[column] = count }
    }
  }

  /// One finding per column, in the order of their first lines.
  var findings: [Finding] {
    counts.withLock { $0 }.map { finding($1, $0) }.sorted {
      ($0.line, $0.column ?? "") < ($1.line, $1.column ?? "")
    }
  }

  private func finding(_ count: Count, _ column: String) -> Finding {
    let words = count.words.sorted { ($0.value.line, $0.key) < ($1.value.line, $1.key) }
    let total = words.reduce(0) { $0 + $1.value.cells }
    let isOne = words.count == 1
    // For one word in many spellings, the first ones are enough.
    let named = words.prefix(Self.namedWords)
    let list = named.map { "\($0.key) (\($0.value.cells))" } + (words.count > named.count ? ["…"] : [])
    let message =
      (total == 1 ? "1 value is" : "\(total) values are")
      + (isOne ? " a word that usually means no value" : " words that usually mean no value")
      + ", sent as written"
      + (isOne ? "" : ": \(list.joined(separator: ", "))") + (total == 1 ? "" : "; this is the first")
    // A bracket would have a meaning in YAML.
    let declared = named.map { $0.key.hasPrefix("[") || $0.key.hasPrefix("{") ? "'\($0.key)'" : $0.key }
    let blank = count.clearing == marker ? "leave cells blank" : "leave members out"
    return Finding(
      .warning, row: 0, line: words[0].value.line, column: column, value: words[0].key, rule: "null-word",
      message: message,
      hint: "\(blank) to change nothing, and write \(count.clearing) to clear; "
        + "if \(isOne ? "this word" : "these words") should clear too, declare \(isOne ? "it" : "them") "
        + "in the job: nulls: [\(declared.joined(separator: ", "))]")
  }

  /// The number of words of a column that a finding names.
  private static let namedWords = 5
}

extension NullWords {
  /// Reports a clearing word in another case.
  func reportCase(_ text: String, at column: String, _ report: inout RowReport) {
    report.error(
      "null-marker-case", column, value: text, "looks like the word that clears, but is spelt differently",
      hint: "write \(marker) to clear the attribute, or leave the cell blank to leave it alone")
  }
}
