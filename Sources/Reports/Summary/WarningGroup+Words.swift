import JSON
public import Staging

extension WarningGroup {
  /// Groups of warnings under their title, each line ended; empty when there are none.
  public static func text(of groups: [WarningGroup]) -> String {
    groups.isEmpty ? "" : "What is worth a look\n" + groups.map(\.text).joined()
  }

  /// The rule, the rows, and what the first of them says.
  private var text: String {
    let place = "\(rows == 1 ? "" : "first in ")row \(firstRow) (line \(firstLine))"
    var text = "  \(rule): \(Quantity.rows(rows)), \(place)\n"
    text += "      \([column, message].compactMap { $0 }.joined(separator: ": ").printable())\n"
    if let hint { text += "      hint: \(hint)\n" }
    return text
  }

  var json: JSONObject {
    var json: JSONObject = [
      "rule": .string(rule), "rows": .integer(Int64(rows)), "first_row": .integer(Int64(firstRow)),
      "first_line": .integer(Int64(firstLine)), "message": .string(message),
    ]
    json["column"] = column.map(JSONValue.string)
    json["hint"] = hint.map(JSONValue.string)
    return json
  }
}
