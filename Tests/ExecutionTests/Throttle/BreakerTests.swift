import TestSupport
import Testing

@testable import Execution

@Suite struct BreakerTests {
  private var random = SeededGenerator(seed: 1)

  private func breaker(_ failures: Int? = nil, patience: Duration = .seconds(1800), lanes: Int = 4) -> Breaker
  {
    Breaker(BreakerRule(failures: failures, patience: patience), lanes: lanes)
  }

  @Test(arguments: [(nil, 4, 5), (nil, 32, 32), (1, 4, 1), (3, 8, 3)] as [(Int?, Int, Int)])
  mutating func opensAfterNFailuresInARow(failures: Int?, lanes: Int, expected: Int) {
    var breaker = breaker(failures, lanes: lanes)
    for failure in 1...expected {
      #expect(!breaker.isOpen)
      breaker.failed(sentAt: .seconds(failure), now: .seconds(failure), random: &random)
    }
    #expect(breaker.isOpen)
  }

  @Test mutating func startsCountingAgainAfterAGoodAnswer() {
    var breaker = breaker(2)
    for second in 1...20 {
      breaker.failed(sentAt: .seconds(second), now: .seconds(second), random: &random)
      breaker.served()
    }
    #expect(!breaker.isOpen)
  }

  @Test mutating func takesABurstThatFailsTogetherForOneFailure() {
    var breaker = breaker(lanes: 4)
    for _ in 1...50 { breaker.failed(sentAt: .zero, now: .milliseconds(20), random: &random) }
    #expect(!breaker.isOpen)
    breaker.failed(sentAt: .milliseconds(21), now: .milliseconds(40), random: &random)
    #expect(breaker.isOpen)
  }

  @Test mutating func asksOnceAfterAPauseThatDoublesUpToHalfAMinute() {
    var breaker = breaker(1)
    var now = Duration.zero
    breaker.failed(sentAt: now, now: now, random: &random)
    for bound in [1, 2, 4, 8, 16, 30, 30, 30] {
      guard let until = breaker.hold(now: now)?.until else {
        Issue.record("it does not pause")
        return
      }
      #expect(until - now <= .seconds(bound) && until - now >= .seconds(bound) * 0.75)
      now = until
      #expect(breaker.hold(now: now) == nil)
      breaker.began(now: now)
      #expect(breaker.hold(now: now) == Hold(reason: .breaker))
      breaker.failed(sentAt: now, now: now, random: &random)
    }
    #expect(!breaker.hasGivenUp)
  }

  @Test mutating func givesUpWhenPatienceIsAtItsEnd() {
    var atOnce = breaker(1, patience: .zero)
    atOnce.failed(sentAt: .zero, now: .zero, random: &random)
    #expect(atOnce.hasGivenUp)
    var patient = breaker(1, patience: .seconds(60))
    var now = Duration.zero
    patient.failed(sentAt: now, now: now, random: &random)
    while let until = patient.hold(now: now)?.until, !patient.hasGivenUp {
      now = until
      patient.began(now: now)
      patient.failed(sentAt: now, now: now, random: &random)
    }
    #expect(patient.hasGivenUp)
    #expect(now == .seconds(60))
  }

  @Test mutating func givesUpWhenReadsAreServedAndWritesNeverAre() {
    var breaker = breaker(3, patience: .seconds(60))
    for second in stride(from: 0, through: 60, by: 10) {
      let now = Duration.seconds(second)
      #expect(!breaker.isOpen && !breaker.hasGivenUp)
      breaker.failed(sentAt: now, now: now, random: &random)
      breaker.wrote(isServed: false, now: now)
      if second < 60 { breaker.served() }
    }
    #expect(breaker.hasGivenUp)
  }

  @Test mutating func doesNotGiveUpAfterOneWriteThatGoesThrough() {
    var breaker = breaker(3, patience: .seconds(60))
    for second in stride(from: 0, through: 300, by: 10) {
      breaker.failed(sentAt: .seconds(second), now: .seconds(second), random: &random)
      breaker.wrote(isServed: second.isMultiple(of: 50), now: .seconds(second))
      breaker.served()
      #expect(!breaker.hasGivenUp)
    }
  }

  @Test mutating func givesALimiterASecondToServeARequest() {
    var breaker = breaker(5)
    for millisecond in 1...500 {
      let now = Duration.milliseconds(millisecond)
      breaker.failed(sentAt: now, isRefusal: true, now: now, random: &random)
    }
    #expect(!breaker.isOpen)
    breaker.failed(sentAt: .seconds(2), isRefusal: true, now: .seconds(2), random: &random)
    #expect(breaker.isOpen)
  }

  @Test mutating func doesNotOpenForASiteThatSaysWhenToComeBack() {
    var breaker = breaker(2, patience: .seconds(60))
    for second in stride(from: 0, to: 59, by: 2) {
      breaker.failed(
        sentAt: .seconds(second), isRefusal: true, askedToWait: .seconds(1), now: .seconds(second),
        random: &random)
    }
    #expect(!breaker.isOpen && !breaker.hasGivenUp)
    breaker.failed(
      sentAt: .seconds(60), isRefusal: true, askedToWait: .seconds(1), now: .seconds(60), random: &random)
    #expect(breaker.hasGivenUp)
  }
}
