internal import GRDB
internal import JSON
public import Records

/// The number of rows that a plan has for each action.
public struct PlanCounts: Sendable, Hashable {
  private var counts: [PlanAction: Int] = [:]

  public init() {}

  public subscript(action: PlanAction) -> Int {
    get { counts[action, default: 0] }
    set { counts[action] = newValue == 0 ? nil : newValue }
  }

  /// The number of planned rows, whatever their action.
  public var total: Int { counts.values.reduce(0, +) }
}

/// The same change on many records.
public struct PlanGroup: Sendable, Hashable {
  /// One of the changes; for a changed element, without the element's key.
  public var change: PlannedChange
  /// The rows that would make it, and their records.
  public var rows: Int
  public var records: Int
  /// The number of different changes of the same attribute or list in the plan, and of their rows.
  public var variants: Int
  public var variantRows: Int
}

/// The changes that cannot be undone, for one reason.
public struct IrreversibleGroup: Sendable, Hashable {
  /// The attribute or list, such as `threads` or `threads.entryType`.
  public var place: String
  public var reason: String
  /// Indicates that elements are created.
  public var isAddition: Bool
  /// The elements that would be created, or attributes that would be set.
  public var count: Int

  public init(place: String, reason: String, isAddition: Bool, count: Int) {
    self.place = place
    self.reason = reason
    self.isAddition = isAddition
    self.count = count
  }
}

/// One row of the plan as reports show it, planned or not.
public struct PlanEntry: Sendable, Hashable {
  public var number: Int
  public var line: Int
  public var recordKey: String?
  public var recordID: RecordID?
  /// The planned action; `nil` if there is none, and then the state explains why.
  public var action: PlanAction?
  public var state: RowState
  public var changes: [PlannedChange]
  public var errorCode: String?
  public var error: String?
}

extension RunFile {
  /// Returns the number of the plan's rows by action.
  ///
  /// - Throws: `StagingError` if the file cannot be read; so do the others.
  public func planCounts() throws(StagingError) -> PlanCounts {
    try read { database in
      var counts = PlanCounts()
      let rows = try Row.fetchCursor(
        database, sql: "SELECT action, count(*) AS rows FROM plan GROUP BY action")
      while let row = try rows.next() {
        if let action = PlanAction(rawValue: row["action"]) { counts[action] = row["rows"] }
      }
      return counts
    }
  }

  /// Returns the plan's changes, those on most rows first; of each attribute and list, the most frequent.
  ///
  /// SQLite groups them, in a temporary file if there are many.
  ///
  /// - Parameter variants: the largest number of different changes of one attribute or list.
  public func planGroups(variants: Int) throws(StagingError) -> [PlanGroup] {
    try read { database in
      try Row.fetchAll(database, sql: RunFile.planGroups, arguments: [variants]).map { row in
        var change = PlannedChange(JSONObject())
        let values = (try? JSONValue(parsing: row["change"] as String))?.array ?? []
        change.list = row["list"]
        change.attribute = row["attribute"]
        // An absent attribute is no null; SQLite returns null for both.
        change.now = row["has_now"] ? values[0] : nil
        change.then = change.attribute == nil ? nil : values[1]
        change.added = values[2].object
        change.isRead = !(row["is_unread"] as Bool)
        return PlanGroup(
          change: change, rows: row["rows"], records: row["records"], variants: row["variants"],
          variantRows: row["variant_rows"])
      }
    }
  }

  static let planGroups = """
    WITH change AS (
      SELECT plan.row, plan.record_id, json_extract(item.value, '$.list') AS list,
        json_extract(item.value, '$.attribute') AS attribute,
        json_extract(item.value, '$.now', '$.then', '$.add') AS change,
        json_type(item.value, '$.now') IS NOT NULL AS has_now,
        json_type(item.value, '$.unread') IS NOT NULL AS is_unread
      FROM plan, json_each(plan.changes) AS item
      WHERE plan.action = 'change' AND json_type(item.value, '$.as_asked') IS NULL
        AND json_type(item.value, '$.kept') IS NULL),
    variant AS (
      SELECT list, attribute, change, has_now, is_unread, count(DISTINCT row) AS rows,
        count(DISTINCT record_id) AS records, min(row) AS first
      FROM change GROUP BY list, attribute, change, has_now, is_unread),
    ranked AS (
      SELECT *, row_number() OVER (PARTITION BY list, attribute ORDER BY rows DESC, first) AS place,
        count(*) OVER (PARTITION BY list, attribute) AS variants,
        sum(rows) OVER (PARTITION BY list, attribute) AS variant_rows
      FROM variant)
    SELECT * FROM ranked WHERE place <= ?
    ORDER BY variant_rows DESC, list, attribute, place
    """

