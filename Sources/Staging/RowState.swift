/// Where a row stands, in the words of the run file, the result files and the summary.
public enum RowState: String, Sendable, CaseIterable {
  /// Valid, and nothing of it has been sent.
  case staged
  /// Its intent is durable: it may have been sent, its outcome is not known yet.
  case sending
  /// The site confirmed it.
  case applied
  /// The record already was as asked.
  case unchanged
  /// The site refused it for good.
  case failed
  /// The record changed since it was looked at.
  case conflict
  /// It was sent, its answer was lost, and whether it was done cannot be told.
  case unknown
  /// Never valid: its findings say why.
  case rejected
  /// An earlier row of its record is not done.
  case blocked

  /// Whether the row asks for nothing more.
  public var isDone: Bool { self == .applied || self == .unchanged }

  /// What is still to be sent, or may be under way.
  static let open: [RowState] = [.staged, .sending]
  /// What asks for nothing more.
  static let done = allCases.filter(\.isDone)
  /// Sent, and nobody knows whether it was carried out.
  static let inDoubt: [RowState] = [.unknown, .sending]
  /// The states that hold back the later rows of a record.
  static let holding: [RowState] = [.failed, .conflict, .unknown, .rejected, .blocked]
}

/// States as SQL has them: there is no other place where their names are written.
extension DefaultStringInterpolation {
  mutating func appendInterpolation(sql state: RowState) {
    appendInterpolation("'\(state.rawValue)'")
  }

  mutating func appendInterpolation(sql states: [RowState]) {
    appendInterpolation("(\(states.map { "'\($0.rawValue)'" }.joined(separator: ", ")))")
  }
}

/// How many rows stand in each state.
public struct StateCounts: Sendable, Hashable {
  private var counts: [RowState: Int] = [:]

  public init() {}

  public subscript(state: RowState) -> Int {
    get { counts[state, default: 0] }
    // No entry for none, so that equal counts compare as equal.
    set { counts[state] = newValue == 0 ? nil : newValue }
  }

  /// All rows, whatever their state.
  public var total: Int { counts.values.reduce(0, +) }

  /// Rows for which nothing more will be done by itself.
  public var finished: Int { total - self[.staged] - self[.sending] }

  /// Counts one row out of a state and into another.
  public mutating func move(from old: RowState, to new: RowState) {
    self[old] -= 1
    self[new] += 1
  }
}
