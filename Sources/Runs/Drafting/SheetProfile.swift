package import Console
import JSON
package import Sheets

/// The facts about a sheet, read from its contents.
package struct SheetProfile {
  var format: SheetFormat
  var encoding: SheetEncoding?
  /// A cell that shows the encoding, if that had to be found out.
  var encodingSample: String?
  var delimiter: UInt8?
  private(set) var columns: [ColumnProfile] = []
  private(set) var rows = 0
  /// The pattern of a line of totals at the end, and the line.
  private(set) var total: (pattern: String, text: String)?

  /// More rows say nothing new about the columns.
  private static let rowLimit = 20_000

  /// Reads a sheet; one that is not UTF-8 is read as windows-1252.
  ///
  /// - Throws: `UserError` as the sheet has it.
  package init(of path: String, options: SheetOptions, for plan: (SheetError) -> UserError) throws(UserError)
  {
    do throws(SheetError) {
      do throws(SheetError) {
        self = try SheetProfile(path, options)
      } catch {
        // A header with a letter that is not ASCII.
        guard options.encoding == nil, error.kind == .header || error.kind == .encoding else { throw error }
        self = try SheetProfile(path, options.windows)
      }
      if options.encoding == nil, encodingSample == nil, isBroken {
        self = try SheetProfile(path, options.windows)
      }
    } catch { throw plan(error) }
  }

  private var isBroken = false

  private init(_ path: String, _ options: SheetOptions) throws(SheetError) {
    let sheet = try Sheet(path: path, options: options)
    (format, delimiter, encoding) = (sheet.format, sheet.delimiter, sheet.encoding)
    columns = sheet.header.map { ColumnProfile($0) }
    note(sample: sheet.header)
    var last: SheetRow?
    while rows < Self.rowLimit, let row = try sheet.next() {
      if let last { note(last) }
      last = row
    }
    guard let last else { return }
    total = Self.total(in: last)
    rows += total == nil ? 0 : 1
    if total == nil { note(last) }
  }

  private mutating func note(_ row: SheetRow) {
    rows += 1
    switch row.content {
    case .cells(let cells):
      for (index, cell) in cells.enumerated() where index < columns.count { columns[index].note(cell) }
      note(sample: cells)
    case .object(let object):
      for (name, value) in object {
        guard value.array == nil, value.object == nil, !value.isNull else { continue }
        let index = columns.firstIndex { $0.header == name } ?? columns.count
        if index == columns.count { columns.append(ColumnProfile(name)) }
        columns[index].note(value.string ?? value.text())
      }
    case .unreadable: isBroken = isBroken || row.findings.contains { $0.rule == "invalid-encoding" }
    }
  }

  private mutating func note(sample cells: [String]) {
    guard encodingSample == nil, encoding == .windows1252 else { return }
    encodingSample = cells.first { !$0.utf8.allSatisfy { $0 < 0x80 } }
  }

  /// Words with which a line of totals begins.
  private static let totals = [
    "total", "totals", "grand total", "sum", "summe", "gesamt", "gesamtsumme", "somme", "totale", "totaal",
    "suma",
  ]

  /// Returns the pattern of a line of totals: its first cell that is not blank begins with such a word.
  private static func total(in row: SheetRow) -> (pattern: String, text: String)? {
    let text = row.input
    let first = text.split(separator: ",").lazy.map { String($0).replacing("\"", with: "") }
      .first { !$0.trimmingBlanks().isEmpty }
    guard let first else { return nil }
    let word = String(String(first.prefix { $0.isLetter || $0 == " " }).trimmingBlanks())
    guard totals.contains(word.lowercased()) else { return nil }
    return (word + "*", text.printable(limit: 60))
  }
}

extension SheetOptions {
  fileprivate var windows: SheetOptions {
    var options = self
    options.encoding = .windows1252
    return options
  }
}
