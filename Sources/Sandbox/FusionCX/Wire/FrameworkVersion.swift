/// The protocol version of one exchange, `REST-Framework-Version`, and what changes with it (API reference 5).
struct FrameworkVersion: Sendable, Comparable {
  static let allowed = 1...9

  let number: Int

  /// Reads the header; without one the service's default counts.
  ///
  /// None when the version is not supported.
  init?(_ header: String?, default number: Int) {
    guard let header else {
      self.number = number
      return
    }
    guard let number = Int(header), Self.allowed.contains(number), header == String(number) else {
      return nil
    }
    self.number = number
  }

  init(_ number: Int) { self.number = number }

  static func < (left: FrameworkVersion, right: FrameworkVersion) -> Bool { left.number < right.number }

  /// Whether `q` is a row-match expression, not a query by example.
  var hasRowMatch: Bool { number >= 2 }
  /// Whether expanded children are collections of their own, not plain arrays.
  var hasChildCollections: Bool { number >= 3 }
  /// Whether errors have the structured payload.
  var hasErrorPayload: Bool { number >= 4 }
  /// Whether items link to their lists of values.
  var hasLovLinks: Bool { number < 5 }
  /// Whether links and tag of an item are under `@context`.
  var hasContext: Bool { number >= 6 }
  /// Whether 64-bit integers are strings.
  var hasTextIntegers: Bool { number >= 9 }
}
