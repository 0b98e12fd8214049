package import Foundation

/// The local clock of the machine.
///
/// Foundation's calendars do not know every form of `TZ` (`:Europe/Paris`, `CET-1CEST`, a path) and silently use UTC.
/// The C library knows them, as does everything else on the machine.
package struct LocalTime: Sendable {
  /// Returns the seconds that the clock is ahead of UTC, for seconds since 1970.
  private let offset: @Sendable (Int) -> Int

  init(offset: @escaping @Sendable (Int) -> Int) { self.offset = offset }

  /// The clock that `TZ`, or else the machine's settings, define.
  static let current: LocalTime = {
    tzset()
    return LocalTime { seconds in
      var time = time_t(seconds)
      var local = unsafe tm()
      guard unsafe localtime_r(&time, &local) != nil else { return 0 }
      return unsafe Int(local.tm_gmtoff)
    }
  }()

  /// Returns the moment of a local time, which is given as the seconds since 1970 if the clock showed UTC.
  ///
  /// A time that a change to summer time skips becomes the moment of the change; of a repeated time, the first
  /// counts.
  func instant(ofWall wall: Int) -> Int {
    // No place is more than a day from UTC, so these are the two sides of a change nearby.
    let (before, after) = (offset(wall - 86_400), offset(wall + 86_400))
    let shown = Set([before, after]).map { wall - $0 }.filter { $0 + offset($0) == wall }
    if let first = shown.min() { return first }
    // The change lies between the two readings: the first second of the later one.
    var (early, late) = (min(wall - before, wall - after), max(wall - before, wall - after))
    let old = offset(early)
    while late - early > 1 {
      let middle = early + (late - early) / 2
      if offset(middle) == old { early = middle } else { late = middle }
    }
    return late
  }

  /// Returns the next time after a moment at which the clock shows this.
  package func next(hour: Int, minute: Int, after now: Date) -> Date {
    let seconds = Int(now.timeIntervalSince1970.rounded(.down))
    // A day may lack that time, or it may be over: the third is certain to come.
    let ends = instants(hour: hour, minute: minute, around: seconds, days: 0...2)
    return Date(timeIntervalSince1970: TimeInterval(ends.first { $0 > seconds } ?? ends[2]))
  }

  /// Returns the last time before a moment, or at it, at which the clock showed this.
  package func last(hour: Int, minute: Int, before now: Date) -> Date {
    let seconds = Int(now.timeIntervalSince1970.rounded(.down))
    let ends = instants(hour: hour, minute: minute, around: seconds, days: -2...0)
    return Date(timeIntervalSince1970: TimeInterval(ends.last { $0 <= seconds } ?? ends[0]))
  }

  /// Returns a time of day on several days, counted from that of a moment.
  private func instants(hour: Int, minute: Int, around seconds: Int, days: ClosedRange<Int>) -> [Int] {
    let wall = seconds + offset(seconds)
    let midnight = wall - (wall % 86_400 + 86_400) % 86_400
    return days.map { instant(ofWall: midnight + $0 * 86_400 + hour * 3_600 + minute * 60) }
  }

  /// `2026-11-22 06:00 +01:00`.
  package func text(_ date: Date) -> String {
    let seconds = Int(date.timeIntervalSince1970.rounded(.down))
    let offset = offset(seconds)
    let wall = Date(timeIntervalSince1970: TimeInterval(seconds + offset))
    let style = Date.ISO8601FormatStyle(dateTimeSeparator: .space, timeZone: .gmt).year().month().day()
      .time(includingFractionalSeconds: false)
    let minutes = abs(offset) / 60
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return
      "\(wall.formatted(style).prefix(16)) \(offset < 0 ? "-" : "+")\(two(minutes / 60)):\(two(minutes % 60))"
  }
}
