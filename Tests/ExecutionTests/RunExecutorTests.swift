import Catalog
import Dispatch
import Execution
import Records
import Sites
import Staging
import Synchronization
import Testing

@Suite struct RunExecutorTests {
  @Test func appliesEveryRowOnceAndAccountsForAll() throws {
    let staged = try StagedRun((1...500).map { (Int64($0), $0 % 3 == 0) })
    let site = SimulatedSite()
    let report = try staged.execute(on: site) { $0.lanes = 8 }
    #expect(report.stopReason == nil)
    #expect(report.requests == [200: 500])
    #expect(site.rows.sorted() == Array(1...500))
    #expect(try staged.states().allSatisfy { $0 == .applied })
  }

  @Test func neverOverlapsOrReordersTheRowsOfOneRecord() throws {
    var random = SystemRandomNumberGenerator()
    let records = (1...600).map { _ in Int64.random(in: 1...9, using: &random) }
    let staged = try StagedRun(records.map { ($0, false) })
    let site = SimulatedSite { write, attempt in
      attempt == 1 && SimulatedSite.row(write) % 7 == 0 ? .retryLater(after: nil, .busy) : .applied
    }
    _ = try staged.execute(on: site) { $0.lanes = 16 }
    #expect(!site.log.withLock { $0.overlapped })
    for record in Set(records) {
      let rows = site.sent.filter { $0.recordID == .integer(record) }.map(SimulatedSite.row)
      #expect(rows == rows.sorted(), "record \(record)")
    }
    #expect(try staged.states().allSatisfy { $0 == .applied })
  }

  @Test(arguments: [1, 4, 16]) func reachesItsLanesAndNeverMore(lanes: Int) throws {
    let staged = try StagedRun((1...(lanes * 4)).map { (Int64($0), false) })
    let together = DispatchSemaphore(value: 0)
    let arrived = Mutex(0)
    // Each group of `lanes` requests is held until all of it has arrived.
    let site = SimulatedSite { _, _ in
      let count = arrived.withLock {
        $0 += 1
        return $0
      }
      if count % lanes == 0 { for _ in 1...lanes { together.signal() } }
      together.wait()
      return .applied
    }
    let report = try staged.execute(on: site) { $0.lanes = lanes }
    #expect(report.peakInFlight == lanes)
    #expect(site.log.withLock { $0.peak } == lanes)
  }

  @Test func holdsTheLaterRowsOfARecordWhoseEarlierRowFailed() throws {
    let staged = try StagedRun([(1, false), (2, false), (1, false), (1, true), (2, false)])
    let site = SimulatedSite { write, _ in SimulatedSite.row(write) == 1 ? .refused(.no) : .applied }
    _ = try staged.execute(on: site)
    #expect(try staged.states() == [.failed, .applied, .blocked, .blocked, .applied])
    #expect(site.rows.filter { [3, 4].contains($0) }.isEmpty)
  }

  @Test func continuesWithARecordWhenTheJobSaysContinue() throws {
    let staged = try StagedRun([(1, false), (1, false)])
    let site = SimulatedSite { write, _ in SimulatedSite.row(write) == 1 ? .refused(.no) : .applied }
    _ = try staged.execute(on: site) { $0.holdsRecords = false }
    #expect(try staged.states() == [.failed, .applied])
  }

  @Test func waitsForARejectedRowOfTheSameRecord() throws {
    let staged = try StagedRun([nil, (1, false), (2, false)])
    _ = try staged.execute(on: SimulatedSite())
    #expect(try staged.states() == [.rejected, .blocked, .applied])
  }

  @Test func neverRepeatsAnAppendWhoseAnswerWasLost() throws {
    let staged = try StagedRun([(1, true), (1, false), (2, false)])
    let site = SimulatedSite { write, attempt in
      SimulatedSite.row(write) == 1 ? .unknown(.lost) : .applied
    }
    _ = try staged.execute(on: site)
    #expect(try staged.states() == [.unknown, .blocked, .applied])
    #expect(site.rows.count { $0 == 1 } == 1)
    _ = try staged.execute(on: site)
    #expect(site.rows.count { $0 == 1 } == 1)
  }

  @Test func repeatsAPlainUpdateWhoseAnswerWasLost() throws {
    let staged = try StagedRun([(1, false), (2, false)])
    let site = SimulatedSite { write, attempt in
      SimulatedSite.row(write) == 1 && attempt == 1 ? .unknown(.lost) : .applied
    }
    let report = try staged.execute(on: site)
    #expect(report.retries == 1)
    #expect(try staged.states() == [.applied, .applied])
  }

  @Test func failsARowThatIsPostponedForeverWhileOthersAreServed() throws {
    let staged = try StagedRun((1...50).map { (Int64($0), false) })
    let site = SimulatedSite { write, _ in
      SimulatedSite.row(write) == 1 ? .retryLater(after: nil, .busy) : .applied
    }
    let report = try staged.execute(on: site) { $0.lanes = 1 }
    #expect(report.stopReason == nil)
    #expect(try staged.states().first == .failed)
    #expect(site.rows.count { $0 == 1 } == 3)
  }

  @Test func stopsResumableWhenTheSiteServesNoRequest() throws {
    let staged = try StagedRun((1...50).map { (Int64($0), $0 % 2 == 0) })
    let down = SimulatedSite { _, _ in .retryLater(after: nil, .closed) }
    let report = try staged.execute(on: down)
    #expect(report.stopReason == .siteDown(.closed))
    #expect(try staged.states().allSatisfy { $0 == .staged })
    _ = try staged.execute(on: SimulatedSite())
    #expect(try staged.states().allSatisfy { $0 == .applied })
  }

