import Sites
import Staging

/// Consecutive rows that the site refused, or left in doubt, for the same reason.
///
/// Whatever the reason, the following rows will hardly fare better.
struct SameRefusals: Sendable {
  /// The number of such rows in a row.
  private(set) var count = 0
  /// Indicates that no row had a different result before.
  private(set) var isAll = true
  /// Their state, and the site's words about the last one.
  private(set) var text = ""
  private var reason: String?

  /// Takes in the ending of a row.
  ///
  /// - Parameter refusal: the site's answer; a row that failed without being sent says nothing about the site.
  mutating func put(_ state: RowState, _ refusal: Refusal?) {
    guard state == .failed || state == .unknown, let refusal, refusal.status != nil else {
      if state != .failed { (reason, count, isAll) = (nil, 0, false) }
      return
    }
    let reason = "\(state) \(Self.reason(of: refusal))"
    if reason == self.reason {
      count += 1
    } else {
      isAll = isAll && self.reason == nil
      (self.reason, count) = (reason, 1)
    }
    let end = state == .failed ? "were refused" : "were left in doubt"
    text = "\(end) for the same reason (stop_after: same_reason): \(MessagePattern.fact(of: refusal.message))"
  }

  /// Returns the reason without the row's own parts.
  private static func reason(of refusal: Refusal) -> String {
    "\(refusal.status ?? 0) \(refusal.code) \(MessagePattern(refusal.message).template)"
  }
}
