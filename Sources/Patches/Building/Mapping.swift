/// The purpose of a sheet's columns: the header, compiled.
struct Mapping: Sendable {
  /// The tasks by position in the header; in JSONL, by the mapped members in the order of their names.
  var tasks: [ColumnTask] = []
  /// The meanings of the cells, in the same order; `nil` for a column without a table.
  var tables: [ValueTable?] = []
  /// The texts made of a row's cells, and the rule and slot of each.
  var templates: [(template: CellTemplate, rule: ValueRule, slot: Int, path: String)] = []
  /// Indicates that one of them takes something from the record.
  var isLive: Bool { templates.contains { !$0.template.livePaths.isEmpty } }
  /// The names by slot: the sheet's columns first, then the constants.
  var slotNames: [String] = []
  /// The values of the constants; blank for the columns.
  var initialSlots: [CellValue] = []
  /// The number of slots that are columns.
  var columnSlots = 0
  /// Indicates that the sheet has only key columns, so that the constants are the patch.
  var isOnlyKeys = false
  var plan = ObjectPlan()
  /// The mapped members' indices in `tasks`, for JSONL.
  var members: [String: Int] = [:]
  /// The column named in a finding about a missing key.
  var keyColumn = ""
}

/// The task for the cells of one column.
enum ColumnTask: Sendable {
  case skip
  /// One of the keys, by its index.
  case key(Int, KeyRule, column: String)
  case value(ValueRule, slot: Int, column: String)
}
