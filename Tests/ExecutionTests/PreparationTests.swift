import Execution
import Sites
import Synchronization
import Testing

@Suite struct PreparationTests {
  private let retry = RetryPolicy(attempts: 3, base: .zero, cap: .zero)

  private func stop(_ checks: [Outcome], isStopped: @escaping () -> StopReason? = { nil }) throws
    -> StopReason?
  {
    let staged = try StagedRun([(1, false)])
    let site = SimulatedSite()
    site.log.withLock { $0.checks = checks }
    var names: NameCheck?
    return try Preparation.prepare(
      staged.run, site: site, throttle: QuestionThrottle(rate: nil, patience: .zero), retry: retry,
      names: &names, isStopped: isStopped
    ).stop
  }

  @Test func asksABusySiteAgain() throws {
    let busy = Outcome.retryLater(after: .zero, .busy)
    #expect(try stop([busy, busy]) == nil)
    #expect(try stop([busy, busy, busy]) == .siteDown(.busy))
  }

  @Test func tellsAtOnceOfASiteThatDoesNotAnswer() throws {
    #expect(try stop([.retryLater(after: nil, .closed)]) == .unreachable(.closed))
    #expect(try stop([.unknown(.lost)]) == .unreachable(.lost))
  }

  @Test func asksASiteAgainThatBreaksOff() throws {
    let broken = Outcome.unknown(.cut)
    #expect(try stop([broken, broken]) == nil)
    #expect(try stop([broken, broken, broken]) == .unreachable(.cut))
  }

  @Test func tellsAtOnceOfALoginOrAnAddressThatIsWrong() throws {
    #expect(try stop([.loginRefused(.no)]) == .loginRefused(.no))
    #expect(try stop([.refused(.no)]) == .unusable(.no))
  }

  @Test func doesNotMakeASignalWaitForABusySite() throws {
    let asked = Mutex(0)
    let reason = try stop([.retryLater(after: .seconds(3_600), .busy)]) {
      asked.withLock { asked in
        asked += 1
        return asked == 1 ? nil : .signal(15)
      }
    }
    #expect(reason == .signal(15))
  }

  @Test func asksNothingOfTheSiteWhenTheTimeIsOver() throws {
    let staged = try StagedRun([(1, false)])
    var names: NameCheck?
    let prepared = try Preparation.prepare(
      staged.run, site: SimulatedSite(), throttle: QuestionThrottle(rate: nil, patience: .zero), retry: retry,
      names: &names
    ) {
      .window("until 06:00")
    }
    #expect(prepared.stop == .window("until 06:00"))
    #expect(prepared.requests.isEmpty)
  }
}
