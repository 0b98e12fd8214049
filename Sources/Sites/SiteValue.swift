import Catalog
import JSON

/// Converts a site's answers to the form of patches, so that the two can be compared.
extension Field.Kind {
  /// Returns a value of this type from an answer.
  ///
  /// A value that does not fit the type is kept as it is. It then equals no value of a patch, which is the safe side
  /// of a comparison.
  func value(_ raw: JSONValue) -> JSONValue {
    switch self {
    case .integer: raw.string.flatMap { Int64($0) }.map { .integer($0) } ?? raw
    case .number: raw.asNumber ?? raw
    case .boolean: raw.asBoolean.map { .bool($0) } ?? raw
    case .date: raw.string.flatMap(SiteTime.day).map { .string($0) } ?? raw
    case .dateTime: raw.string.flatMap(SiteTime.normalised).map { .string($0) } ?? raw
    case .menu, .reference: raw.asNamedValue ?? raw
    case .string, .code, .base64, .menuPath: raw
    }
  }
}

extension JSONValue {
  /// The number in a text, as JSON writes it; how query tables show decimals is unconfirmed.
  fileprivate var asNumber: JSONValue? {
    guard let value = string.flatMap({ try? JSONValue(parsing: Array($0.utf8)) }) else { return nil }
    return value.kind == "number" ? value : nil
  }

  /// The truth value in one of the sites' forms; how ROQL and Fusion's flags show it is unconfirmed.
  fileprivate var asBoolean: Bool? {
    switch self {
    case .bool(let bool): bool
    case .integer(0): false
    case .integer(1): true
    case .string(let text):
      switch text.lowercased() {
      case "true", "1", "y", "yes": true
      case "false", "0", "n", "no": false
      default: nil
      }
    default: nil
    }
  }

  /// A menu value or reference with only its id and its name.
  ///
  /// A reference that consists of links has its id in the last step of the canonical one (API reference, section
  /// 4.1).
  var asNamedValue: JSONValue? {
    guard let object else { return nil }
    var id = object["id"].flatMap { $0.integer ?? $0.string.flatMap { Int64($0) } }
    if id == nil {
      let links = object["links"]?.array ?? []
      let link = links.first { $0["rel"] == "canonical" } ?? links.first { $0["rel"] == "self" }
      id = link?["href"]?.string?.split(separator: "/").last.flatMap { Int64($0) }
    }
    guard let id else { return nil }
    return .named(id, object["lookupName"])
  }

  /// Returns `{"id": N, "lookupName": "…"}`, without the name if there is none.
  static func named(_ id: Int64, _ name: JSONValue?) -> JSONValue {
    var value: JSONObject = ["id": .integer(id)]
    if case .string? = name { value["lookupName"] = name }
    return .object(value)
  }
}
