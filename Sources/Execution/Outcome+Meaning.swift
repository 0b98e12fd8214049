public import Sites
import Staging

// The meaning of an outcome for the throttle, for the run as a whole, and for later readers. Its meaning for the row
// is in `RunState+Outcomes`; the exit code of a stop reason, and the advice, are with the commands.

extension Throttle.Verdict {
  /// Creates the verdict of an exchange on the site.
  init(_ exchange: Exchange) {
    switch exchange.outcome {
    case .applied, .unchanged, .conflict: self = exchange.status == nil ? .none : .served
    case .refused(let refusal): self = refusal.status == nil ? .none : .served
    case .loginRefused: self = .none
    case .foreign: self = .failed
    case .retryLater(let after, let refusal):
      switch refusal.status {
      case nil where refusal.code == Refusal.notSent: self = .none
      case _ where refusal.isOfLoad: self = .refused(after: after)
      // A locked record says nothing about the others.
      case .some(..<500): self = .served
      default: self = .failed
      }
    case .unknown(let after, let refusal):
      switch refusal.code {
      case _ where refusal.isOfLoad: self = .refused(after: after)
      case _ where refusal.isOfAnAnswer: self = .served
      case "timeout", "http-408", "http-504": self = .timedOut
      default: self = refusal.status.map { (400..<500).contains($0) } == true ? .served : .failed
      }
    }
  }
}

extension Refusal {
  /// Whether the site itself has answered, only not in a way that confirms the row.
  var isOfAnAnswer: Bool { ["not-listed", "not-confirmed", RowDecision.notShown].contains(code) }
}

extension StopReason {
  /// Creates the reason a run stops at a question without an answer; `nil` if it was answered.
  public init?(_ outcome: Outcome) {
    switch outcome {
    case .applied, .unchanged: return nil
    case .loginRefused(let refusal): self = .loginRefused(refusal)
    case .refused(let refusal), .conflict(let refusal), .foreign(let refusal): self = .unusable(refusal)
    case .unknown(_, let refusal): self = .unreachable(refusal)
    case .retryLater(let after, let refusal):
      self = refusal.status == nil ? .unreachable(refusal) : .siteDown(refusal.asking(toWait: after))
    }
  }
}

extension Refusal {
  /// Returns the refusal with the wait the site asks for, if that is worth mentioning.
  func asking(toWait time: Duration?) -> Refusal {
    guard let time, time >= .seconds(1) else { return self }
    var refusal = self
    refusal.message += "; it asks to wait \(Throttle.seconds(time))"
    return refusal
  }
}

extension AttemptRecord {
  /// Creates the record of an exchange that did not end well; `nil` for one that did.
  init?(_ row: Int, _ attempt: Int, _ exchange: Exchange) {
    let name: String
    let why: Refusal
    switch exchange.outcome {
    case .applied, .unchanged: return nil
    case .refused(let refusal): (name, why) = ("refused", refusal)
    case .conflict(let refusal): (name, why) = ("conflict", refusal)
    case .retryLater(_, let refusal): (name, why) = ("retry-later", refusal)
    case .unknown(_, let refusal): (name, why) = ("unknown", refusal)
    case .foreign(let refusal): (name, why) = ("foreign", refusal)
    case .loginRefused(let refusal): (name, why) = ("login-refused", refusal)
    }
    self.init(
      row: row, attempt: attempt, outcome: name, httpStatus: exchange.status, errorCode: why.code,
      error: why.message, hint: why.hint, milliseconds: Int(exchange.duration / .milliseconds(1)))
  }
}
