public import Catalog
import Dispatch
import Records
import Sites
public import Staging
import Synchronization

/// Makes the plan of a dry run: reads the records of the staged rows, and writes down the outcome of each row.
///
/// It works through the records in the order of their ids, in groups of some hundred rows that are read together.
/// Rows of one record stay in sheet order and on one lane, because the second row finds what the first one leaves.
/// Each group is one transaction, so that a resumed planning continues with the missing groups.
public final class Planner: Sendable {
  private struct State {
    /// The last record that a lane has taken.
    var last: RecordID?
    var isExhausted = false
    var stopReason: StopReason?
    var requests: [Int: Int] = [:]
    var planned: Int
    var looks = 0
  }

  /// The rows that are read and written together; a record with more rows takes several turns.
  private static let rowsPerGroup = 500

  private let run: RunFile
  private let site: any Site
  private let decision: PlanDecision
  private let retry: RetryPolicy
  private let throttle: QuestionThrottle
  private let lanes: Int
  private let observer: ExecutionObserver?
  private let isStopped: @Sendable () -> StopReason?
  private let state: Mutex<State>
  /// Groups are taken one after the other.
  private let taking = DispatchQueue(label: "bulkpatch.plan.taking")

  /// Prepares the planning of a run with complete staging and complete key look-ups.
  ///
  /// - Parameters:
  ///   - planned: the number of rows that are planned already.
  ///   - observer: receives every request.
  ///   - isStopped: called between groups and during pauses, from any thread.
  public init(
    run: RunFile, site: ReadOnlySite, resource: ResourceType,
    settings: ExecutionSettings, planned: Int = 0, observer: ExecutionObserver? = nil,
    isStopped: @escaping @Sendable () -> StopReason?
  ) {
    self.run = run
    self.site = site
    decision = PlanDecision(
      decision: RowDecision(
        resource: resource, takesSnapshots: true,
        overwritesOthers: settings.overwritesOthers, conditions: settings.conditions,
        completion: settings.completion, steps: RollbackSteps(of: run, resource)),
      holdsRecords: settings.holdsRecords)
    retry = settings.retry
    throttle = settings.questionThrottle
    lanes = min(max(settings.lanes, 1), 128)
    self.observer = observer
    self.isStopped = isStopped
    state = Mutex(State(planned: planned))
  }

  /// The reason for a wait, in words; `nil` for none.
  public var note: String? { throttle.note }

  /// The number of planned rows, for the progress display.
  public var planned: Int { state.withLock { $0.planned } }

  /// Plans until every row is planned or something stops it; all plans made are durable.
  ///
  /// - Returns: the reason to stop, if any, and the requests made, by HTTP status.
  public func plan() -> (stop: StopReason?, requests: [Int: Int]) {
    do throws(StagingError) { try run.indexRecords() } catch { stop(.storage(error)) }
    let group = DispatchGroup()
    for lane in 0..<lanes {
      DispatchQueue(label: "bulkpatch.plan.\(lane)").async(group: group) { self.work() }
    }
    group.wait()
    return state.withLock { ($0.stopReason, $0.requests) }
  }

  private func work() {
    var connection: (any SiteConnection)?
    do throws(StagingError) {
      while let records = try nextRecords() {
        let own = connection ?? site.makeConnection()
        if connection == nil { own.keep(to: QuestionTurnstile(throttle, isStopped: isStopped)) }
        connection = own
        try plan(records, through: own)
      }
    } catch { stop(.storage(error)) }
  }

  private func stop(_ reason: StopReason) {
    state.withLock { if $0.stopReason == nil { $0.stopReason = reason } }
  }

  private var reasonToStop: StopReason? { state.withLock { $0.stopReason } ?? isStopped() }

  private func nextRecords() throws(StagingError) -> ClosedRange<RecordID>? {
    let taken = taking.sync { () -> Result<ClosedRange<RecordID>?, StagingError> in
      if let reason = isStopped() { stop(reason) }
      let (last, isOver) = state.withLock { ($0.last, $0.isExhausted || $0.stopReason != nil) }
      guard !isOver else { return .success(nil) }
      do throws(StagingError) {
        let records = try run.recordsToPlan(after: last, rows: Planner.rowsPerGroup)
        state.withLock { state in
          state.last = records?.upperBound ?? last
          state.isExhausted = records == nil
        }
        return .success(records)
      } catch { return .failure(error) }
    }
    return try taken.get()
  }

  private func plan(
    _ records: ClosedRange<RecordID>, through connection: any SiteConnection
  ) throws(StagingError) {
    var record = PlanDecision.Record(id: records.lowerBound)
    var last: PlanCandidate?
    while true {
      let candidates = try run.planCandidates(of: records, after: last, limit: 2 * Planner.rowsPerGroup)
      guard let end = candidates.last else { return }
      let rows = candidates.map { $0.row.map { RowChanges($0, in: decision.decision.resource) } }
      guard let reading = read(rows.compactMap(\.self), through: connection) else { return }
      var planned: [PlannedRow] = []
      for (candidate, row) in zip(candidates, rows) {
        if candidate.recordID != record.id { record = PlanDecision.Record(id: candidate.recordID) }
        if let row {
          planned.append(
            decision.plan(
              row, image: reading.images[candidate.recordID], refusal: reading.refusals[candidate.number],
              of: &record))
        } else if record.holder == nil {
          record.holder = (candidate.number, "is \(candidate.state.rawValue)")
        }
      }
      if let failure = decision.decision.steps?.failure { throw failure }
      try run.plan(planned)
      state.withLock { $0.planned += planned.count }
      last = end
    }
  }

  /// Returns the current records of these rows; `nil` if the planning must stop.
  private func read(_ rows: [RowChanges], through connection: any SiteConnection) -> RecordReading? {
    let reading = decision.decision.read(
      rows, through: connection, creations: .nothing,
      Patience(retry: retry, throttle: throttle, isStopped: { self.reasonToStop }, hasAnswered: true))
    let requests = connection.takeRequests()
    let number = state.withLock { state in
      state.requests.merge(requests.byStatus) { $0 + $1 }
      state.looks += 1
      return state.looks
    }
    for (index, request) in requests.enumerated() {
      observer?(.requested(request, .look(number: number, records: rows.count), sequence: index + 1))
    }
    if let reason = StopReason(reading.exchange.outcome) {
      stop(isStopped() ?? reason)
      return nil
    }
    return reading
  }
}
