/// The state of a row, in the words of the run file, the result files and the summary.
public enum RowState: String, Sendable, CaseIterable {
  /// Valid, and not sent at all.
  case staged
  /// Its intent is durable: it may have been sent, its outcome is not known yet.
  case sending
  /// The site confirmed it.
  case applied
  /// The record already was as asked.
  case unchanged
  /// The site refused it for good.
  case failed
  /// The record has changed since it was looked at.
  case conflict
  /// It was sent, its answer was lost, and it cannot be told whether it was applied.
  case unknown
  /// Never valid: its findings say why.
  case rejected
  /// An earlier row of its record is not done.
  case blocked
  /// The job leaves it out: `skip_rows`, or a condition that its record does not meet.
  case skipped

  /// The state's place among all, without its name: it is asked for several times a row.
  fileprivate var place: Int {
    switch self {
    case .staged: 0
    case .sending: 1
    case .applied: 2
    case .unchanged: 3
    case .failed: 4
    case .conflict: 5
    case .unknown: 6
    case .rejected: 7
    case .blocked: 8
    case .skipped: 9
    }
  }

  /// Indicates that the row needs no more work.
  public var isDone: Bool { [.applied, .unchanged, .skipped].contains(self) }

  /// The states of rows still to be sent, or possibly under way.
  static let open: [RowState] = [.staged, .sending]
  /// The states that need no more work.
  static let done = allCases.filter(\.isDone)
  /// The states of rows that were sent with an unknown outcome.
  static let inDoubt: [RowState] = [.unknown, .sending]
  /// The states that hold back the later rows of a record.
  static let holding: [RowState] = [.failed, .conflict, .unknown, .rejected, .blocked]
  static let notHolding = allCases.filter { !holding.contains($0) }
}

/// States in SQL, the only place where their names are written.
extension DefaultStringInterpolation {
  mutating func appendInterpolation(sql state: RowState) {
    appendInterpolation("'\(state.rawValue)'")
  }

  mutating func appendInterpolation(sql states: [RowState]) {
    appendInterpolation("(\(states.map { "'\($0.rawValue)'" }.joined(separator: ", ")))")
  }
}

/// Conditions by which SQLite finds rows with the indexes `row_past_staged` and `row_holding`, whose own conditions they
/// repeat word for word.
extension DefaultStringInterpolation {
  mutating func appendInterpolation(past states: [RowState]) {
    appendInterpolation("state <> \(sql: .staged) AND state IN \(sql: states)")
  }

  mutating func appendInterpolation(past state: RowState) {
    appendInterpolation("state <> \(sql: .staged) AND state = \(sql: state)")
  }

  mutating func appendInterpolation(sqlNeither states: [RowState]) {
    appendInterpolation(states.map { "state <> \(sql: $0)" }.joined(separator: " AND "))
  }
}

/// The number of rows in each state.
public struct StateCounts: Sendable, Hashable {
  /// The numbers in the order of the states.
  private var counts = [Int](repeating: 0, count: RowState.allCases.count)

  public init() {}

  public subscript(state: RowState) -> Int {
    get { counts[state.place] }
    set { counts[state.place] = newValue }
  }

  /// The number of all rows.
  public var total: Int { counts.reduce(0, +) }

  /// The number of rows that bulkpatch will not work on by itself any more.
  public var finished: Int { total - self[.staged] - self[.sending] }

  /// Moves one row's count from one state to another.
  public mutating func move(from old: RowState, to new: RowState) {
    self[old] -= 1
    self[new] += 1
  }
}
