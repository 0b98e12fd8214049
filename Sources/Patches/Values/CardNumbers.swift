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
    var last: String?
    find(in: text) { place in
      last = String(decoding: text.utf8.dropFirst(place.lowerBound).prefix(place.count), as: UTF8.self)
      return false
    }
    return last.map { String($0.filter(\.isNumber).suffix(4)) }
  }

  /// Returns the places of all card numbers in a text, in bytes of UTF-8.
  static func places(in text: String) -> [Range<Int>] {
    var places: [Range<Int>] = []
    find(in: text) { place in
      places.append(place)
      return true
    }
    return places
  }

  /// Passes the places of card numbers, in bytes, until `take` returns `false`.
  private static func find(in text: String, _ take: (Range<Int>) -> Bool) {
    var run = DigitRun()
    for (offset, byte) in text.utf8.enumerated() {
      if (0x30...0x39).contains(byte) {
        run.add(byte & 0x0F, at: offset)
      } else if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "-"), run.isOpen {
        run.isOpen = false
      } else {
        guard cards(in: run).allSatisfy(take) else { return }
        run = DigitRun()
      }
    }
    _ = cards(in: run).allSatisfy(take)
  }

  /// Digits with single signs between some of them.
  private struct DigitRun {
    private(set) var digits: [UInt8] = []
    /// Where each digit is in the text.
    private(set) var offsets: [Int] = []
    /// Where groups of digits begin.
    private(set) var starts: [Int] = []
    /// Indicates that the last character was a digit.
    var isOpen = false

    mutating func add(_ digit: UInt8, at offset: Int) {
      if !isOpen { starts.append(digits.count) }
      isOpen = true
      digits.append(digit)
      offsets.append(offset)
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

  /// Returns the places of card numbers that are made of whole groups of digits.
  private static func cards(in run: DigitRun) -> [Range<Int>] {
    let digits = run.digits
    guard digits.count >= shortest else { return [] }
    var found: [Range<Int>] = []
    var end = 0
    for start in run.starts where start >= end && start + shortest <= digits.count {
      for count in lengths(of: digits[start...]) where start + count <= digits.count {
        guard start + count == digits.count || run.starts.contains(start + count),
          isChecked(digits[start..<start + count])
        else { continue }
        end = start + count
        found.append(run.offsets[start]..<run.offsets[end - 1] + 1)
        break
      }
    }
    return found
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
