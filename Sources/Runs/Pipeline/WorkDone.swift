import Execution
import Reports
import Staging

/// What a process has done on a run: handed from stage to stage, and summed up at the end.
package struct WorkDone {
  /// Where the site is, for messages.
  var location = ""
  /// Requests by HTTP status; 0 stands for no answer.
  var requests: [Int: Int] = [:]
  var retries = 0
  var throttled: [ThrottleReason: Duration] = [:]
  /// Why it stopped before its end, if it did.
  var stopReason: StopReason?
  /// When it was first asked whether the sheet was sent before.
  var asked = Timestamp.now
  /// Whether a row may have been sent.
  var hasSent = false
  /// What came of reading the records back; `nil` when they were not.
  var verification: Verification.Report?

  /// The result files, if they were made while the rows were staged.
  var results: StagedResults?

  mutating func count(_ requests: [Int: Int]) { self.requests.merge(requests) { $0 + $1 } }
}
