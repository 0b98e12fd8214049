/// The treatment of a row that would add a text with a card number (job key `card_numbers`).
public enum CardRule: String, Sendable, CaseIterable {
  case warn
  case error
  case allow
}

/// Finds the numbers of payment cards in texts.
///
/// A number counts if it begins as an issuer's does, has that issuer's length, and passes the check of its last digit
/// (ISO/IEC 7812, Luhn). Single blanks or hyphens may stand between the digits.
enum CardNumbers {
  /// The shortest number.
  private static let shortest = 13

  /// Returns the last four digits of the first card number in a text.
  static func lastDigits(in text: String) -> String? {
    var run = DigitRun()
    for byte in text.utf8 {
      if (0x30...0x39).contains(byte) {
        run.add(byte & 0x0F)
      } else if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "-"), run.isOpen {
        run.isOpen = false
      } else {
        if let found = card(in: run) { return found }
        run = DigitRun()
      }
    }
    return card(in: run)
  }

  /// Digits with single signs between some of them.
  private struct DigitRun {
    private(set) var digits: [UInt8] = []
    /// Where groups of digits begin.
    private(set) var starts: [Int] = []
    /// Indicates that the last character was a digit.
    var isOpen = false

    mutating func add(_ digit: UInt8) {
      if !isOpen { starts.append(digits.count) }
      isOpen = true
      digits.append(digit)
    }
  }

  /// Returns whether a text has as many digits as a card number; a fast pre-check.
  static func mayBe(in text: UnsafeRawBufferPointer) -> Bool {
    var digits = 0
    for index in 0..<text.count where unsafe text[index] &- 0x30 <= 9 {
      digits += 1
    }
    return digits >= shortest
  }

  /// Returns the last four digits of a card number that is made of whole groups of digits.
  private static func card(in run: DigitRun) -> String? {
    let digits = run.digits
    guard digits.count >= shortest else { return nil }
    for start in run.starts where start + shortest <= digits.count {
      for count in lengths(of: digits[start...]) where start + count <= digits.count {
        guard start + count == digits.count || run.starts.contains(start + count) else { continue }
        let number = digits[start..<start + count]
        if isChecked(number) { return number.suffix(4).map { String($0) }.joined() }
      }
    }
    return nil
  }

  /// Returns the lengths that the issuer of a number uses, the longest first; none for another number.
  private static func lengths(of digits: ArraySlice<UInt8>) -> [Int] {
    let prefix = digits.prefix(4).reduce(0) { $0 * 10 + Int($1) }
    switch prefix {
    case 4000...4999: return [19, 16, 13]
    case 5100...5599, 2221...2720: return [16]
    case 3400...3499, 3700...3799: return [15]
    case 3000...3059, 3600...3699, 3800...3999: return [16, 14]
    case 3528...3589: return [19, 16]
    case 6011, 6440...6599, 6200...6299: return [19, 16]
    case 5000, 5018, 5020, 5038, 5600...5899, 6304, 6759, 6761...6763: return [19, 16, 13]
    default: return []
    }
  }

  private static func isChecked(_ digits: ArraySlice<UInt8>) -> Bool {
    var sum = 0
    for (place, digit) in digits.reversed().enumerated() {
      let value = place % 2 == 0 ? Int(digit) : 2 * Int(digit)
      sum += value > 9 ? value - 9 : value
    }
    return sum % 10 == 0
  }
}

extension ValueRule {
  /// Returns whether a text may be added; reports a card number in it, and never repeats that.
  func mayAdd(_ text: String, at column: String, _ report: inout RowReport) -> Bool {
    guard cardRule != .allow, let last = CardNumbers.lastDigits(in: text) else { return true }
    let message = "holds what looks like the number of a payment card"
    let hint = "mask it; or say in the job what to do about such texts: card_numbers: allow, warn or error"
    guard cardRule == .error else {
      report.warning("card-number", column, value: "… \(last)", message, hint: hint)
      return true
    }
    report.error("card-number", column, value: "… \(last)", message, hint: hint)
    return false
  }
}
