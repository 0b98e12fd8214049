import Foundation
import Synchronization

/// The time in HTTP's form, such as `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, section 5.6.7).
enum HTTPDate {
  private static let latest = Mutex((second: 0, text: ""))

  /// The current second; computed once for all answers of that second.
  static var now: String {
    let second = time(nil)
    return latest.withLock { latest in
      if latest.second != second { latest = (second, text(second)) }
      return latest.text
    }
  }

  private static func text(_ second: time_t) -> String {
    var (second, parts) = unsafe (second, tm())
    unsafe gmtime_r(&second, &parts)
    let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return unsafe """
    \(days[Int(parts.tm_wday)]), \(two(parts.tm_mday)) \(months[Int(parts.tm_mon)]) \(parts.tm_year + 1900) \
    \(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)) GMT
    """
  }
}
