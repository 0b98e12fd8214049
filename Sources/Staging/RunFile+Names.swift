internal import GRDB
internal import JSON
public import Records
public import Sheets

/// A staged row whose patch may give names in place of ids.
public struct NamedRow: Sendable {
  public var number: Int
  public var line: Int
  public var patch: String
  /// The body with the places where values of the record go, if there are any.
  public var live: String?
  public var element: ElementAddress?
}

/// What became of such a row once its names were looked up.
public enum SettledNames: Sendable {
  /// The patch with ids, and the same of its live form.
  case patch(String, live: String?)
  /// The findings that reject the row.
  case rejected([Finding])
}

extension RunFile {
  /// Returns whether the names of the rows have been looked up.
  ///
  /// - Throws: `StagingError` if the file cannot be read.
  public func hasCheckedNames() throws(StagingError) -> Bool {
    try read { try Bool.fetchOne($0, sql: "SELECT names_checked IS NOT NULL FROM run") ?? false }
  }

  /// Returns the next staged rows whose patches contain one of these words, in sheet order.
  ///
  /// - Throws: `StagingError` if the file cannot be read.
  public func rowsWithNames(
    marked marks: [String], after number: Int, limit: Int
  ) throws(StagingError) -> [NamedRow] {
    guard !marks.isEmpty else { return [] }
    return try read { database in
      // A word with its quotes is written otherwise within JSON texts: phrases and recipes.
      let bare = marks.map { $0.filter { $0 != "\"" } }
      let forms = try Int64.fetchAll(
        database,
        sql: "SELECT number FROM form WHERE \(RunFile.contains("phrases", bare.count))",
        arguments: StatementArguments(bare))
      let sql = """
        SELECT number, line, \(PatchTexts.column), live, element_list, element_id FROM row INDEXED BY row_todo
        WHERE row.state IN \(sql: RowState.open) AND row.state = \(sql: .staged) AND row.number > ?
          AND (\(RunFile.contains("row.patch", bare.count)) OR \(RunFile.contains("row.recipe", bare.count))
            OR json_extract(row.recipe, '$[0]') IN (\(forms.map(String.init).joined(separator: ","))))
        ORDER BY row.number LIMIT ?
        """
      let arguments: [(any DatabaseValueConvertible)?] = [number] + bare + bare + [limit]
      return try Row.fetchAll(database, sql: sql, arguments: StatementArguments(arguments)).map { row in
        NamedRow(
          number: row["number"], line: row["line"], patch: row["patch"], live: row["live"],
          element: ElementAddress(row))
      }
    }
  }

  private static func contains(_ column: String, _ count: Int) -> String {
    "(" + Array(repeating: "instr(\(column), ?)", count: count).joined(separator: " OR ") + ")"
  }

  /// Gives rows their patches with ids, or rejects them.
  ///
  /// - Throws: `StagingError` if the file cannot be written.
  public func settleNames(_ rows: [(number: Int, result: SettledNames)]) throws(StagingError) {
    guard !rows.isEmpty else { return }
    try write { database in
      let patch = try database.cachedStatement(sql: "UPDATE row SET patch = ?, live = ? WHERE number = ?")
      let rejection = try database.cachedStatement(
        sql:
          "UPDATE row SET state = \(sql: .rejected), error_code = ?, error = ?, findings = ? WHERE number = ?"
      )
      for row in rows {
        switch row.result {
        case .patch(let text, let live): try patch.execute(arguments: [text, live, row.number])
        case .rejected(let findings):
          let earlier =
            try String.fetchOne(
              database, sql: "SELECT findings FROM row WHERE number = ?", arguments: [row.number])
          let error = findings.first { $0.severity == .error }
          try rejection.execute(
            arguments: [
              error?.rule, error?.message, FindingList.text(findings, after: earlier), row.number,
            ])
        }
      }
    }
  }

  /// Ends the look-ups: the names stay as they were found, whatever the site calls things later.
  ///
  /// - Parameters:
  ///   - names: each attribute, name and id that rows were given.
  ///   - findings: what is worth a look about the sheet as a whole.
  /// - Throws: `StagingError` if the file cannot be written.
  public func finishNames(
    _ names: [(name: GivenName, id: Int64)], findings: [Finding]
  ) throws(StagingError) {
    try write { database in
      for (name, id) in names {
        try database.execute(
          sql: "INSERT INTO name (attribute, name, record_id) VALUES (?, ?, ?)",
          arguments: [name.place, name.name, id])
      }
      if !findings.isEmpty {
        let earlier = try String.fetchOne(database, sql: "SELECT findings FROM run")
        try database.execute(
          sql: "UPDATE run SET findings = ?", arguments: [FindingList.text(findings, after: earlier)])
      }
      try database.execute(sql: "UPDATE run SET names_checked = ?", arguments: [Timestamp.now])
    }
  }

  /// Returns the names that ids were found for: attribute → id → name.
  ///
  /// - Throws: `StagingError` if the file cannot be read.
  public func siteNames() throws(StagingError) -> [String: [Int64: String]] {
    try read { database in
      guard try database.tableExists("name") else { return [:] }
      var names: [String: [Int64: String]] = [:]
      for row in try Row.fetchAll(database, sql: "SELECT attribute, name, record_id FROM name") {
        names[row["attribute"], default: [:]][row["record_id"]] = row["name"]
      }
      return names
    }
  }
}
