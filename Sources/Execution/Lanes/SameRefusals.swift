import Sites
import Staging

/// Rows that the site refused one after the other, or left in doubt, all for the same reason: whatever it is, the rows that
/// follow will hardly fare better.
struct SameRefusals: Sendable {
  /// How many rows in a row it were.
  private(set) var count = 0
  /// Whether nothing else has come of any row before.
  private(set) var isAll = true
  /// What became of them, and what the site said to the last one.
  private(set) var text = ""
  private var reason: String?

  /// Takes in how a row ended.
  ///
  /// - Parameter refusal: what the site answered; a row that failed without being sent says nothing of it.
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
    text = "\(end) for the same reason (stop_after: same_reason): \(refusal.message)"
  }

  /// The reason without what belongs to the row: numbers, and what stands in quotes.
  private static func reason(of refusal: Refusal) -> String {
    var reason = "\(refusal.status ?? 0) \(refusal.code) "
    var quote: Character?
    for character in refusal.message {
      if let open = quote {
        if character == open { quote = nil }
      } else if character == "\"" || character == "'" && reason.last == " " {
        quote = character
      } else if !character.isNumber {
        reason.append(character)
      }
    }
    return reason
  }
}
