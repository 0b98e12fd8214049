import Foundation

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The wall clock and a clock that cannot be set, read at the same moment.
struct ClockReading: Sendable, Equatable {
  var time: Date
  /// The machine's boot that the other clock counts from; `nil` if unknown.
  var boot: String?
  /// The seconds since that boot, including sleep.
  var uptime: Double

  /// The reading at this moment.
  static var now: ClockReading {
    #if canImport(Darwin)
      // Counts on while the machine sleeps (clock_gettime(3)).
      let clock = CLOCK_MONOTONIC
    #else
      let clock = CLOCK_BOOTTIME
    #endif
    var since = timespec()
    unsafe clock_gettime(clock, &since)
    return ClockReading(
      time: Date(), boot: bootID, uptime: Double(since.tv_sec) + Double(since.tv_nsec) / 1e9)
  }

  /// Returns the seconds that the wall clock was set forward since an earlier reading.
  ///
  /// It is `nil` if nothing can tell, as after a reboot, or on another machine.
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
      // random(4): a new id at each boot.
      let text = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
      return text.map { String($0.prefix { !$0.isWhitespace }) }
    #endif
  }()
}
