/// A date and time of day in the proleptic Gregorian calendar, without a zone.
package struct CivilTime: Equatable, Sendable {
  package var year = 0
  package var month = 1
  package var day = 1
  package var hour = 0
  package var minute = 0
  package var second = 0

  /// Indicates a moment that exists in the calendar and on the clock, from year 1 to 9999; 24:00 and :60 do not.
  package var isValid: Bool {
    (1...9999).contains(year) && (1...12).contains(month) && day >= 1
      && day <= Self.days(inMonth: month, of: year) && (0..<24).contains(hour)
      && (0..<60).contains(minute) && (0..<60).contains(second)
  }

  private static func days(inMonth month: Int, of year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// The seconds since 1970 if this is Coordinated Universal Time.
  ///
  /// Counted in years that begin in March, so that the leap day comes last
  /// (howardhinnant.github.io/date_algorithms.html, days_from_civil).
  package var secondsSince1970: Int {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return (era * 146_097 + dayOfEra - 719_468) * 86_400 + hour * 3600 + minute * 60 + second
  }

  package init() {}

  /// Creates the moment this many seconds after the beginning of 1970, in Coordinated Universal Time.
  package init(secondsSince1970 seconds: Int) {
    let days = (seconds >= 0 ? seconds : seconds - 86_399) / 86_400
    let rest = seconds - days * 86_400
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    hour = rest / 3600
    minute = rest % 3600 / 60
    second = rest % 60
  }

  /// The spelling both APIs take, `2024-03-17T09:12:44Z`.
  package var text: String {
    "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2))"
      + "T\(Self.padded(hour, 2)):\(Self.padded(minute, 2)):\(Self.padded(second, 2))Z"
  }

  private static func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }
}

/// Reads fixed-width numbers and single signs off the front of a text.
package struct DigitScanner {
  private var bytes: Substring.UTF8View

  package init(_ text: Substring) { bytes = text.utf8 }

  package var isAtEnd: Bool { bytes.isEmpty }

  /// Reads a number with at least and at most these numbers of digits.
  package mutating func number(_ widths: ClosedRange<Int>) -> Int? {
    let digits = bytes.prefix(widths.upperBound).prefix { (0x30...0x39).contains($0) }
    guard digits.count >= widths.lowerBound else { return nil }
    bytes.removeFirst(digits.count)
    return digits.reduce(0) { $0 * 10 + Int($1 &- 0x30) }
  }

  /// Reads a number with exactly this many digits.
  package mutating func number(_ width: Int) -> Int? { number(width...width) }

  /// Reads the next byte if it is one of these.
  package mutating func take(_ choices: StaticString) -> UInt8? {
    guard let next = bytes.first,
      choices.withUTF8Buffer({ buffer in unsafe buffer.contains(next) })
    else { return nil }
    bytes.removeFirst()
    return next
  }

  /// Reads the next byte if it is this one.
  package mutating func take(_ byte: UInt8) -> Bool {
    guard bytes.first == byte else { return false }
    bytes.removeFirst()
    return true
  }
}
