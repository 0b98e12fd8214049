import Sites
import Staging

// What an outcome means to those who act on it: the throttle, the run as a whole, and who reads of it afterwards. What it
// means to its row is in `RunState+Outcomes`; the exit code of a stop reason, and the advice, are with the commands.

extension Throttle.Verdict {
  /// What an exchange says about the site.
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
      // A record that is locked says nothing about the others.
      case .some(..<500): self = .served
      default: self = .failed
      }
    case .unknown(let after, let refusal):
      switch refusal.code {
      case _ where refusal.isOfLoad: self = .refused(after: after)
      case "not-listed", "not-confirmed", RowDecision.notShown: self = .served
      case "timeout", "http-408", "http-504": self = .timedOut
      default: self = refusal.status.map { (400..<500).contains($0) } == true ? .served : .failed
      }
    }
  }
}

extension StopReason {
  /// Why a run stops at a question that was not answered; `nil` when it was.
  init?(_ outcome: Outcome) {
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
  /// The same with how long the site wants to be left alone, when that is worth a word.
  func asking(toWait time: Duration?) -> Refusal {
    guard let time, time >= .seconds(1) else { return self }
    var refusal = self
    refusal.message += "; it asks to wait \(Throttle.seconds(time))"
    return refusal
  }
}

extension AttemptRecord {
  /// What is worth keeping of an exchange: nothing, when it ended well.
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
