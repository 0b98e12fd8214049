public import JSON

/// Values of records as people read them: on one line, cut to a length, with nothing in them that moves a cursor.
public enum ValueText {
  /// `Ana Kaya (31)`, `31`, `"a text"`, `(empty)` for null and `(absent)` for what a record does not have.
  ///
  /// - Parameter limit: characters of a text before it is cut; `nil` cuts nothing.
  public static func text(_ value: JSONValue?, limit: Int? = 80) -> String {
    switch value {
    case nil: return "(absent)"
    case .null?: return "(empty)"
    case .string(let text)?: return "\"\(printable(text, limit: limit))\""
    case .object(let object)?:
      if let bytes = object["bytes"]?.integer, object.count == 1 { return "\(bytes) bytes" }
      let id = object["id"]?.text()
      guard let name = object["lookupName"]?.string else {
        return object.count == 1 ? id ?? members(object, limit: limit) : members(object, limit: limit)
      }
      let shown = printable(name, limit: limit)
      return id.map { "\(shown) (\($0))" } ?? shown
    case .array(let array)?: return "[\(array.map { text($0, limit: limit) }.joined(separator: ", "))]"
    case .bool?, .integer?, .decimal?: return value?.text() ?? ""
    }
  }

  /// `entryType 1, text "Moved to Tier 2"`.
  public static func members(_ object: JSONObject, limit: Int? = 80) -> String {
    object.map { "\(printable($0.name, limit: limit)) \(text($0.value, limit: limit))" }.joined(
      separator: ", ")
  }

  /// A text without line ends, controls and marks that turn the direction of writing; those are shown as escapes.
  public static func printable(_ text: String, limit: Int? = nil) -> String {
    var shown = ""
    var count = 0
    for character in text {
      if let limit, count >= limit { return shown + "…" }
      count += 1
      for scalar in character.unicodeScalars {
        switch scalar {
        case "\n": shown += "\\n"
        case "\r": shown += "\\r"
        case "\t": shown += "\\t"
        default:
          if isHarmful(scalar) {
            shown += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
          } else {
            shown.unicodeScalars.append(scalar)
          }
        }
      }
    }
    return shown
  }

  private static func isHarmful(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F..<0xA0, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
