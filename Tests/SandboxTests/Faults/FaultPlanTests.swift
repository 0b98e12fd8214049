import TestSupport
import Testing

@testable import Sandbox

/// The requests that a rule strikes.
@Suite struct FaultPlanTests {
  private static let patch = FaultTarget(method: "PATCH", resources: ["incidents"])

  /// The fates of this many requests, one after the other.
  private func decisions(
    _ rules: [String], seed: UInt64 = 1, _ count: Int, _ target: FaultTarget = Self.patch
  ) throws -> [FaultDecision] {
    let plan = FaultPlan(try rules.map { text in try FaultRule(text) }, seed: seed)
    let now = ContinuousClock.now
    return (0..<count).map { _ in plan.decide(target, at: now) }
  }

  private func struck(_ decisions: [FaultDecision]) -> [Int] {
    decisions.indices.filter { decisions[$0].strike != nil }.map { $0 + 1 }
  }

  @Test(arguments: [
    ("PATCH incidents status=503", Array(1...10)), ("PATCH * after=4 status=503", Array(4...10)),
    ("* incidents after=4 times=2 status=503", [4, 5]), ("* * times=3 status=503", [1, 2, 3]),
    ("GET,POST incidents status=503", []), ("PATCH interactions status=503", []),
  ])
  func countsTheRequestsThatMatch(_ rule: String, _ expected: [Int]) throws {
    #expect(struck(try decisions([rule], 10)) == expected)
  }

  @Test func strikesTheSameRequestsWithTheSameSeed() throws {
    let rules = ["* * rate=0.3 latency=5ms..9ms", "PATCH incidents rate=0.3 reset=after-commit"]
    let seed = UInt64.random(in: 0...UInt64.max)
    let first = try decisions(rules, seed: seed, 2000)
    let again = try decisions(rules, seed: seed, 2000)
    let other = try decisions(rules, seed: seed &+ 1, 2000)
    #expect(first == again, "seed \(seed)")
    #expect(first != other, "seed \(seed)")
  }

  @Test func strikesAsOftenAsItsRateSays() throws {
    for rate in [0.01, 0.3, 0.9] {
      let share = Double(struck(try decisions(["* * rate=\(rate) status=503"], 20_000)).count) / 20_000
      #expect(abs(share - rate) < 0.02, "\(rate)")
    }
  }

  /// Otherwise two rules with the same rate would strike together or never.
  @Test func drawsForEachRuleByItself() throws {
    let rule = "* * rate=0.5 status=503"
    let plan = FaultPlan([try FaultRule("GET * status=503"), try FaultRule(rule)], seed: 1)
    let second = (0..<200).map { _ in plan.decide(Self.patch, at: .now).strike != nil }
    let alone = try decisions([rule], 200).map { $0.strike != nil }
    #expect(second != alone)
  }

  @Test func letsTheFirstThatStrikesDecideAndAddsLatencies() throws {
    let decisions = try decisions(
      [
        "* * latency=10ms", "* * after=2 times=1 status=500", "* * reset=before-commit",
        "* * latency=20ms", "* * next-request-after=7ms",
      ], 3)
    #expect(decisions.map(\.latency) == Array(repeating: .milliseconds(30), count: 3))
    #expect(decisions.map(\.nextRequestAfter) == [7, 7, 7])
    #expect(
      decisions.map(\.strike) == [
        .reset(.beforeCommit, .reset), .refuse(FaultRefusal(status: 500)), .reset(.beforeCommit, .reset),
      ])
    #expect(
      decisions[1].text == "latency=10ms; status=500; latency=20ms; next-request-after=7ms")
  }

  @Test func drawsLatenciesFromTheirDistribution() throws {
    let even = try decisions(["* * latency=50ms..200ms"], 4000).map { $0.latency / .milliseconds(1) }
    #expect(even.allSatisfy { $0 >= 50 && $0 <= 200 })
    #expect(abs(even.reduce(0, +) / 4000 - 125) < 3)
    #expect(even.contains { $0 < 52 } && even.contains { $0 > 198 })
    let exponential = try decisions(["* * latency=exp:50ms"], 4000).map { $0.latency / .milliseconds(1) }
    #expect(abs(exponential.reduce(0, +) / 4000 - 50) < 4)
    // Of an exponential distribution 37 % lie above the mean.
    #expect(abs(Double(exponential.count { $0 > 50 }) / 4000 - 0.368) < 0.03)
  }

  @Test func limitsTheRateAndAllowsABurstAfterAPause() throws {
    let plan = FaultPlan([try FaultRule("* * limit=10/s burst=5")], seed: 1)
    let start = ContinuousClock.now
    func allowed(_ count: Int, after milliseconds: Int) -> Int {
      (0..<count).count { _ in
        plan.decide(Self.patch, at: start + .milliseconds(milliseconds)).strike == nil
      }
    }
    #expect(allowed(20, after: 0) == 5)
    #expect(allowed(20, after: 99) == 0)
    #expect(allowed(20, after: 100) == 1)
    #expect(allowed(20, after: 350) == 2)
    #expect(allowed(20, after: 60_000) == 5)
    // In the long run it is the rate, whatever the rhythm.
    let steady = (1...1000).count {
      plan.decide(Self.patch, at: start + .milliseconds(60_000 + $0 * 10)).strike == nil
    }
    #expect(steady == 100)
  }
}
