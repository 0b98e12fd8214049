public import Catalog
import Records
public import Sites
public import Staging

/// Reads the records of a run back and compares them with what its rows asked for; writes nothing to the site.
///
/// It uses memory for one group of rows, however long the sheet is and however many rows a record has.
public struct Verification {
  /// The report of a verification; its findings are in the run file.
  public struct Report: Sendable {
    /// The reason it stopped early; the run file then still has the previous verification.
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
  ///   - throttle: the rate of requests, and how long to wait for the site.
  ///   - retry: how often to ask a busy site again, and the pauses between.
  ///   - rowsPerGroup: the number of rows read back together.
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
  ///   - isStopped: called between groups and during pauses.
  ///   - observer: receives every request.
  ///   - progress: receives the number of rows verified so far.
  /// - Throws: `StagingError` when the run file cannot be read or written.
  public func perform(
    isStopped: @escaping () -> StopReason?, observer: ExecutionObserver? = nil, progress: (Int) -> Void
  ) throws(StagingError) -> Report {
    var report = Report()
    let connection = site.makeConnection()
    connection.keep(to: QuestionTurnstile(throttle, isStopped: isStopped))
    var sequence = 0
    /// Counts the requests; returns `false` if they got no answer.
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
    var last: (record: RecordID, row: Int)?
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
        // Held once, so that the record's state is not copied for every row.
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