  /// Returns the plan's changes that cannot be undone, the most frequent first.
  public func irreversibleGroups() throws(StagingError) -> [IrreversibleGroup] {
    try read { database in
      try Row.fetchAll(
        database,
        sql: """
          SELECT json_extract(item.value, '$.list') AS list, json_extract(item.value, '$.attribute') AS attribute,
            json_extract(item.value, '$.irreversible') AS reason, count(*) AS count
          FROM plan, json_each(plan.changes) AS item
          WHERE plan.action = 'change' AND reason IS NOT NULL
          GROUP BY list, attribute, reason ORDER BY count DESC, list, attribute
          """
      ).map { row in
        let attribute: String? = row["attribute"]
        return IrreversibleGroup(
          place: [row["list"], attribute].compactMap { $0 }.joined(separator: "."), reason: row["reason"],
          isAddition: attribute == nil, count: row["count"])
      }
    }
  }

  /// Returns the planned rows that would fail or be held back, by cause, the largest group first.
  ///
  /// - Throws: `StagingError` if the file cannot be read.
  public func planErrorGroups() throws(StagingError) -> [ErrorGroup] {
    try planGroups(of: [.missing, .blocked])
  }

  /// Returns the planned rows that the job's conditions would leave out, by cause, the largest group first.
  ///
  /// - Throws: `StagingError` if the file cannot be read.
  public func planSkippedGroups() throws(StagingError) -> [ErrorGroup] { try planGroups(of: [.skipped]) }

  private func planGroups(of actions: [PlanAction]) throws(StagingError) -> [ErrorGroup] {
    let names = actions.map { "'\($0.rawValue)'" }.joined(separator: ", ")
    return try read { database in
      let rows = try Row.fetchCursor(
        database,
        sql: """
          SELECT plan.row AS number, row.line, plan.action, coalesce(plan.error_code, '') AS code,
            coalesce(plan.error, '') AS error
          FROM plan JOIN row ON row.number = plan.row WHERE plan.action IN (\(names))
          ORDER BY plan.row
          """)
      var tally = ErrorTally()
      while let row = try rows.next() {
        tally.add(
          ErrorGroup(
            state: RowState(rawValue: row["action"]) ?? .failed, code: row["code"], message: row["error"],
            rows: 1, firstRow: row["number"], firstLine: row["line"]), cell: nil)
      }
      return try tally.sorted.map { try RunFile.withExamples($0, database) }
    }
  }

  /// Passes every row with its plan to `body`, in sheet order and constant memory.
  ///
  /// - Parameters:
  ///   - actions: only rows with one of these; `nil` for all, including rows without a plan.
  ///   - limit: the largest number of rows.
  /// - Throws: errors of `body`, as a `StagingError` too.
  public func forEachPlanned(
    _ actions: [PlanAction]? = nil, limit: Int? = nil, _ body: (PlanEntry) throws -> Void
  ) throws(StagingError) {
    try read { database in
      let names = (actions ?? []).map { "'\($0.rawValue)'" }.joined(separator: ", ")
      let rows = try Row.fetchCursor(
        database,
        sql: """
          SELECT row.number, row.line, row.state, row.record_id, row.record_key, plan.action, plan.changes,
            coalesce(plan.error_code, row.error_code) AS error_code, coalesce(plan.error, row.error) AS error
          FROM row LEFT JOIN plan ON plan.row = row.number
          \(actions == nil ? "" : "WHERE plan.action IN (\(names))") ORDER BY row.number LIMIT ?
          """, arguments: [limit ?? -1])
      while let row = try rows.next() {
        try body(
          PlanEntry(
            number: row["number"], line: row["line"], recordKey: row["record_key"],
            recordID: row.recordID("record_id"),
            action: (row["action"] as String?).flatMap(PlanAction.init),
            state: RowState(rawValue: row["state"]) ?? .failed,
            changes: (row["changes"] as String?).map(PlannedChange.list) ?? [], errorCode: row["error_code"],
            error: row["error"]))
      }
    }
  }
}
