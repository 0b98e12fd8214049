import Catalog

/// Converts points in time from sites to the one form of patches.
enum SiteTime {
  /// Returns a point in time as `yyyy-MM-ddTHH:mm:ssZ`; `nil` for any other text.
  ///
  /// Fusion answers with a numeric offset, B2C Service with `Z`. A time without an offset counts as UTC, which is
  /// what sites are asked for. Fractions of a second are dropped: no attribute keeps them.
  static func normalised(_ text: String) -> String? {
    var digits = DigitScanner(text[...])
    var time = CivilTime()
    guard let year = digits.number(4), digits.take("-") != nil, let month = digits.number(2),
      digits.take("-") != nil, let day = digits.number(2), digits.take("T ") != nil,
      let hour = digits.number(2), digits.take(":") != nil, let minute = digits.number(2),
      digits.take(":") != nil, let second = digits.number(2)
    else { return nil }
    guard (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 61 else {
      return nil
    }
    (time.year, time.month, time.day) = (year, month, day)
    (time.hour, time.minute, time.second) = (hour, minute, second)
    if digits.take(".") != nil { while digits.number(1) != nil {} }
    guard let offset = digits.offset(), digits.isAtEnd else { return nil }
    return CivilTime(secondsSince1970: time.secondsSince1970 - offset).text
  }

  /// Returns the day of a date as `yyyy-MM-dd`, also if a site adds a time; `nil` for any other text.
  static func day(_ text: String) -> String? {
    var digits = DigitScanner(text[...])
    guard digits.number(4) != nil, digits.take("-") != nil, digits.number(2) != nil,
      digits.take("-") != nil, digits.number(2) != nil, digits.isAtEnd || digits.take("T ") != nil
    else { return nil }
    return String(text.prefix(10))
  }
}

extension DigitScanner {
  /// Reads an offset in seconds: `Z`, `+01:00`, `-0800`, `+01`, or nothing.
  fileprivate mutating func offset() -> Int? {
    if isAtEnd || take("Zz") != nil { return 0 }
    guard let sign = take("+-"), let hours = number(2) else { return nil }
    _ = take(":")
    let minutes = isAtEnd ? 0 : number(2)
    guard let minutes else { return nil }
    return (hours * 3600 + minutes * 60) * (sign == UInt8(ascii: "-") ? -1 : 1)
  }
}
