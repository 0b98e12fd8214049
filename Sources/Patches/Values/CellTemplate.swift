import Catalog
import Sheets

/// A text made of a row's cells (job key `templates`): `Moved from {Current team} to {New team}`.
///
/// A name with `live.` in front is an attribute of the record, as it is when the row is looked at.
struct CellTemplate: Sendable {
  static let livePrefix = "live."

  private enum Part: Sendable {
    case text(String)
    /// The cell of a column.
    case cell(String)
    /// An attribute of the record.
    case attribute(String)
  }

  private var parts: [Part] = []
  /// The places in the header of the columns it takes.
  private var places: [String: Int] = [:]

  /// Reads a template; `{{` and `}}` stand for braces.
  init(_ template: String) throws(BracedText.Fault) {
    parts = try BracedText(template).parts.map { part in
      switch part {
      case .text(let text): .text(text)
      case .name(let name) where name.hasPrefix(Self.livePrefix):
        .attribute(String(name.dropFirst(Self.livePrefix.count)))
      case .name(let name): .cell(name)
      }
    }
    guard !columns.isEmpty || !livePaths.isEmpty else {
      throw BracedText.Fault(
        message: "the template takes no column and nothing of the record", hint: "write it under 'constants'")
    }
  }

  /// The columns it takes.
  var columns: [String] { parts.compactMap { if case .cell(let column) = $0 { column } else { nil } } }

  /// The record's attributes that it takes.
  var livePaths: [String] { parts.compactMap { if case .attribute(let path) = $0 { path } else { nil } } }

  /// Finds its columns in a header.
  mutating func find(in header: [String]) throws(BracedText.Fault) {
    for column in columns {
      guard let place = header.firstIndex(of: column) else {
        throw BracedText.Fault(
          rule: "missing-column", value: column,
          message: "the template takes a column that the sheet does not have",
          hint: NearestNames.hint(for: column, among: header) ?? "write {{ for a brace")
      }
      places[column] = place
    }
  }

  /// Returns the text for a row; empty if all its cells are blank, and `nil` if one cannot be used.
  ///
  /// - Parameter cells: the cells by the header's order; `nil` where one is rejected already.
  func text(
    _ cells: [String?], nulls: NullWords, at path: String, _ report: inout RowReport
  ) -> LiveText? {
    var (text, blanks, count) = (LiveText(), [String](), 0)
    var isUsable = true
    for part in parts {
      switch part {
      case .text(let words): text.append(words)
      case .attribute(let path): text.parts.append(.attribute(path))
      case .cell(let column):
        count += 1
        guard let place = places[column], let cell = cells[place] else {
          isUsable = false
          continue
        }
        let trimmed = cell.trimmingBlanks()
        if trimmed.isEmpty {
          blanks.append(column)
        } else if SpreadsheetTraces.isError(trimmed) || nulls.meaning(of: trimmed) == .clears {
          report.error(
            "not-a-text", column, value: cell, "the template for \(path) takes this cell, which is no text",
            hint: "write a text, or leave all its cells blank")
          isUsable = false
        } else {
          text.append(String(trimmed))
        }
      }
    }
    guard isUsable else { return nil }
    if count > 0, blanks.count == count { return LiveText() }
    guard blanks.isEmpty else {
      report.error(
        "blank-in-template", blanks[0], "the template for \(path) takes this cell, which is blank",
        hint: "fill it in, or give blank cells a text with 'values': {\"\": …}")
      return nil
    }
    return text
  }
}
