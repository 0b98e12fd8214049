import TestSupport
import Testing

@testable import Sites

/// Points in time of any site come out in one form.
@Suite struct SiteTimeTests {
  @Test(
    arguments: [
      ("2024-03-17T09:12:44Z", "2024-03-17T09:12:44Z"),
      ("2017-03-03T04:17:00-08:00", "2017-03-03T12:17:00Z"),
      ("2017-12-31T23:30:00-0100", "2018-01-01T00:30:00Z"),
      ("2024-03-01T00:30:00+01:00", "2024-02-29T23:30:00Z"),
      ("2023-03-01T00:30:00+01", "2023-02-28T23:30:00Z"),
      ("1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z"),
      ("1900-03-01T00:00:00+00:01", "1900-02-28T23:59:00Z"),
      ("2024-03-17T09:12:44.123Z", "2024-03-17T09:12:44Z"),
      ("2024-03-17 09:12:44", "2024-03-17T09:12:44Z"),
      ("2024-03-17", nil), ("", nil), ("yesterday", nil), ("2024-13-01T00:00:00Z", nil),
      ("2024-03-17T09:12:44+", nil), ("2024-03-17T09:12:44Zx", nil), ("２024-03-17T09:12:44Z", nil),
    ] as [(String, String?)])
  func normalises(text: String, normalised: String?) {
    #expect(SiteTime.normalised(text) == normalised)
  }

  @Test func anOffsetMovesTheClockAndNothingElse() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed: seed)
    for _ in 0..<2000 {
      let two = { (range: ClosedRange<Int>) -> String in
        let number = Int.random(in: range, using: &random)
        return number < 10 ? "0\(number)" : "\(number)"
      }
      let date = "\(Int.random(in: 1970...2100, using: &random))-\(two(1...12))-\(two(1...28))"
      let clock = "\(two(0...23)):\(two(0...59)):\(two(0...59))"
      let offset = "\(two(0...14)):\(two(0...59))"
      let east = SiteTime.normalised("\(date)T\(clock)+\(offset)")
      // Converting there and back gives the original.
      let back = east.flatMap { SiteTime.normalised("\($0.dropLast())-\(offset)") }
      #expect(back == "\(date)T\(clock)Z", "seed \(seed)")
    }
  }
}
