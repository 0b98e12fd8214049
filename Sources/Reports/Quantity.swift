/// Numbers for people, the same in every report.
public enum Quantity {
  /// Returns `12,345`.
  public static func count(_ number: Int) -> String {
    let digits = String(number.magnitude)
    var text = number < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(",") }
      text.append(digit)
    }
    return text
  }

  /// Returns `1 row`, `12,345 rows`.
  public static func rows(_ number: Int) -> String { "\(count(number)) \(number == 1 ? "row" : "rows")" }

  /// Returns `1 record`, `12,345 records`.
  static func records(_ number: Int) -> String { "\(count(number)) \(number == 1 ? "record" : "records")" }

  /// Returns `0.4 s`, `12 s`, `3 min 05 s`, `2 h 08 min`, `3 d 04 h`, with at most two units.
  static func duration(_ duration: Duration) -> String {
    let seconds = max(0, duration / .seconds(1))
    guard seconds >= 9.95 else { return "\(oneDecimal(seconds)) s" }
    guard seconds < Double(Int32.max) else { return "more than 60 years" }
    let whole = Int(seconds.rounded())
    switch whole {
    case ..<60: return "\(whole) s"
    case ..<3_600: return "\(whole / 60) min \(twoDigits(whole % 60)) s"
    case ..<86_400: return "\(whole / 3_600) h \(twoDigits(whole / 60 % 60)) min"
    default: return "\(whole / 86_400) d \(twoDigits(whole / 3_600 % 24)) h"
    }
  }

  /// Returns `312/s`, `0.4/s`.
  public static func rate(_ perSecond: Double) -> String {
    perSecond < 9.95 ? "\(oneDecimal(perSecond))/s" : "\(count(Int(perSecond.rounded())))/s"
  }

  /// Returns `41 MB`, of a million bytes each.
  static func megabytes(_ bytes: Int) -> String { "\(count((bytes + 500_000) / 1_000_000)) MB" }

  private static func oneDecimal(_ number: Double) -> String {
    let tenths = Int((number * 10).rounded())
    return "\(tenths / 10).\(tenths % 10)"
  }

  private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
