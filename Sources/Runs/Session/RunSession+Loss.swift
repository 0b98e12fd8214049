import Console
import Reports
import Staging

extension RunSession {
  /// The error for run files or locks that were deleted or replaced while the run was under way.
  ///
  /// Without its file the run cannot be resumed, so the error must say now what was sent.
  var lossError: UserError {
    let loss = run.loss
    guard run.isFileLost else {
      return UserError(
        .inputOutput, place: loss?.place,
        "\(loss?.message ?? "") while the run was under way, so another process may "
          + "be working on it; sending was stopped; \(whatWasSent)",
        hint: "make sure that no other process works on it; then '\(resumeCommand)'")
    }
    return UserError(
      .inputOutput, place: directory.path,
      "the record of the run is lost, and sending was stopped: "
        + [loss?.place, loss?.message].compactMap { $0 }.joined(separator: " ") + "; \(whatWasSent)",
      hint:
        "rows are counted from 1 in \(plan.sheetName): look up on the site those that may have been sent, and run "
        + "those not sent as a sheet of their own; this run can be neither resumed nor rolled back"
    )
  }

  /// The rows by outcome, read from the file while it is still open.
  private var whatWasSent: String {
    var rows: [RowState: RowRanges] = [:]
    do throws(StagingError) {
      try run.forEachResult(in: RowState.allCases) { rows[$0.state, default: RowRanges()].add($0.number) }
    } catch { return "what was sent can no longer be read: \(error.message)" }
    guard rows.contains(where: { ![.staged, .rejected, .skipped].contains($0.key) }) else {
      return "nothing had been sent"
    }
    let parts: [(RowState, String)] = [
      (.applied, "applied"), (.unchanged, "already as asked"), (.sending, "may have been sent"),
      (.unknown, "may have been sent, its answer was lost"), (.failed, "refused"), (.conflict, "left alone"),
      (.blocked, "held back"), (.rejected, "not valid"), (.staged, "not sent"), (.skipped, "left out"),
    ]
    return parts.compactMap { state, words in rows[state].map { "\(words): \($0.text)" } }.joined(
      separator: "; ")
  }
}

/// The row numbers, given in ascending order, as ranges.
private struct RowRanges {
  private var ranges: [ClosedRange<Int>] = []
  private var count = 0
  /// The longest list that is readable in a message.
  private static let shown = 50

  mutating func add(_ number: Int) {
    count += 1
    if let last = ranges.last, last.upperBound + 1 == number {
      ranges[ranges.count - 1] = last.lowerBound...number
    } else {
      ranges.append(number...number)
    }
  }

  /// `31 rows (1-30,35)`.
  package var text: String {
    let shown = ranges.prefix(RowRanges.shown).map {
      $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)"
    }
    let more = ranges.count > shown.count ? ",…" : ""
    return "\(Quantity.rows(count)) (\(shown.joined(separator: ","))\(more))"
  }
}
