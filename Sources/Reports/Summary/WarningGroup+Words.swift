import JSON
public import Staging

extension WarningGroup {
  /// Returns groups of warnings under their title, each line ended; empty if there are none.
  public static func text(of groups: [WarningGroup]) -> String {
    groups.isEmpty ? "" : "Warnings\n" + groups.map(\.text).joined()
  }

  /// The rule, the rows, and the first one's message.
  private var text: String {
    var text = "  \(rule): \(place)\n"
    text += "      \(words.printable())\n"
    if let hint { text += "      hint: \(hint.printable())\n" }
    return text
  }

  /// The place: rows, or a line of the sheet.
  var place: String {
    guard rows > 0 else { return firstLine > 0 ? "line \(firstLine)" : "the sheet" }
    return "\(Quantity.rows(rows)), \(rows == 1 ? "" : "first in ")row \(firstRow) (line \(firstLine))"
  }

  /// The first finding's message, with its column.
  var words: String { [column, message].compactMap { $0 }.joined(separator: ": ") }

  var json: JSONObject {
    var json: JSONObject = [
      "rule": .string(rule), "rows": .integer(Int64(rows)),
      "first_row": rows > 0 ? .integer(Int64(firstRow)) : .null,
      "first_line": firstLine > 0 ? .integer(Int64(firstLine)) : .null, "message": .string(message),
    ]
    json["column"] = column.map(JSONValue.string)
    json["hint"] = hint.map(JSONValue.string)
    return json
  }
}
