internal import GRDB
public import Records

/// A key that names a record by something other than its id, and must still be looked up.
public struct UnresolvedKey: Sendable, Hashable {
  public var attribute: String
  public var value: String
}

extension RunFile {
  /// Returns at most this many different keys of one attribute that must still be looked up.
  ///
  /// - Throws: `StagingError` if the file cannot be read.
  public func unresolvedKeys(limit: Int) throws(StagingError) -> [UnresolvedKey] {
    try read { database in
      guard let attribute = try String.fetchOne(database, sql: RunFile.unresolvedAttribute) else { return [] }
      return try String.fetchAll(
        database, sql: RunFile.unresolvedValues, arguments: [attribute, limit]
      ).map { UnresolvedKey(attribute: attribute, value: $0) }
    }
  }

  static let unresolvedAttribute = """
    SELECT key_attribute FROM row
    WHERE state = \(sql: .staged) AND record_id IS NULL AND key_attribute IS NOT NULL LIMIT 1
    """

  static let unresolvedValues = """
    SELECT DISTINCT record_key FROM row
    WHERE state = \(sql: .staged) AND key_attribute = ? AND record_id IS NULL LIMIT ?
    """

  /// Records the result of a look-up: the ids of each key.
  ///
  /// A key without exactly one id fails its rows.
  ///
  /// - Parameter refused: the keys that the site does not look up, with its code and words.
  /// - Throws: `StagingError` if the file cannot be written.
  public func resolve(
    _ keys: [UnresolvedKey], found: [String: [RecordID]],
    refused: [String: (code: String, message: String)] = [:]
  ) throws(StagingError) {
    try write { database in
      let now = Timestamp.now
      let resolution = try database.cachedStatement(sql: RunFile.resolution)
      let failure = try database.cachedStatement(sql: RunFile.resolutionFailure)
      for key in keys {
        let ids = found[key.value] ?? []
        if let id = ids.first, ids.count == 1 {
          try resolution.execute(arguments: [id.databaseValue, key.attribute, key.value])
        } else if let refusal = refused[key.value] {
          try failure.execute(arguments: [
            refusal.code, "\(key.attribute) '\(key.value)' cannot be looked up: \(refusal.message)", now,
            key.attribute, key.value,
          ])
        } else {
          let message =
            ids.isEmpty
            ? "no record has \(key.attribute) '\(key.value)'"
            : "\(ids.count) records have \(key.attribute) '\(key.value)': \(RunFile.shortList(ids))"
          try failure.execute(arguments: [
            ids.isEmpty ? "not-found" : "ambiguous", message, now, key.attribute, key.value,
          ])
        }
      }
    }
  }

  /// Returns ids in order, the first ten of many.
  private static func shortList(_ ids: [RecordID]) -> String {
    let shown = ids.sorted().prefix(10).map(\.description).joined(separator: ", ")
    return ids.count > 10 ? shown + ", …" : shown
  }

  /// Gives the rows of a key their record; rejected rows too, because later rows of the record wait for them.
  static let resolution = """
    UPDATE row SET record_id = ?
    WHERE state IN \(sql: [.staged, .rejected]) AND key_attribute = ? AND record_key = ? AND record_id IS NULL
    """

  static let resolutionFailure = """
    UPDATE row SET state = \(sql: .failed), error_code = ?, error = ?, finished_at = ?
    WHERE state = \(sql: .staged) AND key_attribute = ? AND record_key = ? AND record_id IS NULL
    """

  /// Ends the look-ups: rows of one record now belong together, whichever key they have.
  ///
  /// - Throws: `StagingError` if the file cannot be written.
  public func finishResolving() throws(StagingError) {
    try write { try RunFile.numberRows(ofRecords: RunFile.repeatedRecords, in: $0) }
  }
}
