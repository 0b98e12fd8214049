import Records
import Sites
import Synchronization
import Testing

@testable import Execution

/// One key that a site does not look up holds up no others.
@Suite struct KeyLookupsTests {
  /// Looks up keys that are numbers, except those it rejects.
  private final class Registry: SiteConnection {
    let outcome: (String) -> Outcome?
    /// The answer to a harmless question.
    let standing: Outcome
    var questions = 0
    var checks = 0

    init(standing: Outcome = .applied, _ outcome: @escaping (String) -> Outcome?) {
      self.outcome = outcome
      self.standing = standing
    }

    func resolve(attribute: String, values: [String]) -> (Exchange, [String: [RecordID]]) {
      questions += 1
      if let refusal = values.lazy.compactMap(outcome).first {
        return (Exchange(outcome: refusal), [:])
      }
      let found = values.compactMap { value in Int64(value).map { (value, [RecordID.integer($0)]) } }
      return (Exchange(outcome: .applied, status: 200), Dictionary(uniqueKeysWithValues: found))
    }

    func check() -> Exchange {
      checks += 1
      return Exchange(outcome: standing, status: 200)
    }

    func send(_ write: Write) -> Exchange { Exchange(outcome: .applied) }
    func read(_ request: ReadRequest) -> (Exchange, [RecordID: RecordImage]) {
      (Exchange(outcome: .applied), [:])
    }
    func keep(to pacing: any RequestPacing) {}
    func takeRequests() -> [RequestRecord] { [] }
  }

  private static var patience: Patience {
    Patience(
      retry: RetryPolicy(attempts: 2, base: .zero, cap: .zero),
      throttle: QuestionThrottle(rate: nil, patience: .zero), isStopped: { nil }, hasAnswered: true)
  }
  private static let page = Refusal(status: 403, code: "not-the-api", message: "blocked")
  private static let elsewhere = Refusal(status: 302, code: "http-302", message: "elsewhere")

  @Test(
    arguments: [Outcome.refused(.no), .foreign(page), .foreign(elsewhere), .unknown(.broken)],
    [[7], [1], [500], [3, 4], [1, 250, 500]])
  func whatIsRefusedAloneFailsAlone(outcome: Outcome, refused: [Int]) {
    let registry = Registry { refused.contains(Int($0) ?? 0) ? outcome : nil }
    var lookups = KeyLookups(
      registry, attribute: "referenceNumber", values: (1...500).map { String($0) })
    #expect(lookups.resolve(Self.patience) == .applied)
    #expect(
      lookups.refused
        == Dictionary(uniqueKeysWithValues: refused.map { (String($0), outcome.refusal) }))
    #expect(lookups.found.count == 500 - refused.count)
    #expect(registry.questions <= 25 * refused.count + 10, "\(registry.questions)")
  }

  @Test func aKeyThatIsTheOnlyOneIsHeldAgainstAHarmlessQuestion() {
    let registry = Registry { _ in .refused(.no) }
    var lookups = KeyLookups(registry, attribute: "referenceNumber", values: ["x"])
    #expect(lookups.resolve(Self.patience) == .applied)
    #expect(lookups.refused == ["x": .no])
    #expect(registry.checks == 1)
  }

  @Test(arguments: [Outcome.refused(.no), .foreign(page), .unknown(.broken)])
  func aSiteThatLooksNothingUpIsTheTroubleOfTheRun(outcome: Outcome) {
    let registry = Registry { _ in outcome }
    var lookups = KeyLookups(
      registry, attribute: "referenceNumber", values: (1...500).map { String($0) })
    #expect(lookups.resolve(Self.patience) == outcome)
  }

  @Test(arguments: [
    Outcome.loginRefused(.no), .retryLater(after: nil, .busy), .unknown(.lost),
  ])
  func whatIsNoKeysTroubleIsNotTakenApart(outcome: Outcome) {
    let registry = Registry { $0 == "7" ? outcome : nil }
    var lookups = KeyLookups(
      registry, attribute: "referenceNumber", values: (1...500).map { String($0) })
    #expect(lookups.resolve(Self.patience) == outcome)
    #expect(registry.questions <= 2)
  }

  /// An expired session is not the fault of the keys that come next.
  @Test(arguments: [page, elsewhere]) func aLoginPageIsNotHeldAgainstKeys(refusal: Refusal) {
    let registry = Registry(standing: .foreign(refusal)) { Int($0)! > 250 ? .foreign(refusal) : nil }
    var lookups = KeyLookups(
      registry, attribute: "referenceNumber", values: (1...500).map { String($0) })
    #expect(lookups.resolve(Self.patience) == .foreign(refusal))
    #expect(lookups.refused.isEmpty)
    #expect(registry.questions <= 2)
  }
}
