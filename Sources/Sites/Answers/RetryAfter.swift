import CCurl

/// The wait that a site asks for.
enum RequestedWait {
  /// The longest wait; a site that asks for more is mistaken, or means never.
  static let longest = Duration.seconds(366 * 86_400)

  /// Returns the value of `Retry-After`: seconds, or an HTTP date (RFC 9110, section 10.2.3).
  ///
  /// - Parameter now: seconds since 1970, against which a date counts; a past date means no wait.
  static func retryAfter(_ value: String?, now: Int) -> Duration? {
    guard let value = value?.trimmingBlanks(), !value.isEmpty else { return nil }
    if value.utf8.allSatisfy(isDigit) {
      // A number with more digits than fit means the longest wait.
      return min(.seconds(Int(value) ?? .max), longest)
    }
    return date(value).map { min(.seconds(max(0, $0 - now)), longest) }
  }

  /// Returns an HTTP date as seconds since 1970 (RFC 9110, section 5.6.7).
  static func date(_ value: String?) -> Int? {
    // curl_getdate also accepts forms that no server may send; a date always contains a letter.
    guard let value, value.contains(where: \.isLetter) else { return nil }
    let date = unsafe curl_getdate(value, nil)
    return date < 0 ? nil : Int(date)
  }

  /// Returns the value of B2C Service's `osvc-crest-next-request-after`: whole milliseconds, not negative.
  static func nextRequestAfter(_ value: String?) -> Duration? {
    guard let value = value?.trimmingBlanks(), !value.isEmpty, value.utf8.allSatisfy(isDigit) else {
      return nil
    }
    return min(.milliseconds(Int(value) ?? .max), longest)
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
