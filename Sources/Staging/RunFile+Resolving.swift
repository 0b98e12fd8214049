internal import GRDB

/// A key that names a record by something other than its id, and still has to be looked up.
public struct UnresolvedKey: Sendable, Hashable {
  public var attribute: String
  public var value: String
}

extension RunFile {
  /// Up to so many different keys, of one attribute, that still have to be looked up.
  ///
  /// - Throws: `StagingError` when the file cannot be read.
  public func unresolvedKeys(limit: Int) throws(StagingError) -> [UnresolvedKey] {
    try read { database in
      guard
        let attribute = try String.fetchOne(
          database,
          sql: """
            SELECT key_attribute FROM row WHERE record_id IS NULL AND state = 'staged' LIMIT 1
            """)
      else { return [] }
      return try String.fetchAll(
        database,
        sql: """
          SELECT DISTINCT record_key FROM row
          WHERE key_attribute = ? AND record_id IS NULL AND state = 'staged' LIMIT ?
          """, arguments: [attribute, limit]
      ).map { UnresolvedKey(attribute: attribute, value: $0) }
    }
  }

  /// Notes what a look-up found: the ids of each key. A key without exactly one id fails its rows.
  ///
  /// - Throws: `StagingError` when the file cannot be written.
  public func resolve(_ keys: [UnresolvedKey], found: [String: [Int64]]) throws(StagingError) {
    try write { database in
      let now = Timestamp.now
      for key in keys {
        let ids = found[key.value] ?? []
        if let id = ids.first, ids.count == 1 {
          try database.execute(
            sql: """
              UPDATE row SET record_id = ?
              WHERE key_attribute = ? AND record_key = ? AND record_id IS NULL
              """, arguments: [id, key.attribute, key.value])
        } else {
          let message =
            ids.isEmpty
            ? "no record has \(key.attribute) '\(key.value)'"
            : "\(ids.count) records have \(key.attribute) '\(key.value)'"
          try database.execute(
            sql: """
              UPDATE row SET state = 'failed', error_code = ?, error = ?, finished_at = ?
              WHERE key_attribute = ? AND record_key = ? AND record_id IS NULL AND state = 'staged'
              """,
            arguments: [
              ids.isEmpty ? "not-found" : "ambiguous", message, now, key.attribute, key.value,
            ])
        }
      }
    }
  }

  /// Ends the looking up: rows of one record now know each other, whichever key they came with.
  ///
  /// - Throws: `StagingError` when the file cannot be written.
  public func finishResolving() throws(StagingError) {
    try write { try RunFile.numberRowsOfRecords($0) }
  }
}
