import JSON
import Sites
import Staging

@testable import Execution

// The words of a trace.

extension SimulatedStore {
  var words: String {
    rows.map { "\($0.staged.number) \($0.state)" }.joined(separator: ", ")
  }
}

extension Checkpoint {
  var words: String {
    var parts: [String] = []
    if !outcomes.isEmpty { parts.append("\(outcomes.map { "\($0.number) \($0.state)" })") }
    if !announced.isEmpty { parts.append("announced \(announced)") }
    if !released.isEmpty { parts.append("released \(released)") }
    if leaseLimit > 0 { parts.append("lease \(leaseLimit) after \(leaseAfter)") }
    return parts.joined(separator: ", ")
  }
}

extension Outcome {
  var words: String {
    switch self {
    case .applied: "applied"
    case .unchanged: "unchanged"
    case .refused(let refusal): "refused (\(refusal.code))"
    case .conflict(let refusal): "conflict (\(refusal.code))"
    case .retryLater(let after, let refusal):
      "later (\(refusal.code)\(after.map { ", in \($0.inMicroseconds) µs" } ?? ""))"
    case .unknown(let after, let refusal):
      "unknown (\(refusal.code)\(after.map { ", in \($0.inMicroseconds) µs" } ?? ""))"
    case .foreign(let refusal): "foreign (\(refusal.code))"
    case .loginRefused: "login refused"
    }
  }
}

extension Fate {
  var words: String {
    let commit = carriedOutAfter.map { "applied after \($0) µs" } ?? "never applied"
    return "\(commit), \(outcome?.words ?? "answered") after \(answeredAfter) µs"
  }
}

extension RunState.Look {
  var words: String {
    switch self {
    case .send: "to be sent"
    case .settle(let state, let code, _): "\(state) \(code ?? "")"
    case .lookAgain: "to be looked for again"
    }
  }
}

extension Scenario {
  var words: String {
    let sheet = rows.enumerated().map { index, row in
      "  row \(index + 1), record \(row.record + 1): \(row.patch.body)"
        + (row.patch.thread.map { " to thread \($0)" } ?? "")
        + (row.isRejected ? ", rejected" : row.isRefused ? ", refused by the site" : "")
    }
    let job =
      "on_failure: \(holdsRecords ? "hold" : "continue"), snapshot: \(takesSnapshots), \(retry.attempts) attempts, "
      + "settle: \(settle) µs, time-out: \(timeOut) µs, \(isFusion ? "fusion-cx" : "b2c-service")"
      + (normalisesTexts ? ", tidies texts up" : "")
    return ([job] + sheet).joined(separator: "\n")
  }
}
