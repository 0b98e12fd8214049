import Catalog
import Foundation
import JSON

extension RepeatableRandom {
  /// Creates the source for one record: the same seed, kind and id give the same values.
  init(seed: UInt64, kind: String, id: Int64) {
    // A hash that distinguishes the records of one kind from those of another (FNV-1a).
    let salt = kind.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    self.init(seed: seed &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(bitPattern: id) ^ salt)
  }

  /// Draws a possible value of an attribute; `nil` if none is known that fits.
  ///
  /// - Parameter known: the values of its menu or lookup.
  mutating func value(of kind: Field.Kind, at time: Timestamp, among known: [NamedValue] = []) -> JSONValue? {
    switch kind {
    case .string(let maximum, let pattern):
      let text = String(pick(Self.words).prefix(maximum ?? .max))
      guard let pattern else { return .string(text) }
      return (try? Regex(pattern).wholeMatch(in: text)) == nil ? nil : .string(text)
    case .integer(let minimum, let maximum):
      let lowest = max(minimum, min(0, maximum))
      let span = UInt64(bitPattern: maximum &- lowest)
      return .integer(lowest + Int64(next() % (min(span, 999) + 1)))
    case .number: return .real(Double(below(10_000)) / 100)
    case .boolean: return .bool(below(2) == 0)
    case .date: return .string(String(time.text.prefix(10)))
    case .dateTime: return .string(time.text)
    case .code(let delivered, _, _):
      let codes = known.compactMap(\.code)
      let all = codes.isEmpty ? delivered : codes
      return all.isEmpty ? nil : .string(pick(all))
    case .menu: return known.isEmpty ? nil : .integer(pick(known).id)
    case .base64: return .string(Base64.encoded(pick(Self.words).utf8))
    case .reference, .menuPath: return nil
    }
  }

  private static let words = [
    "Call back about the delivery", "Warranty", "Second attempt", "Replacement sent", "Follow up",
    "Price list", "Order confirmed", "On site visit",
  ]
}
