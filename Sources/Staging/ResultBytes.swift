internal import GRDB
internal import Patches
public import Records

/// A row of the results, from the run file or about to be staged; its memory is valid until the next row.
@safe public struct ResultBytes {
  public let number: Int
  public let line: Int
  public let recordID: RecordID?
  public let state: RowState
  public let httpStatus: Int?
  /// Indicates that there is an explanation for the row's state.
  public let hasError: Bool
  public let attempts: Int
  public let finishedAt: UnsafeRawBufferPointer
  public let input: UnsafeRawBufferPointer
  private let rest: Rest

  /// The columns that few readers need.
  @safe private enum Rest {
    case columns(BareStatement)
    /// The key alone.
    case key(UnsafeRawBufferPointer)
  }

  /// Creates the row that a query is at.
  fileprivate init(_ columns: BareStatement, state: RowState) {
    rest = .columns(columns)
    number = Int(columns.integer(0) ?? 0)
    line = Int(columns.integer(1) ?? 0)
    recordID = columns.recordID(3)
    self.state = state
    httpStatus = columns.integer(5).map { Int($0) }
    hasError = (6...8).contains { !columns.isNull($0) }
    attempts = Int(columns.integer(9) ?? 0)
    unsafe finishedAt = unsafe columns.text(10)
    unsafe input = unsafe columns.text(12)
  }

  /// Creates a row that is staged from these bytes.
  init(_ entry: RowBatch.Entry, _ bytes: UnsafeRawBufferPointer) {
    rest = unsafe .key(UnsafeRawBufferPointer(rebasing: bytes[entry.key]))
    number = entry.number
    line = entry.line
    recordID = entry.recordID
    state = .staged
    httpStatus = nil
    hasError = false
    attempts = 0
    unsafe finishedAt = unsafe UnsafeRawBufferPointer(start: nil, count: 0)
    unsafe input = unsafe UnsafeRawBufferPointer(rebasing: bytes[entry.input])
  }

  /// Indicates that it was never sent.
  public var isUntouched: Bool { unsafe attempts == 0 && httpStatus == nil && finishedAt.isEmpty }

  /// The row with its own copies of the texts.
  public var row: ResultRow {
    var row = ResultRow(
      number: number, line: line, recordKey: nil, recordID: recordID, state: state, httpStatus: httpStatus,
      errorCode: nil, error: nil, hint: nil, attempts: attempts, finishedAt: nil, findings: nil,
      input: unsafe String(decoding: input, as: UTF8.self))
    switch rest {
    case .key(let key): row.recordKey = unsafe String(decoding: key, as: UTF8.self)
    case .columns(let columns):
      row.recordKey = columns.string(2)
      row.errorCode = columns.string(6)
      row.error = columns.string(7)
      row.hint = columns.string(8)
      row.finishedAt = columns.string(10)
      row.findings = columns.string(11)
    }
    return row
  }
}

extension RunFile {
  /// Passes every row in one of these states to `body`, in sheet order, in constant memory, without a copy.
  ///
  /// - Throws: `StagingError` if the file cannot be read; errors of `body`, as a `StagingError` too.
  public func forEachResultBytes(
    in states: [RowState], _ body: (ResultBytes) throws -> Void
  ) throws(StagingError) {
    try read { database in
      // With the index of states they would have to be sorted.
      let condition = states.count == RowState.allCases.count ? "" : "WHERE state IN \(sql: states)"
      let columns = try BareStatement(
        """
        SELECT number, line, record_key, record_id, state, http_status, error_code, error,
          \(RunFile.hintColumn(database)), attempts, finished_at, findings, input
        FROM row NOT INDEXED \(condition) ORDER BY number
        """, in: database)
      var state = RowState.staged
      var name = Array(state.rawValue.utf8)
      try columns.forEachRow {
        let text = unsafe columns.text(4)
        if unsafe !text.elementsEqual(name) {
          unsafe name = Array(text)
          state = RowState(rawValue: String(decoding: name, as: UTF8.self)) ?? .failed
        }
        try body(ResultBytes(columns, state: state))
      }
    }
  }

  /// Passes every row in one of these states to `body`, in sheet order, in constant memory.
  ///
  /// - Throws: as `forEachResultBytes`.
  public func forEachResult(in states: [RowState], _ body: (ResultRow) throws -> Void) throws(StagingError) {
    try forEachResultBytes(in: states) { try body($0.row) }
  }
}
