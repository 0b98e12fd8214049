internal import GRDB
internal import JSON
internal import Records

extension RunFile {
  /// Writes the changes of a checkpoint, except its lease.
  static func write(_ checkpoint: Checkpoint, in database: Database, now: String) throws {
    try write(checkpoint.outcomes, in: database, now: now)
    if !checkpoint.attempts.isEmpty { try write(checkpoint.attempts, in: database, now: now) }
    if !checkpoint.snapshots.isEmpty { try write(checkpoint.snapshots, in: database, now: now) }
    if !checkpoint.narrowings.isEmpty { try write(checkpoint.narrowings, in: database) }
    if !checkpoint.announced.isEmpty {
      let intent = try BareStatement(intents, in: database)
      intent.bind(now, at: 1)
      try intent.run(forRows: checkpoint.announced, from: 2)
    }
    if !checkpoint.released.isEmpty {
      try BareStatement(releases, in: database).run(forRows: checkpoint.released, from: 1)
    }
  }

  // Neighbouring rows with the same fate are one statement: its start costs as much as its work for a row.

  static let intents = """
    UPDATE row SET state = \(sql: .sending), sent_at = ?, in_doubt_since = NULL WHERE number BETWEEN ? AND ?
    """

  static let outcomes = """
    UPDATE row SET state = ?, attempts = ?, http_status = ?, error_code = ?, error = ?, hint = ?, finished_at = ?
    WHERE number BETWEEN ? AND ?
    """

  static let releases = """
    UPDATE row SET state = \(sql: .staged), sent_at = NULL WHERE number BETWEEN ? AND ?
    """

  private static func write(_ outcomes: [RowOutcome], in database: Database, now: String) throws {
    guard !outcomes.isEmpty else { return }
    let update = try BareStatement(Self.outcomes, in: database)
    update.bind(now, at: 7)
    let outcomes = outcomes.sorted { $0.number < $1.number }
    for rows in outcomes.runs(where: { $1.number == $0.number + 1 && $1.isLike($0) }) {
      guard let first = rows.first, let last = rows.last else { continue }
      update.bind(first.state.rawValue, at: 1)
      update.bind(first.attempts, at: 2)
      update.bind(first.httpStatus, at: 3)
      update.bind(first.errorCode, at: 4)
      update.bind(first.error, at: 5)
      update.bind(first.hint, at: 6)
      update.bind(first.number, at: 8)
      update.bind(last.number, at: 9)
      try update.run()
    }
  }

  private static func write(_ attempts: [AttemptRecord], in database: Database, now: String) throws {
    let insert = try BareStatement("INSERT INTO attempt VALUES (?, ?, ?, ?, ?, ?, ?, ?)", in: database)
    insert.bind(now, at: 3)
    // For a row that the run leaves like that; a row with an outcome keeps it.
    let note = try BareStatement(
      """
      UPDATE row SET http_status = ?, error_code = ?, error = ?, hint = ?
      WHERE number = ? AND state = \(sql: .sending)
      """, in: database)
    for attempt in attempts {
      insert.bind(attempt.row, at: 1)
      insert.bind(attempt.attempt, at: 2)
      insert.bind(attempt.outcome, at: 4)
      insert.bind(attempt.httpStatus, at: 5)
      insert.bind(attempt.errorCode, at: 6)
      insert.bind(attempt.error, at: 7)
      insert.bind(attempt.milliseconds, at: 8)
      try insert.run()
      guard attempt.leavesDoubt else { continue }
      note.bind(attempt.httpStatus, at: 1)
      note.bind(attempt.errorCode, at: 2)
      note.bind(attempt.error, at: 3)
      note.bind(attempt.hint, at: 4)
      note.bind(attempt.row, at: 5)
      try note.run()
    }
  }

  private static func write(_ snapshots: [Snapshot], in database: Database, now: String) throws {
    let insert = try BareStatement("INSERT OR REPLACE INTO snapshot VALUES (?, ?, ?, ?, ?, ?)", in: database)
    insert.bind(now, at: 3)
    for snapshot in snapshots {
      insert.bind(snapshot.row, at: 1)
      insert.bind(snapshot.recordID, at: 2)
      insert.bind(snapshot.token, at: 4)
      insert.bind(snapshot.values.text(), at: 5)
      insert.bind(snapshot.lists.text(), at: 6)
      try insert.run()
    }
  }

  private static func write(_ narrowings: [RowNarrowing], in database: Database) throws {
    let update = try BareStatement(
      "UPDATE row SET patch = coalesce(?, patch), kept = ? WHERE number = ?", in: database)
    for narrowing in narrowings {
      update.bind(narrowing.patch, at: 1)
      update.bind(narrowing.kept.isEmpty ? nil : narrowing.kept.json, at: 2)
      update.bind(narrowing.number, at: 3)
      try update.run()
    }
  }
}

extension BareStatement {
  /// Runs the statement for each range of neighbouring rows, whose ends it takes in two places.
  fileprivate func run(forRows numbers: [Int], from place: Int32) throws {
    for rows in numbers.sorted().runs(where: { $1 == $0 + 1 }) {
      bind(rows.first, at: place)
      bind(rows.last, at: place + 1)
      try run()
    }
  }
}

extension RowOutcome {
  /// Returns whether it says the same about another row.
  fileprivate func isLike(_ other: RowOutcome) -> Bool {
    state == other.state && attempts == other.attempts && httpStatus == other.httpStatus
      && errorCode == other.errorCode && error == other.error && hint == other.hint
  }
}

extension Array {
  /// Splits the array between two neighbours for which `belongs` is false.
  fileprivate func runs(where belongs: (Element, Element) -> Bool) -> [ArraySlice<Element>] {
    var runs: [ArraySlice<Element>] = []
    var start = 0
    for index in indices.dropFirst() where !belongs(self[index - 1], self[index]) {
      runs.append(self[start..<index])
      start = index
    }
    if start < count { runs.append(self[start...]) }
    return runs
  }
}
