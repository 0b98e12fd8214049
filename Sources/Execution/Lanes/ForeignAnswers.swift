import Sites

/// Answers to writes that did not come from the API.
///
/// They tell a row that a firewall rejects from a site that is now behind a login portal.
struct ForeignAnswers: Sendable {
  /// The number in a row that is no coincidence.
  private static let limit = 3

  private var answers = 0
  private var rows: Set<Int> = []
  /// The departure of the last request that the API itself answered.
  private var lastAnswered: Duration?

  /// Takes in the outcome of a write that left at that time.
  ///
  /// - Parameter firstSent: the first departure of its row.
  /// - Returns: whether the site itself is affected, so that nothing more should be sent.
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
  /// If a row's writes still get foreign answers, a gateway objects to that row or to all writes. Other rows show
  /// which.
  mutating func lookAnswered(sentAt: Duration) { lastAnswered = max(lastAnswered ?? sentAt, sentAt) }

  private mutating func answered(_ sentAt: Duration) {
    (answers, rows) = (0, [])
    lastAnswered = max(lastAnswered ?? sentAt, sentAt)
  }
}
