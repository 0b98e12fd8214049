import Execution
import TestSupport
import Testing

@Suite struct RetryPolicyTests {
  @Test(arguments: [(1, 1), (2, 2), (3, 4), (4, 8), (7, 60), (500, 60)])
  func doublesTheBoundUpToTheCap(attempts: Int, seconds: Int) {
    #expect(RetryPolicy().bound(after: attempts) == .seconds(seconds))
  }

  @Test func drawsTheDelayBetweenNothingAndTheBound() {
    let seed = UInt64.random(in: 0 ... .max)
    var random = SeededGenerator(seed: seed)
    let delays = (0..<1_000).map { _ in RetryPolicy().delay(after: 3, random: &random) }
    #expect(delays.allSatisfy { $0 >= .zero && $0 <= .seconds(4) }, "seed \(seed)")
    #expect((delays.max() ?? .zero) > .seconds(3), "seed \(seed)")
    #expect((delays.min() ?? .zero) < .seconds(1), "seed \(seed)")
  }

  @Test(arguments: [
    (StopRule(), 1_000, 1_000, false), (StopRule(failures: 50), 49, 60, false),
    (StopRule(failures: 50), 50, 60, true), (StopRule(failureRate: 0.05), 50, 99, false),
    (StopRule(failureRate: 0.05), 5, 100, true), (StopRule(failureRate: 0.05), 4, 100, false),
  ])
  func stopsByCountAndByRateAfterASample(rule: StopRule, failed: Int, finished: Int, stops: Bool) {
    #expect((rule.reason(failed: failed, finished: finished) != nil) == stops)
  }
}
