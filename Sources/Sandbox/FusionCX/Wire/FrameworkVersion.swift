/// The protocol version of one exchange, `REST-Framework-Version`, and its effects (API reference 5).
struct FrameworkVersion: Sendable, Comparable {
  static let allowed = 1...9

  let number: Int

  /// Reads the header; without one the service's default counts.
  ///
  /// `nil` if the version is not supported.
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

  /// Indicates that `q` is a row-match expression, not a query by example.
  var hasRowMatch: Bool { number >= 2 }
  /// Indicates that expanded children are collections of their own, not plain arrays.
  var hasChildCollections: Bool { number >= 3 }
  /// Indicates that errors have the structured payload.
  var hasErrorPayload: Bool { number >= 4 }
  /// Indicates that items link to their lists of values.
  var hasLovLinks: Bool { number < 5 }
  /// Indicates that links and tag of an item are under `@context`.
  var hasContext: Bool { number >= 6 }
  /// Indicates that 64-bit integers are strings.
  var hasTextIntegers: Bool { number >= 9 }
}
