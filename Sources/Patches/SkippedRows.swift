public import Sheets

/// The rows of a sheet that are no data, such as a line of totals (job key `skip_rows`).
public struct SkippedRows: Sendable, Hashable {
  /// The number of rows at the end of the sheet that are skipped.
  public var last = 0
  /// Patterns of a row's first cell that is not blank: `*` stands for any text, `?` for one character.
  public var patterns: Set<String> = []

  public init() {}

  /// The stable name of this reason, as the error code of a skipped row.
  public static let code = "skip-rows"

  /// Returns why a row is skipped, by its cells; `nil` if it is not.
  public func reason(toSkip row: SheetRow) -> String? {
    guard !patterns.isEmpty else { return nil }
    let first: String?
    switch row.content {
    case .cells(let cells): first = cells.first { !$0.trimmingBlanks().isEmpty }
    // A line of totals often has fewer cells than the header.
    case .unreadable: first = Self.firstCell(ofRecord: row.input)
    case .object: first = nil
    }
    return first.flatMap { matching(String($0.trimmingBlanks())) }.map {
      "its first cell is like '\($0)' (skip_rows)"
    }
  }

  /// Returns whether a row that is not read yet may be skipped; a fast pre-check.
  public func maySkip(_ row: RowBytes) -> Bool {
    guard !patterns.isEmpty, case .cells(let cells) = row.content else { return false }
    for index in 0..<cells.count {
      let text = unsafe String(decoding: cells[index].text, as: UTF8.self).trimmingBlanks()
      if !text.isEmpty { return matching(String(text)) != nil }
    }
    return false
  }

  private func matching(_ text: String) -> String? {
    patterns.sorted().first { Self.matches(Array(text)[...], Array($0)[...]) }
  }

  private static func matches(_ text: ArraySlice<Character>, _ pattern: ArraySlice<Character>) -> Bool {
    var (text, pattern) = (text, pattern)
    // The place to return to when a star took too little.
    var star: (text: ArraySlice<Character>, pattern: ArraySlice<Character>)?
    while true {
      if pattern.first == "*" {
        pattern.removeFirst()
        star = (text, pattern)
      } else if let next = text.first, let wanted = pattern.first, wanted == "?" || wanted == next {
        text.removeFirst()
        pattern.removeFirst()
      } else if text.isEmpty, pattern.isEmpty {
        return true
      } else if let last = star, !last.text.isEmpty {
        text = last.text.dropFirst()
        pattern = last.pattern
        star = (text, pattern)
      } else {
        return false
      }
    }
  }

  /// Returns the first cell of a CSV record that is not blank.
  private static func firstCell(ofRecord record: String) -> String? {
    for cell in record.split(separator: ",") {
      let text = String(cell).replacing("\"", with: "")
      if !text.trimmingBlanks().isEmpty { return text }
    }
    return nil
  }
}