  @Test func stopsAtOnceWhenTheLoginIsRefused() throws {
    let staged = try StagedRun((1...50).map { (Int64($0), false) })
    let refusal = Refusal(status: 401, code: "OSC-CREST-00014", message: "not authorised")
    let site = SimulatedSite { _, _ in .loginRefused(refusal) }
    let report = try staged.execute(on: site) { $0.lanes = 2 }
    #expect(report.stopReason == .loginRefused(refusal))
    #expect(site.sent.count <= 2)
    #expect(try staged.states().allSatisfy { $0 == .staged })
  }

  @Test func stopsAfterNFailures() throws {
    let staged = try StagedRun((1...200).map { (Int64($0), false) })
    let site = SimulatedSite { _, _ in .refused(.no) }
    let report = try staged.execute(on: site) {
      $0.lanes = 1
      $0.stopRule = StopRule(failures: 5)
    }
    guard case .failures = report.stopReason else {
      Issue.record("stopped because of \(String(describing: report.stopReason))")
      return
    }
    let states = try staged.states()
    #expect(states.count { $0 == .failed } == 5)
    #expect(states.count { $0 == .staged } == 195)
  }

  @Test func finishesWhatIsInFlightWhenItIsStopped() throws {
    let staged = try StagedRun((1...200).map { (Int64($0), true) })
    try staged.run.recover(retryingFailed: false)
    let box = Mutex<RunExecutor?>(nil)
    let site = SimulatedSite { write, _ in
      if SimulatedSite.row(write) == 20 { box.withLock { $0 }?.stop(.signal(15)) }
      return .applied
    }
    var settings = ExecutionSettings()
    settings.lanes = 4
    settings.takesSnapshots = false
    let executor = RunExecutor(
      run: staged.run, site: site, resource: .incidents, settings: settings, counts: try staged.run.counts())
    box.withLock { $0 = executor }
    let report = executor.execute()
    box.withLock { $0 = nil }
    #expect(report.stopReason == .signal(15))
    let counts = try staged.run.counts()
    #expect(counts[.applied] == site.sent.count)
    #expect(counts[.applied] + counts[.staged] == 200)
    #expect(executor.counts == counts)
  }

  /// The lane has more rows in hand by then.
  @Test func sendsNothingMoreOnceItIsStopped() throws {
    let staged = try StagedRun((1...400).map { (Int64($0), false) })
    try staged.run.recover(retryingFailed: false)
    let box = Mutex<RunExecutor?>(nil)
    let site = SimulatedSite { write, _ in
      if SimulatedSite.row(write) == 301 { box.withLock { $0 }?.stop(.signal(15)) }
      return .applied
    }
    var settings = ExecutionSettings()
    settings.lanes = 1
    settings.takesSnapshots = false
    let executor = RunExecutor(
      run: staged.run, site: site, resource: .incidents, settings: settings, counts: try staged.run.counts())
    box.withLock { $0 = executor }
    let report = executor.execute()
    box.withLock { $0 = nil }
    #expect(report.stopReason == .signal(15))
    #expect(site.rows == Array(1...301))
    let counts = try staged.run.counts()
    #expect(counts[.applied] == 301)
    #expect(counts[.staged] == 99)
  }

  // MARK: With snapshots

  @Test func findsOutWhetherAnAppendWithoutAnswerWasApplied() throws {
    let staged = try StagedRun((1...60).map { (Int64($0 % 7), true) })
    let box = Mutex<SimulatedSite?>(nil)
    let site = SimulatedSite { write, attempt in
      guard SimulatedSite.row(write) % 3 == 0, attempt == 1 else { return .applied }
      if SimulatedSite.row(write) % 2 == 0 { box.withLock { $0 }?.carryOut(write) }
      return .unknown(.lost)
    }
    box.withLock { $0 = site }
    let report = try staged.execute(on: site) {
      $0.takesSnapshots = true
      // Lost answers of seven records may come one after the other.
      $0.breaker.failures = 60
    }
    box.withLock { $0 = nil }
    #expect(report.stopReason == nil)
    #expect(try staged.states().allSatisfy { $0 == .applied })
    let texts = site.log.withLock { $0.threads.values.flatMap { $0 } }
    #expect(texts.count == 60)
    #expect(Set(texts).count == 60)
  }

  @Test func sendsNothingThatIsAlreadyAsAsked() throws {
    let staged = try StagedRun((1...50).map { (Int64($0), false) })
    let site = SimulatedSite()
    site.log.withLock { log in for row in 1...25 { log.subjects[.integer(Int64(row))] = "row \(row)" } }
    _ = try staged.execute(on: site) { $0.takesSnapshots = true }
    let states = try staged.states()
    #expect(states.prefix(25).allSatisfy { $0 == .unchanged })
    #expect(states.suffix(25).allSatisfy { $0 == .applied })
    #expect(site.sent.count == 25)
  }

  @Test func readsManyRecordsInOneRequest() throws {
    let staged = try StagedRun((1...2_000).map { (Int64($0), false) })
    let report = try staged.execute(on: SimulatedSite()) { $0.takesSnapshots = true }
    #expect(report.requests[200, default: 0] <= 2_040)
  }

  @Test func sendsInBatchesWhatMayBeRepeated() throws {
    let staged = try StagedRun((1...300).map { (Int64($0), $0 % 50 == 0) })
    let site = SimulatedSite(batchLimit: 20)
    _ = try staged.execute(on: site) {
      $0.takesSnapshots = true
      $0.batch = BatchSizing(limit: 20)
    }
    #expect(try staged.states().allSatisfy { $0 == .applied })
    #expect(site.sent.count == 300)
    #expect(site.log.withLock { $0.largestBatch } > 1)
    #expect(site.log.withLock { $0.largestBatch } <= 20)
  }
}
