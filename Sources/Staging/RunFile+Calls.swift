internal import GRDB

/// One call of the tool that worked on a run: who, where, and why.
public struct CallRecord: Sendable, Hashable {
  /// ISO 8601, UTC.
  public var at: String
  /// The command, such as `run` or `resume`.
  public var command: String
  /// Who called it, as the system knows them, and on which machine.
  public var user: String
  public var host: String
  /// As whom it logged in to the site; never a secret.
  public var siteLogin: String?
  public var reason: String?
  public var toolVersion: String
  /// How long an answer of the site was waited for at most; `nil` where that is not known.
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
  /// Notes who works on the run from now on.
  ///
  /// - Throws: `StagingError` when the file cannot be written.
  public func note(_ call: CallRecord) throws(StagingError) { try note(call, by: .now) }

  func note(_ call: CallRecord, by clock: ClockReading) throws(StagingError) {
    try write { database in
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
    }
  }

  /// How far the clock on the wall was set since the last call, in seconds, where that is known and worth a thought.
  static func clockMoved(_ clock: ClockReading, in database: Database) throws -> Double? {
    // A file of an older version has neither column.
    guard let last = try Row.fetchOne(database, sql: "SELECT * FROM call ORDER BY rowid DESC LIMIT 1"),
      let time = (last["at"] as String?).flatMap(Timestamp.date), let uptime: Double = last["uptime"],
      let moved = clock.moved(since: ClockReading(time: time, boot: last["boot"], uptime: uptime)),
      abs(moved) > 0.5
    else { return nil }
    return moved
  }

  /// Puts the times by which rows are in doubt as the clock of now would have had them: by them it is decided whether a
  /// request may still be carried out.
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

  /// Who worked on the run, the first call first; none in a file of an older version.
  ///
  /// - Throws: `StagingError` when the file cannot be read.
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

  /// The longest that any call waits, or has waited, for an answer; nothing where no call has said.
  ///
  /// - Throws: `StagingError` when the file cannot be read.
  public func longestTimeout() throws(StagingError) -> Duration {
    try calls().compactMap(\.requestTimeout).max() ?? .zero
  }
}
