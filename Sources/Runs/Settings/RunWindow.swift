import Catalog
import Execution
package import Foundation

/// The time in which a process may send requests: between two times of day, until a wall-clock time, for a duration,
/// or all of these.
///
/// It is checked before every request, so that a machine that slept, or a suspended process, sends nothing late. Once
/// closed it stays closed: the next process opens a new one.
package struct RunWindow: Sendable {
  /// A moment as a job or flag names it.
  package enum End: Hashable, Sendable {
    /// A time on the local clock: the next one, unless the last one was less than twelve hours ago.
    case timeOfDay(hour: Int, minute: Int)
    case instant(Date)
  }

  /// The time of every day in which requests may be sent (`22:00-06:00`); it may include midnight.
  package struct Daily: Hashable, Sendable {
    /// Minutes after midnight on the local clock; the same for the whole day.
    var opens: Int
    var closes: Int

    /// `22:00-06:00`.
    var text: String { "\(Daily.text(opens))-\(Daily.text(closes == 0 ? 1_440 : closes))" }

    private static func text(_ minutes: Int) -> String {
      func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
      return "\(two(minutes / 60)):\(two(minutes % 60))"
    }
  }

  /// A moment at which the window closes, and the reason in words.
  private struct Closing {
    var at: Date
    var reason: String
  }

  private let closings: [Closing]
  private let maximum: Duration?
  private let began: ContinuousClock.Instant
  /// The time at which it closes, in words; `nil` if it never does.
  package let text: String?

  /// A time of day that passed less than this ago is over, not tomorrow's.
  private static let longestPast: TimeInterval = 12 * 3_600

  /// Opens a window now.
  ///
  /// - Parameter clock: the machine's local clock. A time of day that a change to summer time skips means the next
  ///   one; of a repeated time, the first counts.
  package init(
    until end: End?, maximum: Duration?, daily: Daily? = nil, now: Date = Date(),
    began: ContinuousClock.Instant = .now, clock: LocalTime = .current
  ) {
    closings = [
      end.map { RunWindow.closing($0, now, clock) }, daily.flatMap { RunWindow.closing($0, now, clock) },
    ].compactMap { $0 }.sorted { $0.at < $1.at }
    self.maximum = maximum
    self.began = began
    let ends = [
      closings.first.map { "at \(clock.text($0.at))" }, maximum.map { "after \(RunWindow.text($0))" },
    ]
    .compactMap { $0 }
    text = ends.isEmpty ? nil : ends.joined(separator: " or ")
  }

  private static func closing(_ end: End, _ now: Date, _ clock: LocalTime) -> Closing {
    switch end {
    case .instant(let date): return Closing(at: date, reason: "until \(clock.text(date))")
    case .timeOfDay(let hour, let minute):
      let last = clock.last(hour: hour, minute: minute, before: now)
      guard now.timeIntervalSince(last) >= longestPast else {
        return Closing(
          at: last, reason: "until \(clock.text(last)), which has passed; give a date for another day")
      }
      let next = clock.next(hour: hour, minute: minute, after: now)
      return Closing(at: next, reason: "until \(clock.text(next))")
    }
  }

  /// - Returns: `nil` for the whole day.
  private static func closing(_ daily: Daily, _ now: Date, _ clock: LocalTime) -> Closing? {
    guard daily.opens != daily.closes else { return nil }
    let opened = clock.last(hour: daily.opens / 60, minute: daily.opens % 60, before: now)
    let closes = clock.next(hour: daily.closes / 60, minute: daily.closes % 60, after: opened)
    guard closes <= now else {
      return Closing(at: closes, reason: "window \(daily.text), until \(clock.text(closes))")
    }
    let opens = clock.next(hour: daily.opens / 60, minute: daily.opens % 60, after: now)
    return Closing(at: closes, reason: "window \(daily.text), opens at \(clock.text(opens))")
  }

  /// Returns the reason to send nothing more, if any.
  ///
  /// It is asked before each request, and looks at no clock if there is no end.
  func reasonToStop() -> StopReason? {
    closings.isEmpty && maximum == nil ? nil : reasonToStop(now: Date(), clock: .now)
  }

  /// Returns the reason to send nothing more at a moment, if any.
  func reasonToStop(now: Date = Date(), clock: ContinuousClock.Instant = .now) -> StopReason? {
    if let closing = closings.first, now >= closing.at { return .window(closing.reason) }
    if let maximum, clock - began >= maximum { return .window("max_duration \(RunWindow.text(maximum))") }
    return nil
  }

  /// Returns a duration as a job writes it: `2h`, `90s`.
  private static func text(_ duration: Duration) -> String {
    let milliseconds = Int(duration / .milliseconds(1))
    guard milliseconds > 0 else { return "0s" }
    for (size, unit) in [(3_600_000, "h"), (60_000, "m"), (1_000, "s")]
    where milliseconds.isMultiple(of: size) {
      return "\(milliseconds / size)\(unit)"
    }
    return "\(milliseconds)ms"
  }
}

extension Form where Value == RunWindow.End {
  static let until = Form("a time of day such as \"06:00\", or a date-time such as 2026-11-22T06:00") {
    text in
    if let minutes = minutesOfDay(text), minutes < 1_440 {
      return .timeOfDay(hour: minutes / 60, minute: minutes % 60)
    }
    switch ISODateTime.read(text[...]) {
    case .time(let seconds): return .instant(Date(timeIntervalSince1970: TimeInterval(seconds)))
    case .noOffset:
      // The local time, as seconds since 1970 if that clock showed UTC.
      guard case .time(let seconds) = ISODateTime.read("\(text)Z"[...]) else { return nil }
      let end = LocalTime.current.instant(ofWall: Int(seconds))
      return .instant(Date(timeIntervalSince1970: TimeInterval(end)))
    case .impossible, .other: return nil
    }
  }
}

extension Form where Value == RunWindow.Daily {
  static let window = Form("two times of day such as 22:00-06:00, or 00:00-24:00 for always") { text in
    let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { minutesOfDay(String($0)) }
    guard ends.count == 2, let opens = ends[0], opens < 1_440, let closes = ends[1], opens != closes
    else { return nil }
    return RunWindow.Daily(opens: opens, closes: closes % 1_440)
  }
}

/// Returns the minutes after midnight of a time such as `06:00`, `6:00` or `24:00`; `nil` for anything else.
private func minutesOfDay(_ text: String) -> Int? {
  let parts = text.split(separator: ":", omittingEmptySubsequences: false)
  guard parts.count == 2, parts.allSatisfy({ (1...2).contains($0.count) }), parts[1].count == 2,
    let hour = Form<Int>.number(0...24).read(String(parts[0])),
    let minute = Form<Int>.number(0...59).read(String(parts[1])), hour < 24 || minute == 0
  else { return nil }
  return hour * 60 + minute
}
