import Catalog
import Execution
package import Foundation

/// The time in which a process may send requests: until a moment of the wall clock, for a length of time, or both.
///
/// Whoever sends asks each time, so that a machine that slept, or a process that was suspended, sends nothing
/// late.
package struct RunWindow: Sendable {
  /// A moment as a job or flag names it.
  package enum End: Hashable, Sendable {
    /// The next time the clock of the machine's place shows this.
    case timeOfDay(hour: Int, minute: Int)
    case instant(Date)
  }

  private let end: Date?
  private let endText: String
  private let maximum: Duration?
  private let began: ContinuousClock.Instant

  /// A window that opens now.
  ///
  /// - Parameter clock: where the machine is. A time of day that a change to summer time leaves out is taken
  ///   to be the next there is, one that comes twice the first.
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

  /// Why nothing may be sent any more, when that is so.
  func reasonToStop(now: Date = Date(), clock: ContinuousClock.Instant = .now) -> StopReason? {
    if let end, now >= end { return .window("until \(endText)") }
    if let maximum, clock - began >= maximum { return .window("max_duration \(RunWindow.text(maximum))") }
    return nil
  }

  /// A duration as it is written in a job: `2h`, `90s`.
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
      // The clock on the wall, as for a time of day: these are the seconds if that clock showed UTC.
      guard case .time(let seconds) = ISODateTime.read("\(text)Z"[...]) else { return nil }
      let end = LocalTime.current.instant(ofWall: Int(seconds))
      return .instant(Date(timeIntervalSince1970: TimeInterval(end)))
    case .impossible, .other: return nil
    }
  }
}
