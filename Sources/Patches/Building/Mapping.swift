/// What the columns of a sheet are for: the header, compiled.
struct Mapping: Sendable {
  /// By position in the header; in JSONL, by the mapped members in the order of their names.
  var tasks: [ColumnTask] = []
  /// By slot: the sheet's columns first, then the constants.
  var slotNames: [String] = []
  /// What the constants say, blank for the columns.
  var initialSlots: [CellValue] = []
  /// How many slots are columns.
  var columnSlots = 0
  /// Whether the sheet has nothing but key columns, so that the constants are the patch.
  var isOnlyKeys = false
  var plan = ObjectPlan()
  /// In JSONL, the mapped members' places in `tasks`.
  var members: [String: Int] = [:]
  /// What a finding about a missing key names.
  var keyColumn = ""
}

/// What is done with the cells of one column.
enum ColumnTask: Sendable {
  case skip
  /// One of the keys, by its place among them.
  case key(Int, KeyRule, column: String)
  case value(ValueRule, slot: Int, column: String)
}
