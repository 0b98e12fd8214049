/// One SELECT of Oracle's query language ROQL, as far as look-ups and bulk reads need it.
struct Statement {
  /// Dotted column names as they were written.
  var columns: [String]
  var table: String
  /// Another name for the table, which columns may be prefixed with.
  var alias: String?
  var condition: Expression?
  var order: [(column: String, isDescending: Bool)] = []
  var limit: Int?
  var offset = 0
}
