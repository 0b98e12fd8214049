import JSON
import Records
public import Staging

/// Rows of a plan as a diff: removed values with `-`, new values with `+`.
public struct PlanDiff: Sendable {
  private let isColored: Bool

  /// - Parameter isColored: the output is a terminal that shows colours.
  public init(isColored: Bool) { self.isColored = isColored }

  /// Writes every row of the plan in sheet order, in constant memory.
  ///
  /// - Parameter sink: takes the next piece; returns `false` if the reader is gone, which ends the writing.
  /// - Throws: `StagingError` if the run file cannot be read.
  public func write(_ file: RunFile, to sink: (String) -> Bool) throws(StagingError) {
    var isClosed = false
    do throws(StagingError) {
      try file.forEachPlanned { entry in
        isClosed = !sink(text(of: entry))
        // An error is the only way to end the reading early; it is not reported.
        if isClosed { throw StagingError(.io, place: "", "the reader has gone") }
      }
    } catch {
      guard isClosed else { throw error }
    }
  }

  /// Returns one row, each line ended.
  func text(of entry: PlanEntry) -> String {
    let key = entry.recordKey.map { $0.printable(limit: 80) }
    let id = entry.recordID?.description
    let record = key == id ? id ?? "no record" : [id, key].compactMap { $0 }.joined(separator: " ")
    var text = "  \(record) (row \(entry.number), line \(entry.line))"
    switch entry.action {
    case .change?, .kept?: break
    case .unchanged?: return text + ": already as asked\n"
    case .skipped?: return text + ": left out: \((entry.error ?? "").printable(limit: 300))\n"
    case .missing?, .blocked?:
      text += ": would not be sent: \((entry.error ?? "").printable(limit: 300))"
    case nil:
      let why = entry.error.map { ": \($0.printable(limit: 300))" } ?? ""
      return text + ": \(entry.state == .staged ? "not planned yet" : entry.state.rawValue)\(why)\n"
    }
    text += "\n"
    guard entry.action == .change || entry.action == .kept else { return text }
    for change in entry.changes where !change.isAsAsked { text += lines(of: change) }
    return text
  }

  private func lines(of change: PlannedChange) -> String {
    let place = change.place.printable()
    if let kept = change.kept { return line("=", "\(kept.text.printable()): kept", "33") }
    var lines = ""
    if let added = change.added {
      lines += line("+", "\(place): \(ValueText.members(added))", "32")
    } else {
      if change.isRead { lines += line("-", "\(place): \(ValueText.text(change.now))", "31") }
      lines += line("+", "\(place): \(ValueText.text(change.then))", "32")
    }
    if change.irreversible != nil { lines += "      (cannot be undone)\n" }
    return lines
  }

  private func line(_ sign: String, _ text: String, _ color: String) -> String {
    let line = "    \(sign) \(text)"
    return (isColored ? "\u{1B}[\(color)m\(line)\u{1B}[0m" : line) + "\n"
  }
}
