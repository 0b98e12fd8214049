internal import Patches
internal import Sheets

/// Receives every row as it is staged, in sheet order, in the form of the results.
public protocol StagedRowsTaker {
  func take(_ row: ResultBytes)
  func take(_ row: ResultRow)
}

extension RowBatch {
  /// Passes the rows of the batch to a receiver.
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
  /// Creates the result of a row that is about to be staged.
  fileprivate init(_ row: WholeRow) {
    let reason = row.reason
    self.init(
      number: row.number, line: row.line, recordKey: row.recordKey, recordID: row.recordID,
      state: row.state, httpStatus: nil, errorCode: reason?.code, error: reason?.message, hint: nil,
      attempts: 0, finishedAt: nil, findings: row.findings.isEmpty ? nil : FindingList.text(row.findings),
      input: row.input)
  }
}

extension WholeRow {
  var state: RowState { skipped != nil ? .skipped : patch == nil ? .rejected : .staged }

  /// The reason it is not staged: the first error of a rejected row, by which the summary groups it, or the job's own rule.
  var reason: (code: String, message: String)? {
    if let skipped { return (SkippedRows.code, skipped) }
    guard patch == nil, let finding = findings.first(where: { $0.severity == .error }) else { return nil }
    return (finding.rule, finding.message)
  }
}
