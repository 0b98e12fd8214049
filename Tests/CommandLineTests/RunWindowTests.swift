import Execution
import Foundation
import Testing

@testable import Runs
@testable import bulkpatch

/// The time until which requests may be sent, wherever the machine is and whatever its clock does.
@Suite struct RunWindowTests {
  private func clock(_ zone: String) throws -> LocalTime {
    let zone = try #require(TimeZone(identifier: zone))
    return LocalTime { zone.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval($0))) }
  }

  private func date(_ text: String) throws -> Date { try Date(text, strategy: .iso8601) }

  @Test(arguments: [
    // The evening before, and the same morning: the next one.
    ("2026-11-21T22:00:00Z", "06:00", "UTC", "2026-11-22T06:00:00Z"),
    ("2026-11-22T05:59:59Z", "06:00", "UTC", "2026-11-22T06:00:00Z"),
    ("2026-11-22T18:00:00Z", "06:00", "UTC", "2026-11-23T06:00:00Z"),
    ("2026-11-21T22:00:00Z", "0:00", "UTC", "2026-11-22T00:00:00Z"),
    ("2026-11-21T21:00:00Z", "06:00", "Europe/Paris", "2026-11-22T05:00:00Z"),
    // Clocks go forward over the night: five hours on the wall are four.
    ("2026-03-28T23:00:00Z", "06:00", "Europe/Paris", "2026-03-29T04:00:00Z"),
    // 02:30 does not exist: the next time that does. In autumn it comes twice: the first.
    ("2026-03-28T23:00:00Z", "02:30", "Europe/Paris", "2026-03-29T01:00:00Z"),
    ("2026-10-24T22:00:00Z", "02:30", "Europe/Paris", "2026-10-25T00:30:00Z"),
    ("2026-10-24T22:00:00Z", "06:00", "Europe/Paris", "2026-10-25T05:00:00Z"),
    ("2026-10-25T13:00:00Z", "02:30", "Europe/Paris", "2026-10-26T01:30:00Z"),
    // Half and quarter hours, the far side of the date line, before 1970.
    ("2026-11-22T00:00:00Z", "06:00", "Asia/Kathmandu", "2026-11-22T00:15:00Z"),
    ("2026-11-22T12:30:00Z", "06:00", "Asia/Kathmandu", "2026-11-23T00:15:00Z"),
    ("2026-11-21T11:00:00Z", "06:00", "Pacific/Kiritimati", "2026-11-21T16:00:00Z"),
    ("1969-12-31T23:30:00Z", "06:00", "America/New_York", "1970-01-01T11:00:00Z"),
    // Lord Howe's summer time is half an hour: 02:15 is left out.
    ("2026-10-03T12:00:00Z", "02:15", "Australia/Lord_Howe", "2026-10-03T15:30:00Z"),
  ])
  func closesAtTheNextSuchTime(now: String, until: String, zone: String, end: String) throws {
    let time = try #require(Form.until.read(until))
    let window = RunWindow(until: time, maximum: nil, now: try date(now), clock: try clock(zone))
    let end = try date(end)
    #expect(window.reasonToStop(now: end - 1) == nil)
    guard case .window = window.reasonToStop(now: end) else {
      Issue.record("still open at \(end)")
      return
    }
  }

  /// A start soon after the end is too late for that night, and does not run into the next day.
  @Test(arguments: [
    ("2026-11-22T06:00:00Z", "06:00", "UTC"), ("2026-11-22T17:59:59Z", "06:00", "UTC"),
    ("2026-11-22T05:30:00Z", "23:50", "UTC"), ("2026-10-25T00:45:00Z", "02:30", "Europe/Paris"),
    ("2026-11-22T00:30:00Z", "06:00", "Asia/Kathmandu"),
    // Clocks have gone back since: it is an hour longer ago than the wall says.
    ("2026-10-25T10:30:00Z", "00:45", "Europe/Paris"),
  ])
  func isClosedSoonAfterABareTime(now: String, until: String, zone: String) throws {
    let time = try #require(Form.until.read(until))
    let window = RunWindow(until: time, maximum: nil, now: try date(now), clock: try clock(zone))
    guard case .window(let text)? = window.reasonToStop(now: try date(now)) else {
      Issue.record("still open")
      return
    }
    #expect(text.hasSuffix(", which has passed; give a date for another day"))
  }

  /// The two ends of a night: when it closes, or `nil` if it is closed at once.
  @Test(arguments: [
    ("2026-11-21T22:00:00Z", "22:00-06:00", "UTC", "2026-11-22T06:00:00Z"),
    ("2026-11-22T00:00:00Z", "22:00-06:00", "UTC", "2026-11-22T06:00:00Z"),
    ("2026-11-22T05:59:59Z", "22:00-06:00", "UTC", "2026-11-22T06:00:00Z"),
    ("2026-11-22T06:00:00Z", "22:00-06:00", "UTC", nil), ("2026-11-22T21:59:59Z", "22:00-06:00", "UTC", nil),
    ("2026-11-22T12:00:00Z", "09:00-17:30", "UTC", "2026-11-22T17:30:00Z"),
    ("2026-11-22T08:59:59Z", "9:00-17:30", "UTC", nil),
    ("2026-11-22T23:00:00Z", "22:00-24:00", "UTC", "2026-11-23T00:00:00Z"),
    ("2026-11-22T21:00:00Z", "22:00-06:00", "Europe/Paris", "2026-11-23T05:00:00Z"),
    // Over the changes of the clock: the hours on the wall count.
    ("2026-03-28T23:00:00Z", "22:00-06:00", "Europe/Paris", "2026-03-29T04:00:00Z"),
    ("2026-10-24T22:00:00Z", "22:00-06:00", "Europe/Paris", "2026-10-25T05:00:00Z"),
    ("2026-03-29T00:30:00Z", "00:00-02:30", "Europe/Paris", "2026-03-29T01:00:00Z"),
    ("2026-10-25T00:15:00Z", "00:00-02:30", "Europe/Paris", "2026-10-25T00:30:00Z"),
  ])
  func hasTwoEnds(now: String, times: String, zone: String, end: String?) throws {
    let daily = try #require(Form.window.read(times))
    let (now, clock) = (try date(now), try clock(zone))
    let window = RunWindow(until: nil, maximum: nil, daily: daily, now: now, clock: clock)
    guard let end = try end.map(date) else {
      guard case .window(let text)? = window.reasonToStop(now: now) else {
        Issue.record("still open")
        return
      }
      #expect(text.contains("opens at "))
      return
    }
    #expect(window.reasonToStop(now: end - 1) == nil)
    #expect(window.reasonToStop(now: end) != nil)
    #expect(window.text == "at \(clock.text(end))")
    // Once closed it stays closed, also when the next night has begun.
    #expect(window.reasonToStop(now: end + 20 * 3_600) != nil)
  }

  @Test func theEarliestEndCounts() throws {
    let now = try date("2026-11-21T23:00:00Z")
    let daily = try #require(Form.window.read("22:00-06:00"))
    let window = RunWindow(
      until: .timeOfDay(hour: 3, minute: 0), maximum: .seconds(7_200), daily: daily, now: now,
      clock: try clock("UTC"))
    #expect(window.text == "at 2026-11-22 03:00 +00:00 or after 2h")
    #expect(
      window.reasonToStop(now: try date("2026-11-22T03:00:00Z")) == .window("until 2026-11-22 03:00 +00:00"))
  }

  @Test func aWholeDayNeverCloses() throws {
    let daily = try #require(Form.window.read("00:00-24:00"))
    let window = RunWindow(until: nil, maximum: nil, daily: daily)
    #expect(window.reasonToStop(now: .distantFuture) == nil)
    #expect(window.text == nil)
  }

  @Test(arguments: [
    "", "22:00", "22:00-", "22:00-22:00", "24:00-06:00", "22-6", "22:00-06:00-07:00", "22:00-24:01",
  ])
  func refusesWhatIsNoWindow(text: String) { #expect(Form.window.read(text) == nil) }

  @Test func saysWhenItClosedWhereTheMachineIs() throws {
    let window = RunWindow(
      until: .timeOfDay(hour: 6, minute: 0), maximum: nil, now: try date("2026-11-21T22:00:00Z"),
      clock: try clock("Europe/Paris"))
    #expect(window.reasonToStop(now: .distantFuture) == .window("until 2026-11-22 06:00 +01:00"))
  }

  @Test func agreesWithTheCalendarAllTheYearRound() throws {
    for zone in ["Europe/Paris", "America/St_Johns", "Asia/Tokyo", "Pacific/Chatham"] {
      var calendar = Calendar(identifier: .gregorian)
      calendar.timeZone = try #require(TimeZone(identifier: zone))
      let (clock, start) = (try clock(zone), try date("2026-01-01T00:00:00Z"))
      for hour in stride(from: 0, to: 8_760, by: 7) {
        let now = start + TimeInterval(hour * 3_600)
        let expected = calendar.nextDate(
          after: now, matching: DateComponents(hour: hour % 24, minute: 30, second: 0),
          matchingPolicy: .nextTime, repeatedTimePolicy: .first)
        #expect(clock.next(hour: hour % 24, minute: 30, after: now) == expected, "\(zone), after \(now)")
      }
    }
  }

  @Test(arguments: [
    (Duration.seconds(7_200), "2h"), (.seconds(90), "90s"), (.seconds(120), "2m"), (.zero, "0s"),
    (.milliseconds(1_500), "1500ms"),
  ])
  func closesAfterALengthOfTime(maximum: Duration, text: String) {
    let began = ContinuousClock.now
    let window = RunWindow(until: nil, maximum: maximum, began: began)
    #expect(window.reasonToStop(clock: began + maximum - .milliseconds(1)) == nil)
    #expect(window.reasonToStop(clock: began + maximum) == .window("max_duration \(text)"))
  }

  @Test func neverClosesByDefault() {
    #expect(RunWindow(until: nil, maximum: nil).reasonToStop(now: .distantFuture) == nil)
  }

  @Test func takesADateAndATime() throws {
    #expect(Form.until.read("2026-11-22T06:00+01:00") == .instant(try date("2026-11-22T05:00:00Z")))
    #expect(Form.until.read("2026-11-22T06:00:30Z") == .instant(try date("2026-11-22T06:00:30Z")))
    let wall = DateComponents(year: 2026, month: 11, day: 22, hour: 6)
    let local = try #require(Calendar(identifier: .gregorian).date(from: wall))
    #expect(Form.until.read("2026-11-22 06:00") == .instant(local))
  }

  @Test(arguments: ["", "6", "24:00", "06:60", "6:0", "06:00:00", "-1:00", "six", "2026-13-01T00:00", "2h"])
  func refusesWhatIsNoTime(text: String) {
    #expect(Form.until.read(text) == nil)
  }
}
