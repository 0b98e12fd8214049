/// Rows that ended in the same state for the same cause.
public struct ErrorGroup: Sendable, Hashable {
  public var state: RowState
  public var code: String
  /// The first row's message.
  public var message: String
  public var rows: Int
  public var firstRow: Int
  public var firstLine: Int
  /// The sheet's column, if it is known.
  public var column: String?
  /// The advice on the first row, if known.
  public var hint: String?
  /// The HTTP status of the first row's answer; `nil` without one.
  public var httpStatus: Int?
  /// The message with holes in place of what differs between the rows (`MessagePattern`).
  public var template = ""
  /// The values of each hole, counted over all rows.
  public var values: [ValueCounts] = []
  /// The hole whose values are the cells of `column`.
  public var columnHole: Int?
  /// A few rows with different values, from which the column may be told.
  public var examples: [Example] = []
  /// The cells of the column, counted, where the message itself does not repeat them.
  public var cells = ValueCounts()

  /// A row of the group: its values, and the row as the sheet has it.
  public struct Example: Sendable, Hashable {
    public var number: Int
    public var values: [String]
    public var input = ""
  }

  public init(
    state: RowState, code: String, message: String, rows: Int, firstRow: Int, firstLine: Int,
    column: String? = nil, hint: String? = nil, httpStatus: Int? = nil
  ) {
    self.state = state
    self.code = code
    self.message = message
    self.rows = rows
    self.firstRow = firstRow
    self.firstLine = firstLine
    self.column = column
    self.hint = hint
    self.httpStatus = httpStatus
  }
}

/// Groups rows by cause, in memory that does not grow with the number of rows.
struct ErrorTally {
  /// The number of causes that are told apart; beyond it, rows are grouped by state and code.
  private static let limit = 500
  private static let exampleLimit = 3

  private struct Key: Hashable {
    var state: String
    var code: String
    var column: String?
    var template: String
  }

  private var places: [Key: Int] = [:]
  /// The patterns of some messages, which are often the same for many rows.
  private var patterns: [String: MessagePattern] = [:]
  private static let patternLimit = 1_000
  private(set) var groups: [ErrorGroup] = []

  /// Counts one row.
  ///
  /// - Parameters:
  ///   - row: the row as a group of its own.
  ///   - cell: the text of the cell that was wrong, if a finding says so.
  mutating func add(_ row: ErrorGroup, cell: String?) {
    let pattern = pattern(of: row.message)
    var key = Key(
      state: row.state.rawValue, code: row.code, column: row.column, template: pattern.template)
    if places[key] == nil, groups.count >= ErrorTally.limit {
      key.column = nil
      key.template = ""
      if places[key] == nil, groups.count >= ErrorTally.limit * 2 { key.code = "" }
    }
    let place: Int
    if let known = places[key] {
      place = known
      groups[place].rows += 1
    } else {
      place = groups.count
      places[key] = place
      groups.append(row)
      groups[place].template = key.template
      groups[place].values = pattern.values.map { _ in ValueCounts() }
    }
    if let cell { groups[place].cells.add(cell) }
    guard groups[place].template == pattern.template else { return }
    var isNew = groups[place].examples.isEmpty
    for (hole, value) in pattern.values.enumerated() where hole < groups[place].values.count {
      let before = groups[place].values[hole].distinct
      groups[place].values[hole].add(value)
      isNew = isNew || groups[place].values[hole].distinct > before
    }
    if isNew, !pattern.values.isEmpty, groups[place].examples.count < ErrorTally.exampleLimit {
      groups[place].examples.append(ErrorGroup.Example(number: row.firstRow, values: pattern.values))
    }
  }

  private mutating func pattern(of message: String) -> MessagePattern {
    if let known = patterns[message] { return known }
    let pattern = MessagePattern(message)
    if patterns.count < ErrorTally.patternLimit { patterns[message] = pattern }
    return pattern
  }

  /// The groups, the largest first.
  var sorted: [ErrorGroup] { groups.sorted { ($1.rows, $0.firstRow) < ($0.rows, $1.firstRow) } }
}
