package import Console
import Execution
import Foundation
package import Patches
package import Sheets
import Staging

/// An opened sheet with a compiled header, which yields rows and their patches one by one.
package struct PatchSource {
  package let sheet: Sheet
  /// The findings about header, mapping and constants.
  package let findings: [Finding]
  /// Missing if a finding about the header is an error.
  private let builder: PatchBuilder?
  /// Reads common rows fast; missing if the builder must read all of them.
  private let program: PatchProgram?
  /// Detects rows that add what earlier rows have added.
  let additions: RepeatedAdditions
  /// The rows that the job leaves out.
  private let skipped: SkippedRows
  private let ahead = RowsAhead()

  /// The rows that were read to know which are the last.
  private final class RowsAhead {
    var rows: [SheetRow] = []
  }

  /// Opens the plan's sheet; standard input is first copied to `spool`, so that it can be read again.
  ///
  /// - Parameter interruption: ends the copying early.
  /// - Throws: `UserError`: 66 if there is no such file, 65 if it is not a readable sheet, 74 if the copy cannot be
  ///   stored, 130 or 143 for a signal.
  package init(_ plan: RunPlan, spool: String, stoppedBy interruption: Interruption? = nil) throws(UserError)
  {
    try self.init(plan, sheet: plan.openSheet(spool: spool, stoppedBy: interruption))
  }

  /// Opens a sheet that was read before, at the path stored in the run file.
  ///
  /// - Throws: as `init(_:spool:)`.
  package init(_ plan: RunPlan, path: String) throws(UserError) {
    try self.init(plan, sheet: plan.openSheet(at: path))
  }

  private init(_ plan: RunPlan, sheet: Sheet) {
    self.sheet = sheet
    let made = PatchBuilder.make(
      resource: plan.resource, options: plan.patchOptions,
      header: sheet.format.hasHeader ? sheet.header : nil)
    builder = made.builder
    program = made.builder.flatMap { PatchProgram($0, of: sheet.format) }
    additions = RepeatedAdditions(resource: plan.resource)
    skipped = plan.settings.skipped
    findings =
      Self.headerElsewhere(made, plan, sheet).map { [$0] } ?? sheet.findings + made.findings
      + Self.uselessPatterns(plan, sheet)
  }

  /// Returns the finding for a header that is not on the first line, in place of the many errors of that line.
  private static func headerElsewhere(
    _ made: (builder: PatchBuilder?, findings: [Finding]), _ plan: RunPlan, _ sheet: Sheet
  ) -> Finding? {
    guard made.builder == nil,
      let line = PatchBuilder.headerLine(
        in: sheet.head.readings, resource: plan.resource, options: plan.patchOptions)
    else { return nil }
    return Finding(
      row: 0, line: line, rule: "header-elsewhere",
      message: "this line looks like the header, which must be the first line of the sheet",
      hint: "delete the lines above it")
  }

  /// Returns the finding for patterns of cells in a sheet that has none.
  private static func uselessPatterns(_ plan: RunPlan, _ sheet: Sheet) -> [Finding] {
    guard !sheet.format.hasHeader, let pattern = plan.settings.skipped.patterns.min() else { return [] }
    return [
      Finding(
        row: 0, line: 1, value: pattern, rule: "no-cells",
        message: "skip_rows.where is about cells, and this sheet has none",
        hint: "take it out")
    ]
  }

  /// The purpose of each column, in the sheet's order; empty if the header is wrong, and for JSONL.
  package var columns: [PatchBuilder.Column] { builder?.columns ?? [] }

  /// Indicates that rows can be read at all.
  package var isUsable: Bool { builder != nil && !findings.contains { $0.severity == .error } }

  /// The findings about the sheet as a whole, once its rows were read.
  package var closingFindings: [Finding] { sheet.closingFindings + (builder?.closingFindings ?? []) }

  /// Returns the next row and its patch; `nil` at the end, or at once if the header is wrong.
  ///
  /// - Throws: as `Sheet.next`.
  package func next() throws(SheetError) -> (row: SheetRow, built: BuiltRow)? {
    guard let builder, let (row, reason) = try nextRow() else { return nil }
    if let reason { return (row, BuiltRow(skipped: reason)) }
    var built = builder.build(row)
    if let finding = additions.finding(row: row.number, line: row.line, built.patch) {
      built.findings.append(finding)
    }
    return (row, built)
  }

  /// Returns the next row, with the reason the job leaves it out, if it does.
  private func nextRow() throws(SheetError) -> (row: SheetRow, reason: String?)? {
    guard skipped.last > 0 else {
      guard let row = try sheet.next() else { return nil }
      return (row, skipped.reason(toSkip: row))
    }
    while ahead.rows.count <= skipped.last, let row = try sheet.next() { ahead.rows.append(row) }
    guard !ahead.rows.isEmpty else { return nil }
    let isLast = ahead.rows.count <= skipped.last
    let row = ahead.rows.removeFirst()
    let count = skipped.last == 1 ? "the last row" : "one of the last \(skipped.last) rows"
    return (row, isLast ? "it is \(count) of the sheet (skip_rows)" : skipped.reason(toSkip: row))
  }

  /// Adds rows to a batch until it is full; returns `false` if there are no more.
  ///
  /// - Throws: as `Sheet.next`.
  func fill(_ batch: inout RowBatch) throws(SheetError) -> Bool {
    guard let builder else { return false }
    while !batch.isFull {
      // Which rows are the last is known only once they were read.
      if skipped.last == 0, let program, let bytes = try sheet.peek(), !skipped.maySkip(bytes),
        program.write(bytes, to: &batch)
      {
        sheet.accept()
      } else {
        guard let (row, reason) = try nextRow() else { return false }
        var whole = WholeRow(row, reason.map(BuiltRow.init) ?? builder.build(row))
        whole.addsSeveral = additions.addsSeveral(whole.patch)
        batch.append(whole)
      }
    }
    return true
  }
}

extension RunPlan {
  /// Opens the sheet; standard input is first copied to `spool`, so that it can be read again.
  ///
  /// - Parameter interruption: ends the copying early.
  /// - Throws: `UserError`: 66 if there is no such file, 65 if it is not a readable sheet, 74 if the copy cannot be
  ///   stored, 130 or 143 for a signal.
  func openSheet(spool: String, stoppedBy interruption: Interruption? = nil) throws(UserError) -> Sheet {
    if selectsRows { try select(into: spool, stoppedBy: interruption) }
    do throws(SheetError) {
      guard isSpooled else { return try Sheet(path: sheet, options: sheetOptions) }
      guard readsStandardInput else { return try Sheet(path: spool, options: sheetOptions) }
      try Sheet.spool(standardInputTo: spool) { interruption?.received != nil }
      return try Sheet(path: spool, options: sheetOptions)
    } catch {
      if error.kind == .stopped, let number = interruption?.received {
        throw .stoppedBeforeReading(sheetName, by: number)
      }
      throw userError(error)
    }
  }

  /// Opens a sheet that was read before, such as the copy of standard input.
  ///
  /// - Throws: as `openSheet(spool:)`.
  func openSheet(at path: String) throws(UserError) -> Sheet {
    do throws(SheetError) { return try Sheet(path: path, options: sheetOptions) } catch {
      throw userError(error)
    }
  }
}

extension UserError {
  /// Returns the error for a signal before there was a run.
  static func stoppedBeforeReading(_ sheet: String, by signal: Int32) -> UserError {
    UserError(
      StopReason.signal(signal).exitCode, place: sheet,
      "stopped before the sheet was read; nothing was staged or sent")
  }
}
