import JSON
import Records
import Staging

/// One line of a page's list: one changed attribute, or a row that was not done, with the reason.
struct PageEntry {
  /// The outcome of the line; the page filters by these words.
  enum Outcome: String, CaseIterable {
    case changed
    /// Its answer was lost, or the site shows other values than asked for.
    case unknown
    /// The change of a dry run.
    case planned = "would change"
    case kept = "left alone"
    case irreversible = "cannot be undone"
    case failed
    case rejected
    case conflict
    case blocked
    case skipped
    case unsent = "not sent"

    /// Indicates that the record changes, or would change.
    var isChange: Bool { self == .changed || self == .planned }
  }

  var row: Int
  var record: String
  /// The attribute without the key of its element; empty for a row as a whole.
  var kind = ""
  /// The key of the element.
  var element: JSONValue?
  /// The change; `nil` for a row as a whole.
  var change: PlannedChange?
  var outcome: Outcome
  var time: String?
  /// The reason for the outcome.
  var note: String?
}

extension PageEntry {
  init(
    _ change: PlannedChange, _ outcome: Outcome, row: Int, record: String, time: String? = nil,
    note: String? = nil
  ) {
    self.init(row: row, record: record, outcome: outcome, time: time, note: note)
    kind = RollbackParts.kind(of: change.place)
    element = change.element
    self.change = change
  }

  /// Returns `5120 240317-000042`, the form of plans.
  static func record(_ id: RecordID?, _ key: String?) -> String {
    let id = id?.description
    let key = key.map { $0.printable(limit: 80) }
    return key == id ? id ?? "" : [id, key].compactMap { $0 }.joined(separator: " ")
  }
}

/// The lines of a run's page, read from its run file in constant memory.
struct PageEntries {
  let file: RunFile
  let record: RunRecord
  let isPlan: Bool
  let changes: ChangeReader

  /// Passes every line to `body`: the changes in the order of the sheet, then the other lines.
  ///
  /// - Throws: `StagingError` if the run file cannot be read; errors of `body`.
  func forEachEntry(_ body: (PageEntry) throws -> Void) throws(StagingError) {
    guard !isPlan else { return try file.forEachPlanned { try forEach(in: $0, body) } }
    try file.forEachCarriedOut { row in
      let outcome = row.hasChanged ? PageEntry.Outcome.changed : .unknown
      for change in changes(row) where !change.isAsAsked {
        try body(
          PageEntry(
            change, outcome, row: row.number, record: PageEntry.record(row.recordID, row.recordKey),
            time: row.finishedAt))
      }
    }
    if record.kind == .rollback { try forEachKept(body) }
    try file.forEachResult(in: [.staged, .failed, .conflict, .rejected, .blocked, .skipped]) { row in
      guard row.errorCode != KeptChange.errorCode, record.kind == .update || row.state != .rejected else {
        return
      }
      try body(
        PageEntry(
          row: row.number, record: PageEntry.record(row.recordID, row.recordKey),
          outcome: PageEntry.Outcome(rawValue: row.state.rawValue) ?? .unsent, time: row.finishedAt,
          note: row.explanation))
    }
  }

  private func forEach(in entry: PlanEntry, _ body: (PageEntry) throws -> Void) throws {
    let record = PageEntry.record(entry.recordID, entry.recordKey)
    switch entry.action {
    case .unchanged?: return
    case .change?, .kept?:
      for change in entry.changes where !change.isAsAsked {
        try body(
          PageEntry(
            change, change.kept == nil ? .planned : .kept, row: entry.number, record: record,
            note: change.kept?.text.printable() ?? change.irreversible))
      }
    case .missing?, .blocked?, .skipped?, nil:
      var outcome = PageEntry.Outcome(rawValue: entry.state.rawValue) ?? .unsent
      if entry.action == .missing { outcome = .failed }
      if entry.action == .blocked { outcome = .blocked }
      if entry.action == .skipped { outcome = .skipped }
      try body(
        PageEntry(row: entry.number, record: record, outcome: outcome, note: entry.error?.printable()))
    }
  }

  /// Passes the values that a rollback has kept to `body`.
  private func forEachKept(_ body: (PageEntry) throws -> Void) throws(StagingError) {
    try file.forEachRollbackResult { row in
      let parts = RollbackParts(row)
      for (entries, outcome) in [(parts.kept, PageEntry.Outcome.kept), (parts.irreversible, .irreversible)] {
        for entry in entries {
          var line = PageEntry(
            row: row.number, record: row.recordID.description, outcome: outcome, note: entry.text.printable())
          line.kind = entry.attribute
          try body(line)
        }
      }
    }
  }
}
