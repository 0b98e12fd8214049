import Sites
import Staging
import Testing

@testable import Execution

/// Answers that are not the API's: when they are the site's trouble, and when one row's.
@Suite struct ForeignAnswerTests {
  private static let page = Outcome.foreign(Refusal(status: 403, code: "not-the-api", message: "blocked"))
  private static let redirect = Outcome.foreign(Refusal(status: 302, code: "http-302", message: "to a login"))

  private static func isTheSite(_ answers: [(row: Int, outcome: Outcome)], firstSent: Int = 0) -> [Bool] {
    var foreign = ForeignAnswers()
    return answers.enumerated().map { time, answer in
      foreign.put(
        answer.outcome, row: answer.row, sentAt: .seconds(time), firstSent: .seconds(firstSent))
    }
  }

  @Test func aRedirectionIsNeverARows() {
    #expect(Self.isTheSite([(1, .applied), (2, Self.redirect)]) == [false, true])
  }

  @Test func threeRowsInARowAreNoChance() {
    #expect(Self.isTheSite([(1, Self.page), (2, Self.page), (3, Self.page)]) == [false, false, true])
    #expect(
      Self.isTheSite([(1, Self.page), (2, Self.page), (4, .applied), (3, Self.page), (1, Self.page)])
        == Array(repeating: false, count: 5))
  }

  @Test func oneRowAloneMeansTheSiteWhileNoOtherIsServed() {
    #expect(Self.isTheSite([(1, Self.page), (1, Self.page), (1, Self.page)]) == [false, false, true])
    #expect(
      Self.isTheSite([(2, .applied), (1, Self.page), (1, Self.page), (1, Self.page)], firstSent: 1).last
        == true)
    #expect(
      Self.isTheSite([(1, Self.page), (2, .applied), (1, Self.page), (1, Self.page), (1, Self.page)])
        .allSatisfy { !$0 })
  }

  /// All others may already be as asked, so that the API only gets looks.
  @Test func aRowAloneIsTheRowsTroubleWhileLooksAreAnswered() {
    var foreign = ForeignAnswers()
    let isTheSite = (0..<9).map { time in
      foreign.lookAnswered(sentAt: .seconds(time))
      return foreign.put(Self.page, row: 1, sentAt: .seconds(time), firstSent: .zero)
    }
    #expect(isTheSite.allSatisfy { !$0 })
    // Three rows mean the site, whatever it allows to be read.
    let others = [2, 3].map {
      foreign.put(Self.page, row: $0, sentAt: .seconds(9), firstSent: .seconds(8))
    }
    #expect(others == [false, true])
  }

  @Test func whatTheAPIRefusesIsServed() {
    let no = Outcome.refused(.no)
    #expect(
      Self.isTheSite([(1, Self.page), (2, Self.page), (3, no), (4, Self.page), (5, Self.page)])
        .allSatisfy { !$0 })
  }

  /// Staged again, it would be sent without a look.
  @Test func aRowThatMetALoginPageIsLookedForByTheNextProcess() throws {
    let staged = try StagedRun((1...20).map { (Int64($0), false) })
    let site = SimulatedSite { write, _ in SimulatedSite.row(write) > 5 ? Self.redirect : .applied }
    let report = try staged.execute(on: site) { $0.lanes = 1 }
    guard case .unusable(let refusal) = report.stopReason else {
      Issue.record("\(String(describing: report.stopReason))")
      return
    }
    #expect(refusal.status == 302)
    let counts = try staged.run.counts()
    #expect(counts[.applied] == 5 && counts[.sending] == 1 && counts[.staged] == 14)
  }
}

/// Rows that are refused one after the other for one reason.
@Suite struct SameRefusalTests {
  private static func refusal(_ message: String, code: String = "C") -> Refusal {
    Refusal(status: 403, code: code, message: message)
  }

  private static func reason(
    _ rows: [(RowState, Refusal?)], sameReason: Int? = 50
  ) -> String? {
    var refusals = SameRefusals()
    let rule = StopRule(sameReason: sameReason)
    var reason: String?
    for (state, refusal) in rows {
      refusals.put(state, refusal)
      reason = reason ?? rule.reason(refusals)
    }
    return reason
  }

  private static func refused(_ count: Int) -> [(RowState, Refusal?)] {
    (0..<count).map { (.failed, refusal("No permission for 'x\($0)' with ID = \($0)")) }
  }

  @Test(
    arguments: [
      (19, 50, nil), (20, 50, "the first 20 rows were refused"), (5, 5, "the first 5 rows were refused"),
      (500, nil, nil),
    ] as [(Int, Int?, String?)])
  func twentyAreEnoughWhenNothingElseHasCome(rows: Int, limit: Int?, begins: String?) {
    let reason = Self.reason(Self.refused(rows), sameReason: limit)
    #expect(reason.map { String($0.prefix(begins?.count ?? 0)) } == begins)
  }

  @Test func fiftyAreNeededAfterAGoodOne() {
    let good: [(RowState, Refusal?)] = [(.applied, nil)]
    #expect(Self.reason(good + Self.refused(49)) == nil)
    #expect(Self.reason(good + Self.refused(50))?.hasPrefix("50 consecutive rows were refused") == true)
    #expect(Self.reason(good + Self.refused(49) + good + Self.refused(49)) == nil)
  }

  @Test func otherReasonsAreNotTheSame() {
    let mixed = (0..<200).map {
      (RowState.failed, Optional(Self.refusal($0 % 2 == 0 ? "too long" : "no such id")))
    }
    #expect(Self.reason(mixed) == nil)
    #expect(Self.reason((0..<200).map { (.failed, Self.refusal("no", code: "C\($0 % 3)")) }) == nil)
  }

  @Test func whatWasNeverSentSaysNothing() {
    #expect(Self.reason((0..<200).map { _ in (.failed, nil) }) == nil)
    #expect(Self.reason((0..<200).map { _ in (.conflict, nil) }) == nil)
  }

  @Test func countsRowsInDoubtSeparately() {
    let doubts = (0..<20).map { _ in (RowState.unknown, Optional(Self.refusal("HTTP 202"))) }
    #expect(Self.reason(doubts)?.hasPrefix("the first 20 rows were left in doubt") == true)
  }
}
