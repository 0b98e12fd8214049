public import Catalog
import Records
public import Sites
public import Staging

/// Reads the records of a run back and compares them with what its rows asked for; nothing is written to the site.
///
/// Its memory is that of a group of rows, however long the sheet is and however many rows a record has.
public struct Verification {
  /// How a verification went; what it found is in the run file.
  public struct Report: Sendable {
    /// Why it stopped before its end; the run file then still has the verification before.
    public var stopReason: StopReason?
    /// Requests by HTTP status; 0 stands for no answer.
    public var requests: [Int: Int] = [:]
  }

  private let run: RunFile
  private let site: any Site
  private let resource: ResourceType
  private let throttle: QuestionThrottle
  private let retry: RetryPolicy
  private let rowsPerGroup: Int

  /// - Parameters:
  ///   - throttle: how fast the site is asked, and how long it is waited for.
  ///   - retry: how often a busy site is asked again, and the pauses between.
  ///   - rowsPerGroup: how many rows are read back at a time.
  public init(
    of run: RunFile, on site: any Site, resource: ResourceType,
    throttle: QuestionThrottle, retry: RetryPolicy, rowsPerGroup: Int = 1_000
  ) {
    self.run = run
    self.site = site
    self.resource = resource
    self.throttle = throttle
    self.retry = retry
    self.rowsPerGroup = rowsPerGroup
  }

  /// Verifies every row that is done.
  ///
  /// - Parameters:
  ///   - isStopped: asked between groups and during pauses.
  ///   - observer: told of every request.
  ///   - progress: told how many rows have been verified so far.
  /// - Throws: `StagingError` when the run file cannot be read or written.
  public func perform(
    isStopped: @escaping () -> StopReason?, observer: ExecutionObserver? = nil, progress: (Int) -> Void
  ) throws(StagingError) -> Report {
    var report = Report()
    let connection = site.makeConnection()
    connection.keep(to: QuestionTurnstile(throttle, isStopped: isStopped))
    var sequence = 0
    /// Counts the requests; `false` when they came to no answer.
    func told(_ outcome: Outcome) -> Bool {
      for request in connection.takeRequests() {
        report.requests[request.status ?? 0, default: 0] += 1
        sequence += 1
        observer?(.requested(request, .verification, sequence: sequence))
      }
      report.stopReason = StopReason(outcome).map { isStopped() ?? $0 }
      return report.stopReason == nil
    }
    var patience = Patience(retry: retry, throttle: throttle, isStopped: isStopped)
    guard told(patience.ask { connection.check().outcome }) else { return report }
    let decision = RowDecision(resource: resource, takesSnapshots: true)
    patience.hasAnswered = true
    try run.beginVerification()
    var record: RecordVerification?
    var last: (record: Int64, row: Int)?
    var done = 0
    while true {
      report.stopReason = isStopped()
      guard report.stopReason == nil else { return report }
      let rows = try run.rowsToVerify(before: last, limit: rowsPerGroup).map {
        RowChanges($0, in: resource)
      }
      guard let end = rows.last else { break }
      last = (end.recordID, end.number)
      let reading = decision.read(rows, through: connection, creations: .attributes, patience)
      guard told(reading.exchange.outcome) else { return report }
      var verified: [VerifiedRow] = []
      for row in rows {
        var current =
          record.flatMap { $0.recordID == row.recordID ? $0 : nil }
          ?? RecordVerification(of: row.recordID, resource: resource)
        // Held once: what the record has come to is not to be copied for every row.
        record = nil
        let judged = current.judge(
          RecordVerification.Done(row), reading.images[row.recordID],
          refusal: reading.refusals[row.number].map(RowDecision.unreadable))
        if let judged { verified.append(judged) }
        record = current
      }
      try run.verified(verified)
      done += verified.count
      progress(done)
    }
    try run.endVerification()
    return report
  }
}

extension RecordVerification.Done {
  fileprivate init(_ row: RowChanges) {
    self.init(
      number: row.number, changes: row.changes, snapshot: row.row.snapshot, isInDoubt: row.row.isInDoubt)
  }
}
