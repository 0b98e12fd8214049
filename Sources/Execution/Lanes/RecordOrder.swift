import Records

/// The rows in memory of records that have several, in sheet order; the first of each record is under way.
struct RecordOrder: Sendable {
  private var rows: [RecordID: [Int]] = [:]

  /// Adds a row behind the others of its record.
  ///
  /// - Returns: whether it is the first.
  mutating func join(_ number: Int, of record: RecordID) -> Bool {
    rows[record, default: []].append(number)
    return rows[record]?.count == 1
  }

  /// Removes a row.
  ///
  /// - Returns: the others of its record, in order.
  mutating func leave(_ number: Int, of record: RecordID) -> [Int] {
    remove([number], of: record)
    return rows[record] ?? []
  }

  mutating func remove(_ numbers: [Int], of record: RecordID) {
    guard var queue = rows[record], !numbers.isEmpty else { return }
    queue.removeAll { numbers.contains($0) }
    rows[record] = queue.isEmpty ? nil : queue
  }
}
