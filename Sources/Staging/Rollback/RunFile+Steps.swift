internal import GRDB
public import JSON
public import Records

/// A row of a rollback, as one of the steps that restore its record.
public struct RollbackStep: Sendable {
  public var number: Int
  /// The values that it restores, as far as it has not been narrowed down.
  public var patch: JSONObject
  public var element: ElementAddress?
  /// The values that its source row has written.
  public var expected: ExpectedState

  public init(number: Int, patch: JSONObject, element: ElementAddress? = nil, expected: ExpectedState) {
    self.number = number
    self.patch = patch
    self.element = element
    self.expected = expected
  }
}

extension RunFile {
  /// Visits the steps that a rollback takes at a record after one of its rows, the next one first.
  ///
  /// - Parameter visit: returns whether to continue.
  /// - Throws: `StagingError` if the file cannot be read.
  public func forEachStep(
    at recordID: RecordID, after number: Int, _ visit: (RollbackStep) -> Bool
  ) throws(StagingError) {
    try read { database in
      let rows = try Row.fetchCursor(
        database.cachedStatement(sql: RunFile.stepQuery), arguments: [recordID.databaseValue, number])
      while let row = try rows.next() {
        let step = RollbackStep(
          number: row["number"],
          patch: (try? JSONValue(parsing: row["patch"] as String))?.object ?? JSONObject(),
          element: ElementAddress(row), expected: ExpectedState(text: row["expected"]))
        guard visit(step) else { return }
      }
    }
  }

  static let stepQuery = """
    SELECT number, patch, element_list, element_id, expected FROM row INDEXED BY row_record
    WHERE record_id = ? AND number > ? AND patch IS NOT NULL AND expected IS NOT NULL ORDER BY number
    """
}
