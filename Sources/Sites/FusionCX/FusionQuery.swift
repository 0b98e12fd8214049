import Catalog

/// The value of `q` that finds records by an attribute (reference, section 4).
struct FusionQuery {
  /// Indicates queries by example, which the framework's version 1 takes; later versions take expressions.
  var isByExample: Bool
  var attribute: String

  /// The longest key of the catalogue has 30 characters; nothing longer identifies a record.
  private static let longestValue = 255

  /// Returns a value in the form of a query; `nil` if no record can have it.
  func literal(_ value: String) -> String? {
    guard (1...Self.longestValue).contains(value.count) else { return nil }
    if isByExample {
      // No quotes are known to protect anything, so a value that needs them is never sent.
      guard value.utf8.allSatisfy(\.isPlain) else { return nil }
      return value
    }
    guard !value.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
      return nil
    }
    return "'" + value.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
  }

  /// Returns the query for the records with that value.
  func equal(to literal: String) -> String { "\(attribute)=\(literal)".percentEncoded }

  /// Returns the query for the records with one of several keys, each of several values; not by example.
  static func together(_ attributes: [String], _ keys: some Sequence<[String]>) -> String {
    keys.map { literals in
      "(\(zip(attributes, literals).map { "\($0)=\($1)" }.joined(separator: " and ")))"
    }.joined(separator: " or ").percentEncoded
  }

  /// Returns the query for the records with one of these values; not by example.
  func oneOf(_ literals: some Sequence<String>) -> String {
    "\(attribute) in (\(literals.joined(separator: ",")))".percentEncoded
  }
}

/// The value of `fields`: the attributes to read of records and of their children.
struct FusionFields {
  var root: [String]
  /// Child → its attributes.
  var children: [(name: String, attributes: [String])] = []

  var text: String {
    let groups =
      [root.joined(separator: ",")] + children.map { "\($0.name):\($0.attributes.joined(separator: ","))" }
    return groups.joined(separator: ";").percentEncoded
  }

  /// Returns whether a name is safe in a query parameter.
  static func isName(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.allSatisfy { $0.isLetterOrDigit || $0 == UInt8(ascii: "_") }
  }
}

extension UInt8 {
  fileprivate var isLetterOrDigit: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }

  fileprivate var isPlain: Bool { isLetterOrDigit || "-_./:".utf8.contains(self) }
}
