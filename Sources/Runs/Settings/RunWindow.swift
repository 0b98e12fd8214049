import Catalog
import Execution
package import Foundation

/// The time in which a process may send requests: until a wall-clock time, for a duration, or both.
///
/// It is checked before every request, so that a machine that slept, or a suspended process, sends nothing late.
package struct RunWindow: Sendable {
  /// A moment as a job or flag names it.
  package enum End: Hashable, Sendable {
    /// The next time the local clock shows this.
    case timeOfDay(hour: Int, minute: Int)
    case instant(Date)
  }

  private let end: Date?
  private let endText: String
  private let maximum: Duration?
  private let began: ContinuousClock.Instant

  /// Opens a window now.
  ///
  /// - Parameter clock: the machine's local clock. A time of day that a change to summer time skips means the next
  ///   one; of a repeated time, the first counts.
  package init(
    until end: End?, maximum: Duration?, now: Date = Date(), began: ContinuousClock.Instant = .now,
    clock: LocalTime = .current
  ) {
    switch end {
    case .timeOfDay(let hour, let minute):
      self.end = clock.next(hour: hour, minute: minute, after: now)
    case .instant(let date): self.end = date
    case nil: self.end = nil
    }
    endText = self.end.map(clock.text) ?? ""
    self.maximum = maximum
    self.began = began
  }

  /// Returns the reason to send nothing more, if any.
  func reasonToStop(now: Date = Date(), clock: ContinuousClock.Instant = .now) -> StopReason? {
    if let end, now >= end { return .window("until \(endText)") }
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
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    if parts.count == 2, parts.allSatisfy({ (1...2).contains($0.count) }), parts[1].count == 2 {
      guard let hour = Form<Int>.number(0...23).read(String(parts[0])),
        let minute = Form<Int>.number(0...59).read(String(parts[1]))
      else { return nil }
      return .timeOfDay(hour: hour, minute: minute)
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
