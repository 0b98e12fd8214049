import JSON
import Sheets
public import Staging

extension ErrorGroup {
  /// Returns the group with the sheet's column, if the values of the site's message are the cells of one column.
  func namingColumn(of record: RunRecord) -> ErrorGroup {
    guard column == nil, state != .blocked, let example = examples.first else { return self }
    var group = self
    let rows = examples.map { ($0.values, ErrorGroup.cells(of: $0.input, record)) }
    for hole in example.values.indices {
      let names = rows[0].1.map(\.name).filter { name in
        rows.allSatisfy { values, cells in
          hole < values.count
            && cells.contains { $0.name == name && ErrorGroup.isSame($0.cell, values[hole]) }
        }
      }
      guard let name = names.first, names.count == 1 else { continue }
      group.column = name
      group.columnHole = hole
      // A value that differs says more than one that all rows have.
      if values[hole].distinct > 1 { return group }
    }
    return group
  }

  private static func isSame(_ cell: String, _ value: String) -> Bool {
    let cell = cell.trimmingBlanks()
    return !value.isEmpty && (cell == value || cell == "id:\(value)" || cell == "name:\(value)")
  }

  /// Returns the cells of a row with the names of their columns; for a JSON object, its texts and numbers.
  private static func cells(of input: String, _ record: RunRecord) -> [(name: String, cell: String)] {
    guard record.rowFormat == .csv else {
      return ((try? JSONValue(parsing: input))?.object ?? [:]).compactMap { name, value in
        (value.string ?? value.integer.map { String($0) }).map { (name, $0) }
      }
    }
    guard let cells = CSVText.cells(of: input), cells.count == record.sheetHeader.count else { return [] }
    return Array(zip(record.sheetHeader, cells))
  }

  // MARK: Words

  /// The column, the cause without the site's preamble, and the values that differ from row to row.
  public var words: String { words(listing: true) }

  /// - Parameter listing: adds the values that differ from row to row.
  public func words(listing: Bool) -> String {
    [column, cause(listing: listing)].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: ": ")
  }

  private func cause(listing: Bool) -> String {
    guard rows > 1, !template.isEmpty else {
      guard !template.isEmpty, httpStatus != nil else { return message }
      return filled(MessagePattern.withoutPreamble(template), listing: nil)
    }
    let template = httpStatus == nil ? template : MessagePattern.withoutPreamble(template)
    guard listing else { return filled(template, listing: nil) }
    if cells.distinct > 0 {
      let text = filled(template, listing: nil)
      let list = cells.list(quote: "'")
      return list.isEmpty ? text : "\(text): \(list)"
    }
    guard let hole = listedHole else { return filled(template, listing: nil) }
    return filled(template, listing: hole)
  }

  /// The hole whose values are listed: of the sheet's column, else the first that differs, quoted if possible.
  private var listedHole: Int? {
    let differing = values.indices.filter { values[$0].distinct > 1 }
    if let columnHole, differing.contains(columnHole) { return columnHole }
    return differing.first { quote(ofHole: $0) != nil } ?? differing.first
  }

  /// The values that differ from row to row, for programs.
  var counted: ValueCounts { cells.distinct > 0 ? cells : listedHole.map { values[$0] } ?? ValueCounts() }

  /// The quote around a hole.
  private func quote(ofHole hole: Int) -> String? {
    let parts = template.split(separator: MessagePattern.hole, omittingEmptySubsequences: false)
    guard hole < parts.count - 1, let last = parts[hole].last, "'\"".contains(last) else { return nil }
    return String(last)
  }

  /// Returns a template with the values that all rows have, `…` for others, and one hole's values at its end.
  private func filled(_ template: String, listing listed: Int?) -> String {
    let parts = template.split(separator: MessagePattern.hole, omittingEmptySubsequences: false)
    var text = String(parts.first ?? "")
    for (hole, part) in parts.dropFirst().enumerated() {
      let known = hole < values.count ? values[hole] : ValueCounts()
      text += known.distinct == 1 && known.others == 0 ? known.sorted[0].value : "…"
      text += part
    }
    guard let listed else { return text }
    let quote = quote(ofHole: listed) ?? ""
    // The values take the place of the last one: `no such severity: 'P1' 50, 'P2' 68`.
    let end = "\(quote)…\(quote)"
    if text.hasSuffix(end) { text.removeLast(end.count) }
    while let last = text.last, " =:".contains(last) { text.removeLast() }
    let list = values[listed].list(quote: quote)
    return list.isEmpty ? text : "\(text): \(list)"
  }

  // MARK: What can be done

  /// The codes of trouble on the way, which may be gone the next time.
  private static let passingCodes: Set = [
    "asked-to-wait", "bad-answer", "certificate", "closed", "connect", "connect-timeout", "cut-answer",
    "not-sent", "proxy", "reset", "resolve", "timeout", "tls", "transport", "OSC-CREST-00035",
  ]

  /// Indicates that sending its rows again as they are can help: the trouble was the site's, or a permission is missing.
  var isWorthARetry: Bool {
    guard state == .failed else { return false }
    if ErrorGroup.passingCodes.contains(code) || message.lowercased().contains("locked") { return true }
    guard let httpStatus else { return false }
    return httpStatus >= 500 || [401, 403, 408, 409, 423, 425, 429].contains(httpStatus)
  }
}
