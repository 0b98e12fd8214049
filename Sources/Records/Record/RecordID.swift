public import JSON

/// The key of a record in its URL: an integer, or a text such as the number of a service request.
///
/// Texts are compared byte by byte, as SQLite compares them and a site keeps them: `é` has two spellings, which are
/// two keys, although they are equal as Swift's texts. Integers come before texts.
public enum RecordID: Sendable {
  case integer(Int64)
  case text(String)

  /// A key before all others.
  public static let least = RecordID.integer(.min)

  /// The largest length of a text, in characters; the longest of the catalogue has 30.
  package static let longestText = 255

  /// Returns a text as a key; `nil` for one that can never be a step of a URL's path.
  ///
  /// Clients and gateways take the steps `.` and `..` out of a path, however they are written.
  public init?(key text: String) {
    guard (1...Self.longestText).contains(text.unicodeScalars.count), text != ".", text != "..",
      !text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
    else { return nil }
    self = .text(text)
  }

  /// The key as people and files have it, without quotes.
  public var text: String {
    switch self {
    case .integer(let number): String(number)
    case .text(let text): text
    }
  }

  public var json: JSONValue {
    switch self {
    case .integer(let number): .integer(number)
    case .text(let text): .string(text)
    }
  }

  /// Creates a key from a value that was written as `json`; `nil` for any other value.
  public init?(json: JSONValue?) {
    switch json {
    case .integer(let number): self = .integer(number)
    case .string(let text): self = .text(text)
    default: return nil
    }
  }
}

extension RecordID: Hashable, Comparable {
  public static func == (left: RecordID, right: RecordID) -> Bool {
    switch (left, right) {
    case (.integer(let left), .integer(let right)): left == right
    case (.text(let left), .text(let right)): left.utf8.elementsEqual(right.utf8)
    default: false
    }
  }

  public static func < (left: RecordID, right: RecordID) -> Bool {
    switch (left, right) {
    case (.integer(let left), .integer(let right)): left < right
    case (.text(let left), .text(let right)): left.utf8.lexicographicallyPrecedes(right.utf8)
    case (.integer, .text): true
    case (.text, .integer): false
    }
  }

  public func hash(into hasher: inout Hasher) {
    switch self {
    case .integer(let number): hasher.combine(number)
    case .text(let text): hasher.combine(text)
    }
  }
}

extension RecordID: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral {
  public init(integerLiteral value: Int64) { self = .integer(value) }
  public init(stringLiteral value: String) { self = .text(value) }
}

extension RecordID: CustomStringConvertible {
  /// The key in a message: whatever it has, it is inert and on one line.
  public var description: String {
    switch self {
    case .integer(let number): String(number)
    case .text(let text): text.printable(limit: 80)
    }
  }
}
