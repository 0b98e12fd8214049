/// One statement of Oracle's query language ROQL, as far as look-ups, bulk reads and explorers need it.
enum Statement {
  /// The columns of a table, or without a table, the tables.
  case describe(table: String?)
  case select(Selection)

  struct Selection {
    var columns: [SelectedColumn]
    var table: String
    /// Another name for the table, usable as a prefix of columns.
    var alias: String?
    var condition: Expression?
    var order: [(column: String, isDescending: Bool)] = []
    var limit: Int?
    var offset = 0
    /// Indicates the reporting copy of the database (`USE REPORT`).
    var usesReport = false
  }
}

/// One item of a SELECT.
struct SelectedColumn {
  enum Source {
    /// A dotted name as it was written.
    case name(String)
    /// `*`, or `primaryContact.contact.*`.
    case all(below: String?)
    /// `COUNT()`, or with a column the number of its values that are not null.
    case count(String?)
    case literal(String)
  }

  var source: Source
  /// The name given to it in the query.
  var label: String?
}
