package import Foundation

/// The clock on the wall where the machine is.
///
/// Foundation's calendars do not know all that `TZ` may be (`:Europe/Paris`, `CET-1CEST`, a path), and take UTC without
/// a word; the C library knows, and so does everything else on the machine.
package struct LocalTime: Sendable {
  /// Seconds that the clock is ahead of UTC, at so many seconds since 1970.
  private let offset: @Sendable (Int) -> Int

  init(offset: @escaping @Sendable (Int) -> Int) { self.offset = offset }

  /// Where `TZ`, else the machine's settings say.
  static let current: LocalTime = {
    tzset()
    return LocalTime { seconds in
      var time = time_t(seconds)
      var local = unsafe tm()
      guard unsafe localtime_r(&time, &local) != nil else { return 0 }
      return unsafe Int(local.tm_gmtoff)
    }
  }()

  /// The moment at which the clock shows something, written as the seconds since 1970 if it showed UTC.
  ///
  /// What a change to summer time leaves out is the moment of the change; of what comes twice, it is the first.
  func instant(ofWall wall: Int) -> Int {
    // No place is more than a day from UTC, so that of a change near by these are the two sides.
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

  /// The next time after a moment that the clock shows this.
  package func next(hour: Int, minute: Int, after now: Date) -> Date {
    let seconds = Int(now.timeIntervalSince1970.rounded(.down))
    let wall = seconds + offset(seconds)
    let midnight = wall - (wall % 86_400 + 86_400) % 86_400
    // A day may be without that time, or it may be over: the third is to come for certain.
    let ends = (0...2).map { day in
      instant(ofWall: midnight + day * 86_400 + hour * 3_600 + minute * 60)
    }
    return Date(timeIntervalSince1970: TimeInterval(ends.first { $0 > seconds } ?? ends[2]))
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
