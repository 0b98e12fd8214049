/// One JSON value, with numbers exact to the last digit and members in their original order.
///
/// No number passes through a double: record ids of both APIs are 64-bit integers, and decimal numbers stay text.
public enum JSONValue: Sendable, Hashable {
  case null
  case bool(Bool)
  case integer(Int64)
  case decimal(JSONDecimal)
  case string(String)
  case array([JSONValue])
  case object(JSONObject)
}

extension JSONValue {
  /// Compares values as they are written.
  ///
  /// Strings are compared by Unicode scalars, so that a composed and a decomposed é, which Swift treats as equal,
  /// differ as they do on the wire. Decimal numbers are compared by value, to the last digit; a whole number never
  /// equals a decimal one.
  public static func == (one: JSONValue, other: JSONValue) -> Bool {
    switch (one, other) {
    case (.null, .null): true
    case (.bool(let one), .bool(let other)): one == other
    case (.integer(let one), .integer(let other)): one == other
    case (.decimal(let one), .decimal(let other)): one == other
    case (.string(let one), .string(let other)): one.hasSameScalars(as: other)
    case (.array(let one), .array(let other)): one == other
    case (.object(let one), .object(let other)): one == other
    default: false
    }
  }

  /// The members, if this is an object.
  public var object: JSONObject? {
    if case .object(let object) = self { object } else { nil }
  }

  /// The elements, if this is an array.
  public var array: [JSONValue]? {
    if case .array(let array) = self { array } else { nil }
  }

  /// The text, if this is a string.
  public var string: String? {
    if case .string(let string) = self { string } else { nil }
  }

  /// The number, if this is an integer.
  public var integer: Int64? {
    if case .integer(let integer) = self { integer } else { nil }
  }

  /// The truth value, if this is a boolean.
  public var bool: Bool? {
    if case .bool(let bool) = self { bool } else { nil }
  }

  /// Returns a computed number as a decimal one; `null` for a number that JSON does not have, such as an infinite
  /// one.
  public static func real(_ double: Double) -> JSONValue { JSONDecimal(double).map { .decimal($0) } ?? .null }

  /// Indicates the JSON literal `null`.
  public var isNull: Bool { self == .null }

  /// Returns the member of that name, if this is an object that has it.
  public subscript(name: String) -> JSONValue? { object?[name] }

  /// The kind of this value, in JSON's own word, for messages.
  public var kind: String {
    switch self {
    case .null: "null"
    case .bool: "boolean"
    case .integer, .decimal: "number"
    case .string: "string"
    case .array: "array"
    case .object: "object"
    }
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByNilLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral, ExpressibleByFloatLiteral
{
  public init(stringLiteral value: String) { self = .string(value) }
  public init(integerLiteral value: Int64) { self = .integer(value) }
  public init(floatLiteral value: Double) { self = .real(value) }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(nilLiteral: ()) { self = .null }
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(JSONObject(elements))
  }
}

extension String {
  /// Returns whether both have the same Unicode scalars; `==` also equates canonically equivalent ones.
  func hasSameScalars(as other: String) -> Bool {
    // The comparison of the standard library is faster, and distinguishes most texts.
    self == other && utf8.count == other.utf8.count && utf8.elementsEqual(other.utf8)
  }
}
