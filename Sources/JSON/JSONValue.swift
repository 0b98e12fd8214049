/// One JSON value, with numbers exact to the last digit and members in the order they were written.
///
/// No number is passed through a double: record ids of both APIs are 64-bit integers, and decimal numbers stay the
/// text they are.
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
  /// Whether both are written alike: strings by their Unicode scalars, so that a composed and a decomposed é,
  /// which Swift takes for the same, differ as they do on the wire; decimal numbers by their value, to the last
  /// digit; a whole number is no decimal one.
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

  /// The members, when this is an object.
  public var object: JSONObject? {
    if case .object(let object) = self { object } else { nil }
  }

  /// The elements, when this is an array.
  public var array: [JSONValue]? {
    if case .array(let array) = self { array } else { nil }
  }

  /// The text, when this is a string.
  public var string: String? {
    if case .string(let string) = self { string } else { nil }
  }

  /// The number, when this is an integer.
  public var integer: Int64? {
    if case .integer(let integer) = self { integer } else { nil }
  }

  /// The truth value, when this is a boolean.
  public var bool: Bool? {
    if case .bool(let bool) = self { bool } else { nil }
  }

  /// A number that was worked out, as a decimal one; `null` when it is none or infinite, which JSON does not have.
  public static func real(_ double: Double) -> JSONValue { JSONDecimal(double).map { .decimal($0) } ?? .null }

  /// Whether this is the JSON literal `null`.
  public var isNull: Bool { self == .null }

  /// The member of that name, when this is an object that has it.
  public subscript(name: String) -> JSONValue? { object?[name] }

  /// What kind of value this is, in JSON's own word, for messages.
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
  /// Whether both are the same Unicode scalars; `==` takes canonically equivalent ones for the same too.
  func hasSameScalars(as other: String) -> Bool {
    // The comparison of the standard library is the quick one, and tells most texts apart.
    self == other && utf8.count == other.utf8.count && utf8.elementsEqual(other.utf8)
  }
}
