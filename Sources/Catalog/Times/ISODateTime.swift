/// Dates and points in time in the form of ISO 8601.
package enum ISODateTime {
  /// Returns whether a text is a day of the calendar, `yyyy-MM-dd`.
  package static func isDate(_ text: Substring) -> Bool {
    var scanner = DigitScanner(text)
    return date(&scanner)?.isValid == true && scanner.isAtEnd
  }

  package enum Reading: Equatable {
    /// A point in time, in seconds since 1970.
    case time(Int)
    /// Well formed, but without an offset: it cannot be told which point in time it is.
    case noOffset
    /// Well formed, but no such day or hour exists.
    case impossible
    /// Any other text.
    case other
  }

  /// Reads `2024-03-17T09:12:44Z` and its variants.
  ///
  /// Seconds may be missing. A fraction of a second is dropped because the services keep whole seconds. A blank may
  /// replace the T, and the offset is Z, `+01:00`, `+0100` or `+01`.
  package static func read(_ text: Substring) -> Reading {
    var scanner = DigitScanner(text)
    guard var time = date(&scanner), scanner.take("Tt ") != nil,
      let hour = scanner.number(2), scanner.take(":") != nil, let minute = scanner.number(2)
    else { return .other }
    (time.hour, time.minute) = (hour, minute)
    if scanner.take(":") != nil {
      guard let second = scanner.number(2) else { return .other }
      time.second = second
      if scanner.take(".,") != nil, scanner.number(1...9) == nil { return .other }
    }
    if scanner.isAtEnd { return time.isValid ? .noOffset : .impossible }
    guard let offset = offset(&scanner), scanner.isAtEnd else { return .other }
    guard time.isValid, abs(offset) < 24 * 3600 else { return .impossible }
    return .time(time.secondsSince1970 - offset)
  }

  private static func date(_ scanner: inout DigitScanner) -> CivilTime? {
    guard let year = scanner.number(4), scanner.take("-") != nil,
      let month = scanner.number(2), scanner.take("-") != nil, let day = scanner.number(2)
    else { return nil }
    var date = CivilTime()
    (date.year, date.month, date.day) = (year, month, day)
    return date
  }

  private static func offset(_ scanner: inout DigitScanner) -> Int? {
    if scanner.take("Zz") != nil { return 0 }
    guard let sign = scanner.take("+-"), let hours = scanner.number(2) else { return nil }
    let isSeparated = scanner.take(":") != nil
    let minutes = scanner.isAtEnd && !isSeparated ? 0 : scanner.number(2)
    guard let minutes, minutes < 60 else { return nil }
    return (hours * 3600 + minutes * 60) * (sign == UInt8(ascii: "-") ? -1 : 1)
  }
}
