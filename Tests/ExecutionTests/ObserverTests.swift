import Records
import Sites
import Staging
import Synchronization
import TestSupport
import Testing

@testable import Execution

/// The events that an observer gets: each once, and not before it is true.
@Suite struct ObserverTests {
  private final class Witness: Sendable {
    private let seen = Mutex<[ExecutionEvent]>([])
    var events: [ExecutionEvent] { seen.withLock { $0 } }
    var observer: ExecutionObserver { { event in self.seen.withLock { $0.append(event) } } }
  }

  @Test func reportsEveryRequestAndEveryOutcomeOnce() throws {
    let staged = try StagedRun((1...200).map { (Int64($0 % 50 + 1), false) })
    let witness = Witness()
    let site = SimulatedSite { write, attempt in
      attempt == 1 && SimulatedSite.row(write) % 5 == 0 ? .retryLater(after: nil, .busy) : .applied
    }
    // The rows that are refused at first may all come last.
    let report = try staged.execute(
      on: site,
      {
        $0.lanes = 8
        $0.breaker.failures = 200
      }, observer: witness.observer)
    #expect(report.stopReason == nil)
    var sent: [SentRow] = []
    var settled: [Int: RecordID] = [:]
    var requests = 0
    for event in witness.events {
      switch event {
      case .requested(_, .write(let rows), _):
        requests += 1
        sent += rows
      case .requested: requests += 1
      case .settled(let outcome, let recordID):
        #expect(settled.updateValue(recordID ?? 0, forKey: outcome.number) == nil)
      case .throttled, .askedToWait, .stopping: break
      }
    }
    #expect(requests == report.requests.values.reduce(0, +))
    #expect(settled.keys.sorted() == Array(1...200))
    #expect(settled.allSatisfy { $1 == .integer(Int64($0 % 50 + 1)) })
    // A row that is sent again comes with its next attempt.
    for number in 1...200 {
      let attempts = sent.filter { $0.number == number }.map(\.attempt)
      #expect(attempts == (number % 5 == 0 ? [1, 2] : [1]), "row \(number)")
    }
  }

  @Test func reportsTheReasonToStopOnce() throws {
    let staged = try StagedRun((1...50).map { (Int64($0), false) })
    let witness = Witness()
    let site = SimulatedSite { _, _ in .loginRefused(.no) }
    let report = try staged.execute(on: site, { $0.lanes = 4 }, observer: witness.observer)
    let reasons = witness.events.compactMap { event in
      if case .stopping(let reason) = event { reason } else { nil }
    }
    #expect(reasons == [.loginRefused(.no)])
    #expect(report.stopReason == reasons.first)
  }

  @Test func onlyAChangeIsNews() {
    var state = RunState(
      settings: RunState.Settings(), counts: StateCounts(), random: SeededGenerator(seed: 1))
    var before = RunNews(state, now: .zero)
    func news(_ now: Duration = .zero) -> [String] {
      let later = RunNews(state, now: now)
      defer { before = later }
      return before.events(until: later).map { event in
        switch event {
        case .throttled(let standing, let earlier): "\(earlier.isPaused) \(standing.isPaused)"
        case .askedToWait(let time): "wait \(time)"
        case .stopping(let reason): reason.name
        case .requested, .settled: "-"
        }
      }
    }
    #expect(news().isEmpty)
    state.hold(true, now: .zero)
    #expect(news() == ["false true"])
    #expect(news().isEmpty)
    state.hold(false, now: .zero)
    #expect(news() == ["true false"])
    state.ended(.refused(after: .seconds(2)), of: nil, sentAt: .zero, .zero)
    #expect(news() == ["wait 2.0 seconds"])
    // Longer than before, and then over: neither is news.
    state.ended(.refused(after: .seconds(5)), of: nil, sentAt: .zero, .seconds(1))
    #expect(news(.seconds(1)).isEmpty)
    #expect(news(.seconds(10)).isEmpty)
    state.stop(.stopFile)
    #expect(news(.seconds(10)) == ["stop-file"])
    state.stop(.signal(15))
    #expect(news(.seconds(10)).isEmpty)
  }
}
