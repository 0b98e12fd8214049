import Execution
import Records
import Sites
import Staging
import Synchronization
import Testing

/// Records that the site does not show fail only their own rows.
@Suite struct UnreadableRecordTests {
  private func execute(
    records: ClosedRange<Int64>, hidden: [Int64: Outcome], lanes: Int = 4, patience: Duration = .seconds(60)
  ) throws -> (states: [RowState], stop: StopReason?, site: SimulatedSite) {
    let staged = try StagedRun(records.map { ($0, $0.isMultiple(of: 2)) })
    let site = SimulatedSite()
    site.log.withLock { $0.hidden = Dictionary(uniqueKeysWithValues: hidden.map { (.integer($0), $1) }) }
    let report = try staged.execute(on: site) {
      $0.takesSnapshots = true
      $0.lanes = lanes
      $0.breaker.patience = patience
    }
    return (try staged.states(), report.stopReason, site)
  }

  @Test(arguments: [Outcome.refused(.denied), .unknown(.broken)], [[5], [1], [200], [3, 150], [7, 8, 9]])
  func fail(outcome: Outcome, hidden: [Int64]) throws {
    let run = try execute(
      records: 1...200, hidden: Dictionary(uniqueKeysWithValues: hidden.map { ($0, outcome) }))
    #expect(run.stop == nil)
    for (index, state) in run.states.enumerated() {
      #expect(state == (hidden.contains(Int64(index + 1)) ? .failed : .applied), "row \(index + 1)")
    }
    #expect(run.site.sent.count == 200 - hidden.count)
  }

  @Test(arguments: [Outcome.refused(.denied), .unknown(.broken)])
  func failAloneToo(outcome: Outcome) throws {
    let run = try execute(records: 1...1, hidden: [1: outcome])
    #expect(run.stop == nil && run.states == [.failed])
  }

  @Test func allOfThemAreTheTroubleOfTheRun() throws {
    let hidden = Dictionary(uniqueKeysWithValues: (1...50).map { (Int64($0), Outcome.refused(.denied)) })
    let run = try execute(records: 1...50, hidden: hidden)
    #expect(run.stop == .unusable(.denied))
    #expect(run.states.allSatisfy { $0 == .staged })
    let broken = try execute(
      records: 1...50, hidden: hidden.mapValues { _ in .unknown(.broken) }, patience: .zero)
    #expect(broken.stop == .siteDown(.broken))
    #expect(broken.states.allSatisfy { $0 == .staged })
  }
}
