/// A number with a fraction or an exponent, kept digit by digit as it was written.
///
/// It never passes through a double, which holds about sixteen digits and would change the others.
public struct JSONDecimal: Sendable {
  /// The number as JSON writes it, such as `1.50` or `1E-7`.
  public let text: String

  /// Creates the shortest text for a double; `nil` if it is no finite number, which JSON cannot write.
  public init?(_ double: Double) {
    guard double.isFinite else { return nil }
    text = String(double)
  }

  /// Creates a number from digits with a point, such as `-007.50`; `nil` for any other text.
  ///
  /// JSON has no zeros before a number, so those are left out.
  public init?(digits: some StringProtocol) {
    let isNegative = digits.hasPrefix("-")
    let parts = digits.dropFirst(isNegative ? 1 : 0).split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(\.isDigit) }) else {
      return nil
    }
    let whole = parts[0].drop { $0 == "0" }
    text = "\(isNegative ? "-" : "")\(whole.isEmpty ? "0" : whole).\(parts[1])"
  }

  /// - Precondition: `text` is a number in JSON's own grammar, with a fraction or an exponent.
  init(token text: String) { self.text = text }

  /// The nearest double, for arithmetic; never for what is sent.
  public var double: Double { Double(text) ?? .nan }

  /// Returns whether both are the same number to the last digit, however they are written: `1.50` is `15e-1`.
  public func hasSameValue(as integer: Int64) -> Bool { value == Value(String(integer)) }

  /// The number without differences of spelling; `nil` if its exponent is too large for any use.
  private var value: Value? { Value(text) }

  private struct Value: Hashable {
    var isNegative: Bool
    /// The digits without zeros at either end.
    var digits: [UInt8]
    /// The power of ten of the last digit.
    var exponent: Int

    init?(_ text: String) {
      var rest = text.utf8[...]
      isNegative = rest.first == UInt8(ascii: "-")
      if isNegative { rest = rest.dropFirst() }
      let mantissa = rest.prefix { $0 | 0x20 != UInt8(ascii: "e") }
      let power = rest[mantissa.endIndex...].dropFirst()
      guard let written = power.isEmpty ? 0 : Int(String(decoding: power, as: UTF8.self)),
        (-1 << 60...1 << 60).contains(written)
      else { return nil }
      let fraction = mantissa.firstIndex(of: UInt8(ascii: ".")).map { mantissa[$0...].count - 1 } ?? 0
      digits = Array(mantissa.filter(\.isDigit).drop { $0 == UInt8(ascii: "0") })
      exponent = written - fraction
      while digits.last == UInt8(ascii: "0") {
        digits.removeLast()
        exponent += 1
      }
      if digits.isEmpty { (isNegative, exponent) = (false, 0) }
    }
  }
}

extension JSONDecimal: Hashable {
  public static func == (one: JSONDecimal, other: JSONDecimal) -> Bool {
    guard one.text != other.text else { return true }
    guard let value = one.value else { return false }
    return value == other.value
  }

  public func hash(into hasher: inout Hasher) {
    if let value { hasher.combine(value) } else { hasher.combine(text) }
  }
}

extension UInt8 {
  fileprivate var isDigit: Bool { (0x30...0x39).contains(self) }
}
