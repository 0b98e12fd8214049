internal import Foundation
internal import GRDB

/// The lending of a run's rows to shards.
extension RunFile {
  /// Lends every record with open rows to one of N shards, in one transaction.
  ///
  /// Records are dealt in the order of their first rows, about as many rows to each shard: what a shard has lies
  /// together in this file, which makes gathering several times faster. A record with very many rows may leave fewer
  /// shards than asked for.
  ///
  /// - Returns: the shards, none of which is made yet.
  /// - Throws: `StagingError` of kind `unsuitable` if keys are not looked up or there are fewer records than shards.
  public func lend(into count: Int) throws(StagingError) -> [ShardRecord] {
    guard try unresolvedKeys(limit: 1).isEmpty else {
      throw StagingError(
        .unsuitable, place: directory.id, "has keys that were not looked up: two of them may mean one record",
        hint: "split it again; the keys are looked up first")
    }
    let hasOpenRowsOnly = try onlyOpenRows()
    let earlier = try shards().first?.split
    try write(changesRows: false) { database in
      try self.checkHeld(in: database)
      try RunFile.indexRecords(in: database)
      try RunFile.deal(into: count, all: hasOpenRowsOnly, of: self.directory, in: database)
      // Before the commit: after it, another call takes what lies there for what it has made.
      if let earlier { try self.setShardsAside(of: earlier) }
      try database.execute(sql: RunFile.lending)
      try database.execute(sql: "DELETE FROM shard")
      try database.execute(
        sql: "INSERT INTO shard (number, split, rows) SELECT shard, ?, count(*) FROM lent GROUP BY shard",
        arguments: [String(UInt64.random(in: .min ... .max), radix: 16)])
      try database.execute(sql: "DROP TABLE temp.record; DROP TABLE temp.edge")
    }
    return try shards()
  }

  /// Indicates that every row with a record is open, so that no record has to be left out.
  private func onlyOpenRows() throws(StagingError) -> Bool {
    let counts = try counts()
    return counts.total == RowState.open.reduce(0) { $0 + counts[$1] }
  }

  /// Makes the tables `record`, of the records to lend, and `edge`, of the first row of each shard's first record.
  private static func deal(
    into count: Int, all: Bool, of directory: RunDirectory, in database: Database
  ) throws {
    let condition =
      all
      ? ""
      : "AND record_id IN (SELECT record_id FROM row WHERE state IN \(sql: RowState.open) AND record_id IS NOT NULL)"
    try database.execute(
      sql: """
        DROP TABLE IF EXISTS temp.record;
        DROP TABLE IF EXISTS temp.edge;
        CREATE TEMP TABLE record AS
          SELECT record_id AS id, min(number) AS first, count(*) AS rows FROM row INDEXED BY row_record
          WHERE record_id IS NOT NULL \(condition) GROUP BY record_id;
        CREATE TEMP TABLE edge (first INTEGER PRIMARY KEY, shard INTEGER);
        """)
    let facts = try Row.fetchOne(
      database, sql: "SELECT count(*) AS records, sum(rows) AS rows FROM temp.record")
    let (records, rows): (Int, Int?) = (facts?["records"] ?? 0, facts?["rows"])
    guard records >= count, let rows else {
      throw StagingError(
        .unsuitable, place: directory.id,
        records == 0
          ? "has nothing left to send" : "has rows for \(records) records left, too few for \(count) shards",
        hint: records == 0
          ? "see how it stands with 'bulkpatch show \(directory.id)'"
          : "split it into \(records) or fewer (--into)")
    }
    var (before, share, edges) = (0, -1, [Int]())
    let dealt = try Row.fetchCursor(database, sql: "SELECT first, rows FROM temp.record ORDER BY first")
    while let record = try dealt.next() {
      // A record with more rows than a share takes the place of several.
      if before * count / rows > share {
        share = before * count / rows
        edges.append(record["first"])
      }
      before += record["rows"] as Int
    }
    for (shard, first) in edges.enumerated() {
      try database.execute(sql: "INSERT INTO temp.edge VALUES (?, ?)", arguments: [first, shard])
    }
  }

  private static let lending = """
    INSERT INTO lent (shard, row)
      SELECT (SELECT shard FROM temp.edge WHERE edge.first <= record.first ORDER BY edge.first DESC LIMIT 1), row.number
      FROM temp.record CROSS JOIN row INDEXED BY row_record ON row.record_id = record.id
      WHERE row.record_id IS NOT NULL ORDER BY 1, 2
    """

  /// Moves the folder of an earlier split's shards out of the way of a new one.
  ///
  /// They are closed, and nothing is sent from them any more; what they hold stays as evidence.
  private func setShardsAside(of split: String) throws(StagingError) {
    guard unsafe access(directory.shardsFolder, F_OK) == 0 else { return }
    let old = directory.file("shards-\(split)")
    guard unsafe rename(directory.shardsFolder, old) == 0 else { throw RunFile.cannotBeMade(old) }
  }
}
