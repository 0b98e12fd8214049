import TestSupport
import Testing

@testable import Reports

@Suite struct LatencyHistogramTests {
  @Test func percentilesAreOffByLessThanTwoPerCent() {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed: seed)
    for _ in 0..<30 {
      // From microseconds to hours, as evenly spread over the scale as a site is not.
      let times = (0..<Int.random(in: 1...2_000, using: &random)).map { _ in
        Int.random(in: 1...(1 << Int.random(in: 1...34, using: &random)), using: &random)
      }
      var histogram = LatencyHistogram()
      for time in times { histogram.record(.microseconds(time)) }
      let sorted = times.sorted()
      for share in [0.5, 0.95, 0.99, 1] {
        let exact = sorted[max(0, Int((Double(times.count) * share).rounded(.up)) - 1)]
        let found = (histogram.percentile(share) ?? .zero) / .microseconds(1)
        #expect(found >= Double(exact) - 0.5 && found <= Double(exact) * 1.016 + 0.5, "seed \(seed)")
      }
      #expect(histogram.longest == .microseconds(sorted[sorted.count - 1]), "seed \(seed)")
    }
  }

  @Test(arguments: [
    (0, 0), (5_000, 0), (5_001, 1), (10_000, 1), (1_000_000, 7), (1_000_001, 8), (120_000_000, 13),
    (120_000_001, 14),
  ])
  func aRequestIsInTheBucketsThatItIsNotAbove(microseconds: Int, first: Int) {
    var histogram = LatencyHistogram()
    histogram.record(.microseconds(microseconds))
    #expect(histogram.cumulative == (0..<14).map { $0 < first ? 0 : 1 })
    #expect(histogram.count == 1)
  }

  @Test func survivesTimesThatCannotBe() {
    var histogram = LatencyHistogram()
    for time in [Duration.seconds(-5), .zero, .seconds(Int64.max / 2)] { histogram.record(time) }
    #expect(histogram.count == 3)
    #expect(histogram.percentile(1) != nil)
  }

  @Test func withoutRequestsThereAreNoFigures() {
    #expect(LatencyFigures(LatencyHistogram()) == nil)
  }

  @Test func aRequestThatNeverLeftIsCountedButNotTimed() {
    let meter = RequestMeter()
    meter.record(status: nil, duration: .zero)
    meter.record(status: nil, duration: .seconds(60))
    meter.record(status: 200, duration: .milliseconds(3))
    #expect(meter.byStatus == [0: 2, 200: 1])
    #expect(meter.latency.count == 2)
  }
}
