internal import GRDB
internal import JSON
internal import Patches
import Records
internal import Sheets

/// Writes batches of rows into a run file that no other process knows yet.
struct BatchWriter {
  /// The rows per statement: a statement costs more than its work for one row.
  private static let group = 16
  private static let parameters: Int32 = 8

  private let one: BareStatement
  private let many: BareStatement
  private let whole: Statement
  private let form: Statement
  private var suspects: SuspectRecords
  private let database: Database
  private var hasKeysToLookUp = false
  private var keepsKeysInOrder = true
  private(set) var totals = StagedTotals()

  init(_ database: Database) throws {
    self.database = database
    let columns = "(number, line, state, record_id, key_attribute, record_key, idempotent, recipe, input)"
    let values = "(?, ?, \(sql: .staged), ?, ?, ?, ?, ?, ?)"
    one = try BareStatement("INSERT INTO row \(columns) VALUES \(values)", in: database)
    let all = Array(repeating: values, count: Self.group).joined(separator: ", ")
    many = try BareStatement("INSERT INTO row \(columns) VALUES \(all)", in: database)
    whole = try database.makeStatement(
      sql: """
        INSERT INTO row (number, line, state, record_id, key_attribute, record_key, idempotent,
          element_list, element_id, error_code, error, findings, patch, input, source_row, expected, live)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """)
    form = try database.makeStatement(sql: "INSERT INTO form (number, phrases, of_cells) VALUES (?, ?, ?)")
    suspects = try SuspectRecords(database)
  }

  mutating func write(_ batch: RowBatch) throws {
    for news in batch.forms {
      try form.execute(arguments: [news.number, RunFile.json(news.form.phrases), news.form.isOfCells])
    }
    try unsafe batch.bytes.withUnsafeBufferPointer { bytes in
      try unsafe write(batch, bytes)
      for row in batch.rows {
        switch row {
        case .entry(let entry):
          if !entry.isIdempotent { totals.additions += 1 }
          if entry.hasTexts { totals.lastText = entry.number }
          if let id = entry.recordID {
            try suspects.note(id, of: entry.number)
          } else {
            hasKeysToLookUp = true
            try unsafe suspects.note(key: UnsafeBufferPointer(rebasing: bytes[entry.key]))
          }
        case .whole(let row):
          if let patch = row.patch {
            totals.lastText = row.number
            if !patch.isIdempotent { totals.additions += 1 }
          }
          if row.recordID == nil, row.keyAttribute != nil { hasKeysToLookUp = true }
          try suspects.note(row)
        }
      }
    }
    try giveUpIndex()
    totals.rows += batch.rows.count
    totals.hasSuspects = suspects.isAnyFound
  }

  /// Removes the index of keys, which do not come in its order: sorted at the end, they cost a fraction.
  private mutating func giveUpIndex() throws {
    guard hasKeysToLookUp, keepsKeysInOrder else { return }
    keepsKeysInOrder = false
    try database.execute(sql: "DROP INDEX IF EXISTS row_unresolved")
  }

  /// SQLite reads the texts in place, so the bytes must stay until this returns.
  private mutating func write(_ batch: RowBatch, _ bytes: UnsafeBufferPointer<UInt8>) throws {
    var index = 0
    while index < batch.rows.count {
      if case .whole(let row) = batch.rows[index] {
        try write(row)
        index += 1
        continue
      }
      // The run of consecutive entries, up to a group of them.
      var end = index + 1
      while end < batch.rows.count, end - index < Self.group, case .entry = batch.rows[end] { end += 1 }
      let rows = batch.rows[index..<end]
      if rows.count == Self.group {
        try unsafe write(rows, bytes, by: many)
      } else {
        for row in rows.indices { try unsafe write(rows[row...row], bytes, by: one) }
      }
      index = end
    }
  }

  private func write(
    _ rows: ArraySlice<RowBatch.Row>, _ bytes: UnsafeBufferPointer<UInt8>, by statement: BareStatement
  ) throws {
    for (place, row) in rows.enumerated() {
      guard case .entry(let entry) = row else { continue }
      unsafe statement.bind(entry, of: bytes, from: Int32(place) * Self.parameters)
    }
    try statement.run()
  }

  private mutating func write(_ row: WholeRow) throws {
    let reason = row.reason
    whole.setUncheckedArguments([
      row.number, row.line, row.state.rawValue, row.recordID?.databaseValue,
      row.keyAttribute, row.recordKey, row.patch?.isIdempotent, row.patch?.element?.list,
      row.patch?.element?.id,
      reason?.code, reason?.message, row.findings.isEmpty ? nil : FindingList.text(row.findings),
      row.patch?.body.text(), row.input, row.sourceRow, row.expected, row.patch?.live?.text(),
    ])
    try whole.execute()
    switch row.state {
    case .skipped: totals.skipped += 1
    case .rejected: totals.rejected += 1
    default: break
    }
    if !row.findings.isEmpty { totals.hasFindings = true }
  }
}

/// The totals of the written rows.
struct StagedTotals: Sendable {
  var rows = 0
  var rejected = 0
  var skipped = 0
  /// The staged rows that add something.
  var additions = 0
  /// The last row whose body is more than its form and places in its input.
  var lastText = 0
  /// Indicates that a row has findings.
  var hasFindings = false
  /// Indicates that records may have several rows.
  var hasSuspects = false
  /// The names that the rows give, if they were read.
  var names: NameReader?
}

extension BareStatement {
  /// Binds a row to the eight places after the first.
  fileprivate func bind(_ entry: RowBatch.Entry, of bytes: UnsafeBufferPointer<UInt8>, from first: Int32) {
    bind(entry.number, at: first + 1)
    bind(entry.line, at: first + 2)
    bind(entry.recordID, at: first + 3)
    bind(entry.recordID == nil ? entry.keyAttribute ?? "" : nil, at: first + 4)
    unsafe bind(entry.key, of: bytes, at: first + 5)
    bind((entry.isIdempotent ? 1 : 0) as Int, at: first + 6)
    unsafe bind(entry.recipe, of: bytes, at: first + 7)
    unsafe bind(entry.input, of: bytes, at: first + 8)
  }
}
