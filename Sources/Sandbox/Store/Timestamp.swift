import Catalog
import Foundation

/// A point in time to the second, in both services' form: `2024-03-17T09:12:44Z`.
struct Timestamp: Sendable, Comparable {
  /// The seconds since 1970-01-01T00:00:00Z, without leap seconds.
  var seconds: Int64

  static var now: Timestamp { Timestamp(seconds: microsecondsNow / 1_000_000) }

  /// The current time in microseconds since 1970.
  static var microsecondsNow: Int64 { Int64(Date().timeIntervalSince1970 * 1_000_000) }

  static func < (left: Timestamp, right: Timestamp) -> Bool { left.seconds < right.seconds }

  /// ISO 8601 in UTC.
  var text: String {
    let number = seconds.flooredQuotient(dividingBy: 86_400)
    let second = seconds - number * 86_400
    let day = CalendarDay(daysSince1970: number)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(20)
    Self.append(day.year / 100, to: &bytes)
    Self.append(day.year % 100, "-", to: &bytes)
    Self.append(day.month, "-", to: &bytes)
    Self.append(day.day, "T", to: &bytes)
    Self.append(second / 3600, ":", to: &bytes)
    Self.append(second / 60 % 60, ":", to: &bytes)
    Self.append(second % 60, "Z", to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Two digits, and a sign after them.
  private static func append(_ value: Int64, _ sign: Unicode.Scalar? = nil, to bytes: inout [UInt8]) {
    bytes.append(UInt8(truncatingIfNeeded: 0x30 + value / 10))
    bytes.append(UInt8(truncatingIfNeeded: 0x30 + value % 10))
    if let sign { bytes.append(UInt8(ascii: sign)) }
  }

  /// The form of HTTP headers, such as `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, 5.6.7).
  var httpDate: String {
    let number = seconds.flooredQuotient(dividingBy: 86_400)
    let day = CalendarDay(daysSince1970: number)
    // 1970 began on a Thursday.
    let weekday = Int((number + 4) - (number + 4).flooredQuotient(dividingBy: 7) * 7)
    let names = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    let months = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    let date = "\(Self.digits(day.day, 2)) \(months[Int(day.month) - 1]) \(Self.digits(day.year, 4))"
    return "\(names[weekday]), \(date) \(text.dropFirst(11).dropLast()) GMT"
  }
}

extension Timestamp {
  /// Reads ISO 8601 with an offset; fractions of a second are dropped, and a time without an offset is refused.
  init?(parsing text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count >= 20, bytes[10] == UInt8(ascii: "T"),
      let day = CalendarDay(parsing: String(decoding: bytes[0..<10], as: UTF8.self)),
      bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
      let hour = Self.number(bytes[11..<13], below: 24),
      let minute = Self.number(bytes[14..<16], below: 60),
      let second = Self.number(bytes[17..<19], below: 60)
    else { return nil }
    var rest = bytes[19...]
    if rest.first == UInt8(ascii: ".") {
      let fraction = rest.dropFirst().prefix { (0x30...0x39).contains($0) }
      guard !fraction.isEmpty else { return nil }
      rest = rest[fraction.endIndex...]
    }
    guard let offset = Self.offset(Array(rest)) else { return nil }
    seconds = day.daysSince1970 * 86_400 + hour * 3600 + minute * 60 + second - offset
  }

  /// The seconds east of Greenwich of `Z`, `+02:00`, `+0200` or `+02`.
  private static func offset(_ bytes: [UInt8]) -> Int64? {
    if bytes == [UInt8(ascii: "Z")] { return 0 }
    guard let sign = bytes.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else {
      return nil
    }
    var digits = Array(bytes.dropFirst())
    if digits.count == 5, digits[2] == UInt8(ascii: ":") { digits.remove(at: 2) }
    guard digits.count == 2 || digits.count == 4, let hours = number(digits[0..<2], below: 24),
      let minutes = digits.count == 4 ? number(digits[2..<4], below: 60) : 0
    else { return nil }
    return (sign == UInt8(ascii: "-") ? -1 : 1) * (hours * 3600 + minutes * 60)
  }

  static func number(_ bytes: ArraySlice<UInt8>, below limit: Int64) -> Int64? {
    guard !bytes.isEmpty, bytes.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    let number = bytes.reduce(Int64(0)) { $0 * 10 + Int64($1 - 0x30) }
    return number < limit ? number : nil
  }

  static func digits(_ number: Int64, _ width: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, width - text.count)) + text
  }
}

/// A day of the Gregorian calendar, `yyyy-MM-dd`.
struct CalendarDay: Sendable, Equatable {
  var year: Int64
  var month: Int64
  var day: Int64

  init(daysSince1970: Int64) {
    let time = CivilTime(secondsSince1970: Int(daysSince1970) * 86_400)
    (year, month, day) = (Int64(time.year), Int64(time.month), Int64(time.day))
  }

  init?(parsing text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
      let year = Timestamp.number(bytes[0..<4], below: 10_000),
      let month = Timestamp.number(bytes[5..<7], below: 13),
      let day = Timestamp.number(bytes[8..<10], below: 32)
    else { return nil }
    self.year = year
    self.month = month
    self.day = day
    // A day that the month does not have turns into another day.
    guard month > 0, day > 0, CalendarDay(daysSince1970: daysSince1970) == self else { return nil }
  }

  var daysSince1970: Int64 {
    var time = CivilTime()
    (time.year, time.month, time.day) = (Int(year), Int(month), Int(day))
    return Int64(time.secondsSince1970 / 86_400)
  }

  var text: String {
    "\(Timestamp.digits(year, 4))-\(Timestamp.digits(month, 2))-\(Timestamp.digits(day, 2))"
  }
}

extension Int64 {
  /// Division that rounds towards minus infinity.
  fileprivate func flooredQuotient(dividingBy divisor: Int64) -> Int64 {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
