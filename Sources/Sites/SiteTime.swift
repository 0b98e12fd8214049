/// Points in time as sites write them, brought into the one form that patches have.
enum SiteTime {
  /// A point in time as `yyyy-MM-ddTHH:mm:ssZ`; `nil` when the text is none.
  ///
  /// Fusion answers with a numeric offset, B2C Service with `Z`. What has no offset is taken for UTC, which
  /// is what sites are asked for. Fractions of a second are dropped: no attribute keeps them.
  static func normalised(_ text: String) -> String? {
    var digits = Digits(text)
    guard let year = digits.number(4), digits.take("-") != nil, let month = digits.number(2),
      digits.take("-") != nil, let day = digits.number(2), digits.take("T ") != nil,
      let hour = digits.number(2), digits.take(":") != nil, let minute = digits.number(2),
      digits.take(":") != nil, let second = digits.number(2)
    else { return nil }
    guard (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 61 else {
      return nil
    }
    if digits.take(".") != nil { while digits.number(1) != nil {} }
    guard let offset = digits.offset(), digits.isAtEnd else { return nil }
    return written(daysSince1970(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset)
  }

  /// The day of a date, `yyyy-MM-dd`, of which some sites write a point in time; `nil` when the text is none.
  static func day(_ text: String) -> String? {
    var digits = Digits(text)
    guard digits.number(4) != nil, digits.take("-") != nil, digits.number(2) != nil,
      digits.take("-") != nil, digits.number(2) != nil, digits.isAtEnd || digits.take("T ") != nil
    else { return nil }
    return String(text.prefix(10))
  }

  private static func written(_ seconds: Int) -> String {
    let days = (Double(seconds) / 86_400).rounded(.down)
    let rest = seconds - Int(days) * 86_400
    let (year, month, day) = date(Int(days))
    let clock = [rest / 3600, rest / 60 % 60, rest % 60].map { padded($0, 2) }
    return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))T\(clock.joined(separator: ":"))Z"
  }

  private static func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  // Days and dates of the Gregorian calendar by way of 400-year eras that begin on 1 March, so that the leap
  // day is a year's last (howardhinnant.github.io/date_algorithms.html).
  private static func daysSince1970(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let year = month <= 2 ? year - 1 : year
    let yearOfEra = year % 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return year / 400 * 146_097 + dayOfEra - 719_468
  }

  private static func date(_ daysSince1970: Int) -> (year: Int, month: Int, day: Int) {
    let days = daysSince1970 + 719_468
    let dayOfEra = days % 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let month = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * month + 2) / 5 + 1
    let year = days / 146_097 * 400 + yearOfEra + (month >= 10 ? 1 : 0)
    return (year, month < 10 ? month + 3 : month - 9, day)
  }
}

/// Reads a text of digits and signs from the left.
private struct Digits {
  private var rest: Substring.UTF8View

  init(_ text: String) { rest = Substring(text).utf8 }

  var isAtEnd: Bool { rest.isEmpty }

  /// A number of exactly so many digits.
  mutating func number(_ count: Int) -> Int? {
    let digits = rest.prefix(count)
    guard digits.count == count, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    rest = rest.dropFirst(count)
    return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }

  /// The next character, when it is one of these.
  mutating func take(_ choices: String) -> UInt8? {
    guard let next = rest.first, choices.utf8.contains(next) else { return nil }
    rest = rest.dropFirst()
    return next
  }

  /// An offset in seconds: `Z`, `+01:00`, `-0800`, `+01`, or nothing.
  mutating func offset() -> Int? {
    if isAtEnd || take("Zz") != nil { return 0 }
    guard let sign = take("+-"), let hours = number(2) else { return nil }
    _ = take(":")
    let minutes = isAtEnd ? 0 : number(2)
    guard let minutes else { return nil }
    return (hours * 3600 + minutes * 60) * (sign == UInt8(ascii: "-") ? -1 : 1)
  }
}
