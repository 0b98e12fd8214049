import Sites

/// Answers to writes that did not come from the API, and how to tell a row that a firewall takes exception to from a site
/// that is behind a login portal by now.
struct ForeignAnswers: Sendable {
  /// So many in a row are no chance.
  private static let limit = 3

  private var answers = 0
  private var rows: Set<Int> = []
  /// When the last request left that the API itself answered.
  private var lastAnswered: Duration?

  /// Takes in how a write ended that left at that time.
  ///
  /// - Parameter firstSent: when its row first went out.
  /// - Returns: whether it is the site by now: nothing more should be sent.
  mutating func put(_ outcome: Outcome, row: Int, sentAt: Duration, firstSent: Duration) -> Bool {
    switch outcome {
    case .applied, .unchanged, .loginRefused:
      answered(sentAt)
      return false
    case .refused(let refusal), .conflict(let refusal), .retryLater(_, let refusal):
      if refusal.status != nil { answered(sentAt) }
      return false
    case .unknown: return false
    case .foreign(let refusal):
      answers += 1
      rows.insert(row)
      let othersAreServed = lastAnswered.map { $0 >= firstSent } ?? false
      return refusal.isRedirection || answers >= Self.limit && (rows.count >= Self.limit || !othersAreServed)
    }
  }

  /// Takes in that the API answered a look that left at that time.
  ///
  /// Whoever answers a row's writes in its place then has something against that row, or against all writes; of the
  /// latter other rows tell.
  mutating func lookAnswered(sentAt: Duration) { lastAnswered = max(lastAnswered ?? sentAt, sentAt) }

  private mutating func answered(_ sentAt: Duration) {
    (answers, rows) = (0, [])
    lastAnswered = max(lastAnswered ?? sentAt, sentAt)
  }
}
