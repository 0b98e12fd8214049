public import JSON

/// Values of records for people: on one line, cut to a length, without anything that moves a cursor.
public enum ValueText {
  /// Returns `Ana Kaya (31)`, `31`, `"a text"`, `(empty)` for null and `(absent)` for a missing value.
  ///
  /// - Parameter limit: the number of characters before a text is cut; `nil` for no limit.
  public static func text(_ value: JSONValue?, limit: Int? = 80) -> String {
    switch value {
    case nil: return "(absent)"
    case .null?: return "(empty)"
    case .string(let text)?: return "\"\(text.printable(limit: limit))\""
    case .object(let object)?:
      if let bytes = object["bytes"]?.integer, object.count == 1 { return "\(bytes) bytes" }
      let id = object["id"]?.text()
      guard let name = object["lookupName"]?.string else {
        return object.count == 1 ? id ?? members(object, limit: limit) : members(object, limit: limit)
      }
      let shown = name.printable(limit: limit)
      return id.map { "\(shown) (\($0))" } ?? shown
    case .array(let array)?: return "[\(array.map { text($0, limit: limit) }.joined(separator: ", "))]"
    case .bool?, .integer?, .decimal?: return value?.text() ?? ""
    }
  }

  /// Returns `entryType 1, text "Moved to Tier 2"`.
  public static func members(_ object: JSONObject, limit: Int? = 80) -> String {
    object.map { "\($0.name.printable(limit: limit)) \(text($0.value, limit: limit))" }.joined(
      separator: ", ")
  }
}
