/// One statement of Oracle's query language ROQL, as far as look-ups, bulk reads and explorers need it.
enum Statement {
  /// The columns of a table, or without one the tables there are.
  case describe(table: String?)
  case select(Selection)

  struct Selection {
    var columns: [SelectedColumn]
    var table: String
    /// Another name for the table, which columns may be prefixed with.
    var alias: String?
    var condition: Expression?
    var order: [(column: String, isDescending: Bool)] = []
    var limit: Int?
    var offset = 0
    /// Whether the reporting copy of the database is meant (`USE REPORT`).
    var usesReport = false
  }
}

/// What is asked for in one place of a SELECT.
struct SelectedColumn {
  enum Source {
    /// A dotted name as it was written.
    case name(String)
    /// `*`, or `primaryContact.contact.*`.
    case all(below: String?)
    /// `COUNT()`, or of a column its values that are not null.
    case count(String?)
    case literal(String)
  }

  var source: Source
  /// The name that the query gives it.
  var label: String?
}
