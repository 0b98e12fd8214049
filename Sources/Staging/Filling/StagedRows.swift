internal import Patches
internal import Sheets

/// Sees every row as it is staged, in sheet order, the way results have it.
public protocol StagedRowsTaker {
  func take(_ row: ResultBytes)
  func take(_ row: ResultRow)
}

extension RowBatch {
  /// Shows the rows of the batch.
  func show(to taker: any StagedRowsTaker) {
    unsafe bytes.withUnsafeBytes { bytes in
      for row in rows {
        switch row {
        case .entry(let entry): taker.take(unsafe ResultBytes(entry, bytes))
        case .whole(let row): taker.take(ResultRow(row))
        }
      }
    }
  }
}

extension ResultRow {
  /// A row that is about to be staged.
  fileprivate init(_ row: WholeRow) {
    let reason = row.rejection
    self.init(
      number: row.number, line: row.line, recordKey: row.recordKey, recordID: row.recordID,
      state: row.state, httpStatus: nil, errorCode: reason?.rule, error: reason?.message, hint: nil,
      attempts: 0, finishedAt: nil, findings: row.findings.isEmpty ? nil : FindingList.text(row.findings),
      input: row.input)
  }
}

extension WholeRow {
  var state: RowState { patch == nil ? .rejected : .staged }

  /// By its first error, a rejected row is grouped in the summary.
  var rejection: Finding? { patch == nil ? findings.first { $0.severity == .error } : nil }
}
