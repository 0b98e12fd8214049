internal import GRDB
public import JSON

/// The continuation of a run at its site under another name or address.
public struct SiteMove: Sendable, Equatable {
  /// ISO 8601, UTC.
  public var at: String
  public var from: String
  public var fromURL: String
  public var to: String
  public var toURL: String
  /// Indicates that the user has vouched for the same site (`--site-moved`), because the run had used it before.
  public var isAssured: Bool

  public init(at: String, from: String, fromURL: String, to: String, toURL: String, isAssured: Bool) {
    self.at = at
    self.from = from
    self.fromURL = fromURL
    self.to = to
    self.toURL = toURL
    self.isAssured = isAssured
  }

  /// The form of the run file and of `show --json`.
  public var json: JSONObject {
    [
      "at": .string(at), "from": .string(from), "from_url": .string(fromURL), "to": .string(to),
      "to_url": .string(toURL), "assured": .bool(isAssured),
    ]
  }
}

extension [SiteMove] {
  /// Reads the column `site_moved`.
  init(json text: String) {
    let moves = (try? JSONValue(parsing: text))?.array ?? []
    self = moves.compactMap(\.object).map { move in
      func text(_ name: String) -> String { move[name]?.string ?? "" }
      return SiteMove(
        at: text("at"), from: text("from"), fromURL: text("from_url"), to: text("to"), toURL: text("to_url"),
        isAssured: move["assured"] == .bool(true))
    }
  }

  var json: String { JSONValue.array(map { .object($0.json) }).text() }
}

extension RunFile {
  /// Returns whether the file's data belong to one site: a key was looked up, a record read, or a row sent.
  ///
  /// - Throws: `StagingError` if the file cannot be read.
  public func isBoundToSite() throws(StagingError) -> Bool {
    try read { database in
      try Bool.fetchOne(
        database,
        sql: """
          SELECT EXISTS (SELECT 1 FROM snapshot) OR EXISTS (SELECT 1 FROM plan) OR EXISTS (SELECT 1 FROM attempt)
            OR EXISTS (SELECT 1 FROM row WHERE state NOT IN \(sql: [.staged, .rejected, .skipped]) OR sent_at IS NOT NULL
              OR (key_attribute IS NOT NULL AND record_id IS NOT NULL))
          """) ?? false
    }
  }

  /// Records that the run continues with this site from now on.
  ///
  /// - Throws: `StagingError` if the file cannot be written.
  public func move(to site: String, url: String, isAssured: Bool) throws(StagingError) {
    let record = try record()
    let move = SiteMove(
      at: Timestamp.now, from: record.site, fromURL: record.siteURL, to: site, toURL: url,
      isAssured: isAssured)
    try write(changesRows: false) { database in
      try database.execute(
        sql: "UPDATE run SET site = ?, site_url = ?, site_moved = ?",
        arguments: [site, url, (record.siteMoves + [move]).json])
    }
  }
}
