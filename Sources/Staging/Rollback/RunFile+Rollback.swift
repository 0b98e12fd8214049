internal import GRDB
public import JSON
public import Patches
public import Records
public import Sheets

/// A row that was, or may have been, carried out, with everything needed to roll back its changes.
public struct CarriedOutRow: Sendable, Hashable {
  public var number: Int
  public var line: Int
  public var state: RowState
  public var recordID: RecordID
  /// The time it was finished; `nil` while it is not.
  public var finishedAt: String?
  public var errorCode: String?
  /// The attribute and the text by which the sheet names the record.
  public var keyAttribute: String?
  public var recordKey: String?
  /// The body that was sent.
  public var patch: String
  public var element: ElementAddress?
  /// The record right before; `nil` if the run took no snapshots.
  public var snapshot: Snapshot?
  /// The sheet's row, in the form of a result file.
  public var input: String

  public init(
    number: Int, line: Int, state: RowState, recordID: RecordID, patch: String,
    element: ElementAddress? = nil,
    snapshot: Snapshot?, input: String = ""
  ) {
    self.number = number
    self.line = line
    self.state = state
    self.recordID = recordID
    self.patch = patch
    self.element = element
    self.snapshot = snapshot
    self.input = input
  }
}

/// A row of a rollback, ready to be staged.
public struct RollbackRow: Sendable {
  public var source: CarriedOutRow
  /// The patch; `nil` if nothing of the row can be rolled back, which its findings explain.
  public var patch: Patch?
  public var expected: ExpectedState
  public var findings: [Finding]

  public init(source: CarriedOutRow, patch: Patch?, expected: ExpectedState, findings: [Finding]) {
    self.source = source
    self.patch = patch
    self.expected = expected
    self.findings = findings
  }
}

extension RunFile {
  /// Returns the rows before `number` that have, or may have, changed something, last first.
  ///
  /// A row whose answer was lost may have been carried out even if it ended as `conflict`. A row that the site
  /// refused because of a conflict was not.
  ///
  /// - Throws: `StagingError` if the file cannot be read.
  public func carriedOutRows(before number: Int, limit: Int) throws(StagingError) -> [CarriedOutRow] {
    try read { database in
      try Row.fetchAll(
        database.cachedStatement(sql: PatchTexts.fitting(RunFile.carriedOutQuery, database)),
        arguments: [number, limit]
      ).map(CarriedOutRow.init)
    }
  }

  static let carriedOutQuery = "\(carriedOutRows) AND row.number < ? ORDER BY row.number DESC LIMIT ?"

  /// Uses no index: nearly all rows are among these.
  static let carriedOutRows = """
    SELECT row.number, row.line, row.state, row.record_id, row.key_attribute, row.record_key, row.error_code,
      row.finished_at, \(PatchTexts.column), row.element_list, row.element_id, row.input, snapshot.token,
      snapshot.before, snapshot.lists
    FROM row NOT INDEXED LEFT JOIN snapshot ON snapshot.row = row.number
    WHERE row.record_id IS NOT NULL AND row.idempotent IS NOT NULL
      AND (row.state IN \(sql: [.applied, .unknown, .sending])
        OR row.state = \(sql: .conflict) AND snapshot.row IS NOT NULL
          AND (row.error_code IN ('kept', 'not-as-asked') OR row.error_code = 'changed-meanwhile' AND row.http_status IS NULL))
    """

  /// Stages the rows of a rollback in the order they come in, as `stage(filling:)` does for a sheet.
  ///
  /// - Throws: errors of `next`; `StagingError` if the file cannot be written.
  public func stageRollback(next: () throws -> RollbackRow?, progress: (Int) -> Void) throws {
    var number = 0
    try stage(
      next: {
        number += 1
        return try next().map { WholeRow($0, number: number) }
      }, progress: progress)
  }
}

extension WholeRow {
  /// Creates a row of a rollback; it is rejected if nothing of it can be rolled back.
  fileprivate init(_ row: RollbackRow, number: Int) {
    let source = row.source
    self.init(
      number: number, line: source.line, recordID: source.recordID, keyAttribute: source.keyAttribute,
      recordKey: source.recordKey, patch: row.patch, findings: row.findings, input: source.input,
      sourceRow: source.number, expected: row.expected.text)
  }
}

/// The outcome of a rollback's row, part by part.
public struct RollbackResult: Sendable {
  public var number: Int
  public var line: Int
  /// The row that it rolls back.
  public var sourceRow: Int
  public var recordID: RecordID
  public var state: RowState
  public var errorCode: String?
  public var error: String?
  public var expected: ExpectedState
  public var kept: [KeptChange]
  /// The dry run's plan; `nil` if there was none, or it has been approved.
  public var plan: [PlannedChange]?
  /// The findings from staging, in the form of `FindingList`.
  public var findings: [JSONObject]
}

extension RunFile {
  /// Passes every row of a rollback to `body`, in its order, in constant memory.
  ///
  /// - Throws: as `forEachResult`.
  public func forEachRollbackResult(_ body: (RollbackResult) throws -> Void) throws(StagingError) {
    let record = try record()
    try read { database in
      let rows = try Row.fetchCursor(
        database,
        sql: """
          SELECT row.number, row.line, row.source_row, row.record_id, row.state, row.error_code, row.error,
            row.expected, row.kept, row.findings, plan.changes
          FROM row LEFT JOIN plan ON plan.row = row.number
          WHERE row.source_row IS NOT NULL ORDER BY row.number
          """)
      while let row = try rows.next() {
        try body(
          RollbackResult(
            number: row["number"], line: row["line"], sourceRow: row["source_row"],
            recordID: row.recordID("record_id") ?? 0, state: RowState(rawValue: row["state"]) ?? .unknown,
            errorCode: row["error_code"], error: row["error"],
            expected: (row["expected"] as String?).map(ExpectedState.init(text:)) ?? ExpectedState(),
            kept: (row["kept"] as String?).map([KeptChange].init(json:)) ?? [],
            plan: record.isPlanning ? (row["changes"] as String?).map(PlannedChange.list) : nil,
            findings: (row["findings"] as String?).map(FindingList.objects) ?? []))
      }
    }
  }
}

extension CarriedOutRow {
  init(_ row: Row) {
    self.init(
      number: row["number"], line: row["line"], state: RowState(rawValue: row["state"]) ?? .unknown,
      recordID: row.recordID("record_id") ?? 0, patch: row["patch"], snapshot: nil, input: row["input"])
    finishedAt = row["finished_at"]
    errorCode = row["error_code"]
    keyAttribute = row["key_attribute"]
    recordKey = row["record_key"]
    element = ElementAddress(row)
    snapshot = Snapshot(row, number: number, recordID: recordID)
  }
}
