import Execution
import Reports
import Staging

/// The work of a process on a run: passed from stage to stage, and summed up at the end.
package struct WorkDone {
  /// The site's address, for messages.
  var location = ""
  /// Requests by HTTP status; 0 stands for no answer.
  var requests: [Int: Int] = [:]
  var retries = 0
  var throttled: [ThrottleReason: Duration] = [:]
  /// The reason the work stopped early, if it did.
  var stopReason: StopReason?
  /// The time of the first check for an earlier sending of the sheet.
  var asked = Timestamp.now
  /// Indicates that a row may have been sent.
  var hasSent = false
  /// The result of reading the records back; `nil` if they were not.
  var verification: Verification.Report?

  /// The figures of the shards that were gathered.
  var figuresOfShards: [RunFigures] = []

  /// The result files, if they were made while the rows were staged.
  var results: StagedResults?

  mutating func count(_ requests: [Int: Int]) { self.requests.merge(requests) { $0 + $1 } }
}
