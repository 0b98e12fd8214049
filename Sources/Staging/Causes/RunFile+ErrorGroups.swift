internal import GRDB
internal import JSON
internal import Sheets

extension RunFile {
  /// Returns the rows that did not end well, by cause, the largest group first.
  ///
  /// - Throws: `StagingError` if the file cannot be read.
  public func errorGroups() throws(StagingError) -> [ErrorGroup] {
    if let fresh, fresh.rejected == 0 { return [] }
    return try groups(in: RowState.holding)
  }

  /// Returns the rows that the job leaves out, by cause, the largest group first.
  ///
  /// - Throws: `StagingError` if the file cannot be read.
  public func skippedGroups() throws(StagingError) -> [ErrorGroup] {
    if let fresh, fresh.skipped == 0 { return [] }
    return try groups(in: [.skipped])
  }

  private func groups(in states: [RowState]) throws(StagingError) -> [ErrorGroup] {
    try read { database in
      let isRejected = "state = \(sql: .rejected)"
      let rows = try Row.fetchCursor(
        database,
        sql: """
          SELECT number, line, state, coalesce(error_code, '') AS code, coalesce(error, '') AS error, http_status,
            CASE WHEN \(isRejected) THEN json_extract(findings, '$[0].column') END AS column_name,
            CASE WHEN \(isRejected) THEN json_extract(findings, '$[0].value') END AS cell,
            CASE WHEN \(isRejected) AND json_extract(findings, '$[0].message') IS NOT error THEN findings END AS all_findings
          FROM row WHERE \(past: states)
          """)
      var tally = ErrorTally()
      while let row = try rows.next() {
        let state: String = row["state"]
        var (column, cell): (String?, String?) = (row["column_name"], row["cell"])
        if let findings: String = row["all_findings"] {
          // A warning stands before the error.
          let finding = FindingList.objects(findings).first { $0["severity"] == "error" }
          (column, cell) = (finding?["column"]?.string, finding?["value"]?.string)
        }
        // One wrong encoding is one cause, whatever cells it shows in.
        if row["code"] == Finding.encodingRule { (column, cell) = (nil, nil) }
        tally.add(
          ErrorGroup(
            state: RowState(rawValue: state) ?? .failed, code: row["code"], message: row["error"], rows: 1,
            firstRow: row["number"], firstLine: row["line"], column: column,
            httpStatus: row["http_status"]), cell: cell)
      }
      return try tally.sorted.map { try RunFile.completed($0, database) }
    }
  }

  /// Returns a group with the advice on its first row, and the rows of its examples.
  private static func completed(_ group: ErrorGroup, _ database: Database) throws -> ErrorGroup {
    var group = group
    let hint = try hintColumn(database)
    let first = try Row.fetchOne(
      database, sql: "SELECT \(hint), findings FROM row WHERE number = ?", arguments: [group.firstRow])
    group.hint = first?["hint"]
    if group.state == .rejected, let findings: String = first?["findings"] {
      group.hint = FindingList.objects(findings).first { $0["severity"] == "error" }?["hint"]?.string
    }
    return try withExamples(group, database)
  }

  /// Returns a group with the rows of its examples.
  static func withExamples(_ group: ErrorGroup, _ database: Database) throws -> ErrorGroup {
    var group = group
    for index in group.examples.indices {
      group.examples[index].input =
        try String.fetchOne(
          database, sql: "SELECT input FROM row WHERE number = ?", arguments: [group.examples[index].number])
        ?? ""
    }
    return group
  }
}
