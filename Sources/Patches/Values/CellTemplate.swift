import Catalog
import JSON
import Sheets

/// A text made of a row's cells (job key `templates`): `Moved from {Current team} to {New team}`.
struct CellTemplate: Sendable {
  private enum Part: Sendable {
    case text(String)
    /// The cell of a column.
    case cell(String)
  }

  private var parts: [Part] = []
  /// The places in the header of the columns it takes.
  private var places: [String: Int] = [:]

  /// The reason a template cannot be used.
  struct Fault: Error {
    var rule = "bad-template"
    var value: String?
    var message: String
    var hint: String?
  }

  /// Reads a template; `{{` and `}}` stand for braces.
  init(_ template: String) throws(Fault) {
    var rest = template[...]
    var text = ""
    while let sign = rest.popFirst() {
      if sign == "{" || sign == "}", rest.first == sign {
        rest.removeFirst()
        text.append(sign)
        continue
      }
      guard sign != "}" else {
        throw Fault(message: "a brace is closed that is not open", hint: "write }} for a brace")
      }
      guard sign == "{" else {
        text.append(sign)
        continue
      }
      guard let end = rest.firstIndex(of: "}") else {
        throw Fault(message: "a brace is not closed", hint: "write {{ for a brace")
      }
      let name = String(String(rest[..<end]).trimmingBlanks())
      rest = rest[rest.index(after: end)...]
      if !text.isEmpty { parts.append(.text(text)) }
      parts.append(.cell(name))
      text = ""
    }
    if !text.isEmpty { parts.append(.text(text)) }
    guard !columns.isEmpty else {
      throw Fault(message: "the template takes no column", hint: "write it under 'constants'")
    }
  }

  /// The columns it takes.
  var columns: [String] { parts.compactMap { if case .cell(let column) = $0 { column } else { nil } } }

  /// Finds its columns in a header.
  mutating func find(in header: [String]) throws(Fault) {
    for column in columns {
      guard let place = header.firstIndex(of: column) else {
        throw Fault(
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
  ) -> String? {
    var (text, blanks, count) = ("", [String](), 0)
    var isUsable = true
    for part in parts {
      switch part {
      case .text(let words): text += words
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
          text += trimmed
        }
      }
    }
    guard isUsable else { return nil }
    if blanks.count == count { return "" }
    guard blanks.isEmpty else {
      report.error(
        "blank-in-template", blanks[0], "the template for \(path) takes this cell, which is blank",
        hint: "fill it in, or give blank cells a text with 'values': {\"\": …}")
      return nil
    }
    return text
  }
}
