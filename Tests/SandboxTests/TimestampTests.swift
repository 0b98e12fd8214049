import TestSupport
import Testing

@testable import Sandbox

/// Times as the service writes them.
@Suite struct TimestampTests {
  @Test(arguments: [
    ("1970-01-01T00:00:00Z", 0), ("2024-02-29T23:59:59Z", 1_709_251_199),
    ("2024-03-17T11:12:44+02:00", 1_710_666_764),
    ("2024-03-17T09:12:44.999Z", 1_710_666_764), ("2024-03-17T09:12:44-0000", 1_710_666_764),
    ("1969-12-31T23:59:59Z", -1),
  ])
  func reads(_ text: String, _ seconds: Int64) {
    #expect(Timestamp(parsing: text)?.seconds == seconds)
  }

  @Test(arguments: [
    "", "2024-03-17", "2024-03-17T09:12:44", "2024-03-17 09:12:44Z", "2023-02-29T00:00:00Z",
    "2024-13-01T00:00:00Z",
    "2024-03-17T24:00:00Z", "2024-03-17T09:12:44+2", "2024-03-17T09:12:44.Z", "2024-3-17T09:12:44Z", "now",
    "2024-03-17T09:12:44Zx",
  ])
  func refuses(_ text: String) {
    #expect(Timestamp(parsing: text) == nil)
  }

  @Test func writesWhatItReads() {
    let seed = UInt64.random(in: .min ... .max)
    var random = SeededGenerator(seed: seed)
    for _ in 0..<2000 {
      let time = Timestamp(seconds: Int64.random(in: 0..<250_000_000_000, using: &random))
      #expect(Timestamp(parsing: time.text) == time, "seed \(seed)")
    }
  }
}
