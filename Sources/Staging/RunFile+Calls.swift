internal import GRDB

/// One call of bulkpatch that worked on a run: who, where, and why.
public struct CallRecord: Sendable, Hashable {
  /// ISO 8601, UTC.
  public var at: String
  /// The command, such as `run` or `resume`.
  public var command: String
  /// The user who called it, as the system knows them, and the machine.
  public var user: String
  public var host: String
  /// The site login it used; never a secret.
  public var siteLogin: String?
  public var reason: String?
  public var toolVersion: String
  /// The longest wait for an answer of the site; `nil` if unknown.
  public var requestTimeout: Duration?

  public init(
    at: String, command: String, user: String, host: String, siteLogin: String? = nil, reason: String? = nil,
    toolVersion: String, requestTimeout: Duration? = nil
  ) {
    self.at = at
    self.command = command
    self.user = user
    self.host = host
    self.siteLogin = siteLogin
    self.reason = reason
    self.toolVersion = toolVersion
    self.requestTimeout = requestTimeout
  }

  /// `ana@desk-01`.
  public var person: String { "\(user)@\(host)" }
}

extension RunFile {
  /// Records who works on the run from now on.
  ///
  /// - Throws: `StagingError` if the file cannot be written.
  public func note(_ call: CallRecord) throws(StagingError) { try note(call, by: .now) }

  func note(_ call: CallRecord, by clock: ClockReading) throws(StagingError) {
    // Rows without an outcome have no times to shift.
    try write(changesRows: false) { database in
      if let moved = try RunFile.clockMoved(clock, in: database) {
        try RunFile.shiftTimes(by: moved, in: database)
      }
      try database.execute(
        sql: """
          INSERT INTO call (at, command, user, host, site_login, reason, tool_version, request_timeout, boot, uptime)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          call.at, call.command, call.user, call.host, call.siteLogin, call.reason,
          call.toolVersion, call.requestTimeout.map { $0 / .seconds(1) }, clock.boot, clock.uptime,
        ])
      try self.noteTaking(call, in: database)
    }
  }

  /// Returns the seconds the wall clock was set since the last call, if known and large enough to matter.
  static func clockMoved(_ clock: ClockReading, in database: Database) throws -> Double? {
    // A file of an older version has neither column.
    guard let last = try Row.fetchOne(database, sql: "SELECT * FROM call ORDER BY rowid DESC LIMIT 1"),
      let time = (last["at"] as String?).flatMap(Timestamp.date), let uptime: Double = last["uptime"],
      let moved = clock.moved(since: ClockReading(time: time, boot: last["boot"], uptime: uptime)),
      abs(moved) > 0.5
    else { return nil }
    return moved
  }

  /// Moves the times since which rows are in doubt to the current clock.
  ///
  /// They decide whether a request may still take effect.
  private static func shiftTimes(by seconds: Double, in database: Database) throws {
    let shift = "\(seconds) seconds"
    for column in ["sent_at", "in_doubt_since"] {
      try database.execute(
        sql: """
          UPDATE row SET \(column) = strftime('%Y-%m-%dT%H:%M:%fZ', \(column), ?)
          WHERE state IN \(sql: [.sending, .unknown]) AND \(column) IS NOT NULL
          """, arguments: [shift])
    }
  }

  /// Returns the calls that worked on the run, first call first; none for a file of an older version.
  ///
  /// - Throws: `StagingError` if the file cannot be read.
  public func calls() throws(StagingError) -> [CallRecord] {
    try read { database in
      guard try database.tableExists("call") else { return [] }
      return try Row.fetchAll(database, sql: "SELECT * FROM call ORDER BY rowid").map { row in
        CallRecord(
          at: row["at"], command: row["command"], user: row["user"], host: row["host"],
          siteLogin: row["site_login"], reason: row["reason"], toolVersion: row["tool_version"],
          requestTimeout: (row["request_timeout"] as Double?).map { .seconds($0) })
      }
    }
  }

  /// Returns the longest wait of any call for an answer; zero if no call has recorded one.
  ///
  /// - Throws: `StagingError` if the file cannot be read.
  public func longestTimeout() throws(StagingError) -> Duration {
    try calls().compactMap(\.requestTimeout).max() ?? .zero
  }
}
