import JSON
import Sheets

/// The contents of a sheet's column, as far as its cells tell.
struct ColumnProfile {
  let header: String
  /// The cells that are not blank.
  private(set) var cells = 0
  /// The different cells in the order they come, with their counts, up to a limit.
  private(set) var values: [(text: String, rows: Int)] = []
  /// Indicates more different cells than are kept.
  private(set) var hasMore = false
  private(set) var wholeNumbers = 0
  private(set) var decimalCommas = 0
  private(set) var times = TimeForms()

  /// A menu has fewer values, and more are no help in a job.
  static let valueLimit = 30

  init(_ header: String) { self.header = header }

  mutating func note(_ cell: String) {
    let text = String(cell.trimmingBlanks())
    guard !text.isEmpty else { return }
    cells += 1
    if let index = values.firstIndex(where: { $0.text == text }) {
      values[index].rows += 1
    } else if values.count < Self.valueLimit {
      values.append((text, 1))
    } else {
      hasMore = true
    }
    let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
    if !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }) { wholeNumbers += 1 }
    let parts = digits.split(separator: ",", omittingEmptySubsequences: false)
    if parts.count == 2,
      parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } })
    {
      decimalCommas += 1
    }
    times.note(text)
  }

  /// Indicates that every cell is a whole number.
  var isOfNumbers: Bool { cells > 0 && wholeNumbers == cells }
  /// Indicates days or points in time; single cells may be mistyped.
  var isOfTimes: Bool { cells > 0 && times.count * 20 >= cells * 19 }

  /// Returns whether nearly all cells match a pattern of the catalogue.
  func matches(_ pattern: String) -> Bool {
    guard cells > 0, let regex = try? Regex(pattern) else { return false }
    let matching = values.filter { $0.text.wholeMatch(of: regex) != nil }.count
    return matching * 20 >= values.count * 19
  }

  /// The cells in a few words.
  var words: String {
    guard let first = values.first?.text.printable(limit: 40) else { return "no cell is filled in" }
    if isOfTimes { return "\(cells) date\(cells == 1 ? "" : "s"), such as \(first)" }
    if hasMore { return "\(cells) cells, such as \(first)" }
    if cells == 1 { return "1 cell, \(first)" }
    return values.count == 1
      ? "\(cells) cells, all of them \(first)" : "\(values.count) different values, such as \(first)"
  }
}

/// The forms of days and times in a column.
struct TimeForms {
  private(set) var count = 0
  private var separator: Character?
  private var isMixed = false
  private var hasTime = false
  private var hasSeconds = false
  private var isYearFirst = false
  private var hasShortParts = false
  private var largest = (first: 0, second: 0)

  mutating func note(_ text: String) {
    let halves = text.split(separator: " ", maxSplits: 1)
    guard let day = halves.first, let sign = day.first(where: { "/.-".contains($0) }) else { return }
    let parts = day.split(separator: sign, omittingEmptySubsequences: false)
    guard parts.count == 3, parts.allSatisfy({ (1...4).contains($0.count) && $0.allSatisfy(\.isASCIIDigit) })
    else { return }
    let isYearFirst = parts[0].count == 4
    guard isYearFirst || parts[2].count == 4 else { return }
    let clock = halves.count > 1 ? halves[1].split(separator: ":") : []
    guard clock.allSatisfy({ $0.count <= 2 && $0.allSatisfy(\.isASCIIDigit) }), clock.count != 1 else {
      return
    }
    if count > 0, separator != sign || self.isYearFirst != isYearFirst || hasTime != !clock.isEmpty {
      isMixed = true
    }
    count += 1
    (separator, self.isYearFirst, hasTime) = (sign, isYearFirst, !clock.isEmpty)
    hasSeconds = hasSeconds || clock.count == 3
    let (first, second) = isYearFirst ? (parts[1], parts[2]) : (parts[0], parts[1])
    hasShortParts = hasShortParts || first.count == 1 || second.count == 1
    largest = (max(largest.first, Int(first) ?? 0), max(largest.second, Int(second) ?? 0))
  }

  /// Indicates the form of ISO 8601, which needs no setting.
  var isISO: Bool { isYearFirst && separator == "-" && !hasShortParts && !hasTime }
  /// Indicates times of day.
  var isOfTime: Bool { hasTime }

  /// The pattern; `nil` if the cells do not tell the day from the month.
  var pattern: String? {
    guard let separator, !isMixed, isYearFirst || largest.first > 12 || largest.second > 12 else {
      return nil
    }
    let (day, month) = hasShortParts ? ("d", "M") : ("dd", "MM")
    let isDayFirst = !isYearFirst && largest.second <= 12
    // Both above twelve: no order is right for all of them.
    guard isYearFirst || !(largest.first > 12 && largest.second > 12) else { return nil }
    let parts =
      isYearFirst ? ["yyyy", month, day] : isDayFirst ? [day, month, "yyyy"] : [month, day, "yyyy"]
    return parts.joined(separator: String(separator)) + (hasTime ? hasSeconds ? " HH:mm:ss" : " HH:mm" : "")
  }
}

extension Character {
  fileprivate var isASCIIDigit: Bool { isASCII && isNumber }
}
