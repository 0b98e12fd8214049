import Foundation

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// What the clock on the wall says, and one that nobody can set, at the same moment.
struct ClockReading: Sendable, Equatable {
  var time: Date
  /// Which start of the machine the other clock counts from; `nil` where that is not known.
  var boot: String?
  /// Seconds since then, those included in which the machine slept.
  var uptime: Double

  /// At this moment.
  static var now: ClockReading {
    #if canImport(Darwin)
      // Goes on while the machine sleeps (clock_gettime(3)).
      let clock = CLOCK_MONOTONIC
    #else
      let clock = CLOCK_BOOTTIME
    #endif
    var since = timespec()
    unsafe clock_gettime(clock, &since)
    return ClockReading(
      time: Date(), boot: bootID, uptime: Double(since.tv_sec) + Double(since.tv_nsec) / 1e9)
  }

  /// How many seconds the clock on the wall was set forward since an earlier reading; `nil` where nothing can tell, as
  /// after the machine was started anew, or on another one.
  func moved(since earlier: ClockReading) -> Double? {
    guard let boot, boot == earlier.boot else { return nil }
    return time.timeIntervalSince(earlier.time) - (uptime - earlier.uptime)
  }

  private static let bootID: String? = {
    #if canImport(Darwin)
      var text = [UInt8](repeating: 0, count: 64)
      var size = text.count
      guard unsafe sysctlbyname("kern.bootsessionuuid", &text, &size, nil, 0) == 0 else { return nil }
      return String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
    #else
      // random(4): a new one at each start.
      let text = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
      return text.map { String($0.prefix { !$0.isWhitespace }) }
    #endif
  }()
}
