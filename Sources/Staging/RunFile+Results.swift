internal import GRDB
internal import JSON
public import Records
internal import Sheets

/// A row as the result files and `bulkpatch results` show it.
public struct ResultRow: Sendable, Hashable {
  public var number: Int
  public var line: Int
  public var recordKey: String?
  public var recordID: RecordID?
  public var state: RowState
  public var httpStatus: Int?
  public var errorCode: String?
  public var error: String?
  /// The advice for the user, if the site's answer suggests any.
  public var hint: String?
  public var attempts: Int
  /// The time it was finished; `nil` while it is not.
  public var finishedAt: String?
  /// The row's findings as a JSON array, if any.
  public var findings: String?
  /// The sheet's row as one CSV record or one JSON object.
  public var input: String
}

/// Warnings of one kind, about rows that run all the same or about the whole sheet.
public struct WarningGroup: Sendable, Hashable {
  public var rule: String
  /// The number of rows; 0 for a warning about the sheet, which has no first row.
  public var rows: Int
  public var firstRow: Int
  public var firstLine: Int
  /// The first row's column.
  public var column: String?
  public var message: String
  public var hint: String?
}

extension RunFile {
  /// Returns the warnings about the sheet, then those of valid rows by rule, the largest group first.
  ///
  /// - Throws: `StagingError` if the file cannot be read.
  public func warningGroups() throws(StagingError) -> [WarningGroup] {
    try sheetWarnings() + rowWarnings()
  }

  private func sheetWarnings() throws(StagingError) -> [WarningGroup] {
    let findings = try read { database in
      let run = try Row.fetchOne(database, sql: "SELECT * FROM run")
      // Missing in a file of an older version.
      return FindingList.objects(run?["findings"] ?? "")
    }
    return findings.filter { $0["severity"] == .string(Finding.Severity.warning.rawValue) }.map { finding in
      WarningGroup(
        rule: finding["rule"]?.string ?? "", rows: 0, firstRow: 0,
        firstLine: finding["line"]?.integer.map { Int($0) } ?? 0, column: finding["column"]?.string,
        message: finding["message"]?.string ?? "", hint: finding["hint"]?.string)
    }
  }

  private func rowWarnings() throws(StagingError) -> [WarningGroup] {
    if let fresh, !fresh.hasFindings { return [] }
    return try read { database in
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT json_extract(finding.value, '$.rule') AS rule, count(DISTINCT number) AS rows, min(number) AS first
          FROM row, json_each(row.findings) AS finding
          WHERE row.findings IS NOT NULL AND row.state <> \(sql: .rejected)
            AND json_extract(finding.value, '$.severity') = 'warning'
          GROUP BY rule ORDER BY rows DESC, first
          """)
      return try rows.map { row in
        let (rule, number): (String, Int) = (row["rule"], row["first"])
        let first = try Row.fetchOne(
          database, sql: "SELECT line, findings FROM row WHERE number = ?", arguments: [number])
        let finding = FindingList.objects(first?["findings"] ?? "").first { $0["rule"] == .string(rule) }
        return WarningGroup(
          rule: rule, rows: row["rows"], firstRow: number, firstLine: first?["line"] ?? 0,
          column: finding?["column"]?.string, message: finding?["message"]?.string ?? "",
          hint: finding?["hint"]?.string)
      }
    }
  }
}

extension RunFile {
  /// Returns the column with the advice on a row; a file of an older version, which is only read, has none.
  static func hintColumn(_ database: Database) throws -> String {
    try database.columns(in: "row").contains { $0.name == "hint" } ? "hint" : "NULL AS hint"
  }
}
