import Catalog
import Execution
import JSON
import Records
import Sites
import Staging
import Synchronization
import Testing

/// The plan of whole runs, made and applied against a simulated site.
@Suite struct PlannerTests {
  private func plan(
    _ staged: StagedRun, on site: SimulatedSite, lanes: Int = 4,
    isStopped: @escaping @Sendable () -> StopReason? = { nil }
  ) throws -> StopReason? {
    var settings = ExecutionSettings()
    settings.lanes = lanes
    settings.retry = RetryPolicy(attempts: 3, base: .zero, cap: .zero)
    let planner = Planner(
      run: staged.run, site: ReadOnlySite(site), resource: .incidents, settings: settings,
      isStopped: isStopped)
    let stop = planner.plan().stop
    if stop == nil { try staged.run.finishPlanning() }
    return stop
  }

  @Test func plansEveryRowAndWritesNothing() throws {
    let staged = try StagedRun((1...2_345).map { (Int64($0 % 700 + 1), $0.isMultiple(of: 3)) })
    let site = SimulatedSite()
    #expect(try plan(staged, on: site) == nil)
    #expect(try staged.run.planCounts()[.change] == 2_345)
    #expect(site.sent.isEmpty)
    #expect(try staged.states().allSatisfy { $0 == .staged })
  }

  /// More rows than are read at one time, so that the results of the first ones have to be remembered.
  @Test func remembersARecordOfManyRows() throws {
    let staged = try StagedRun((1...2_500).map { _ in (Int64(1), false) })
    #expect(try plan(staged, on: SimulatedSite()) == nil)
    var before: [String] = []
    try staged.run.forEachPlanned { before.append($0.changes.first?.now?.string ?? "") }
    #expect(before == [""] + (1..<2_500).map { "row \($0)" })
  }

  @Test func rowsBehindOneThatWasNeverValidWouldNotBeSent() throws {
    let staged = try StagedRun([(1, false), nil, (1, false), (2, false)])
    #expect(try plan(staged, on: SimulatedSite()) == nil)
    var actions: [PlanAction?] = []
    try staged.run.forEachPlanned { actions.append($0.action) }
    #expect(actions == [.change, nil, .blocked, .change])
  }

  @Test func resumesWhereItStopped() throws {
    let staged = try StagedRun((1...3_000).map { (Int64($0), false) })
    let asked = Mutex(0)
    let site = SimulatedSite()
    let stop = try plan(staged, on: site, lanes: 1) {
      asked.withLock { asked in
        asked += 1
        return asked > 2 ? .signal(15) : nil
      }
    }
    #expect(stop == .signal(15))
    let planned = try staged.run.planCounts().total
    #expect(planned > 0 && planned < 3_000)
    #expect(try staged.run.record().planned == nil)
    #expect(try plan(staged, on: site) == nil)
    #expect(try staged.run.planCounts().total == 3_000)
  }

  @Test func appliesExactlyThePlan() throws {
    let staged = try StagedRun((1...40).map { (Int64($0 % 20 + 1), false) })
    let site = SimulatedSite()
    #expect(try plan(staged, on: site) == nil)
    site.log.withLock { $0.subjects[5] = "theirs" }
    try staged.run.approve()
    // Row 4 is the first one of record 5, row 24 waits for it.
    #expect(try staged.execute(on: site) { $0.followsPlan = true }.stopReason == nil)
    let states = try staged.states()
    #expect(states[3] == .conflict)
    #expect(states[23] == .blocked)
    #expect(states.count { $0 == .applied } == 38)
    #expect(site.log.withLock { $0.subjects[5] } == "theirs")
  }

  @Test func aSiteForLookingAtTakesNoWrite() {
    let site = SimulatedSite()
    let connection = ReadOnlySite(site).makeConnection()
    let write = Write(recordID: 1, body: #"{"subject":"x"}"#, isIdempotent: true)
    for exchange in [connection.send(write)] + connection.send(batch: [write, write]) {
      guard case .refused = exchange.outcome else {
        Issue.record("\(exchange)")
        continue
      }
    }
    #expect(site.sent.isEmpty)
  }
}
