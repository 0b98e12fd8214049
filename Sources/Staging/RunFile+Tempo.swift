public import Foundation
internal import GRDB

/// The site's response times during one time slice of a run.
public struct TempoSlice: Sendable, Hashable {
  public var started: Date
  public var seconds: Int
  public var requests: Int
  /// Requests without an answer, and answers with an error of the site (5xx).
  public var unanswered: Int
  /// The median and the 95th percentile of the answer times, in milliseconds.
  public var median: Double
  public var p95: Double

  public init(
    started: Date, seconds: Int, requests: Int, unanswered: Int, median: Double, p95: Double
  ) {
    self.started = started
    self.seconds = seconds
    self.requests = requests
    self.unanswered = unanswered
    self.median = median
    self.p95 = p95
  }
}

/// The number of a run's rows finished by a moment, and the number of them done.
public struct ProgressPoint: Sendable, Hashable {
  public var at: Date
  public var done: Int
  public var finished: Int
}

extension RunFile {
  /// The number of slices kept; the oldest go first, so that a run that is resumed every night does not grow.
  static let keptSlices = 1_000

  /// Adds the time slices of one process.
  ///
  /// - Throws: `StagingError` if the file cannot be written.
  public func note(_ slices: [TempoSlice]) throws(StagingError) {
    guard !slices.isEmpty else { return }
    try write { database in
      for slice in slices {
        try database.execute(
          sql: """
            INSERT INTO tempo (at, seconds, requests, unanswered, median_ms, p95_ms) VALUES (?, ?, ?, ?, ?, ?)
            """,
          arguments: [
            Timestamp.text(slice.started), slice.seconds, slice.requests, slice.unanswered, slice.median,
            slice.p95,
          ])
      }
      try database.execute(
        sql: "DELETE FROM tempo WHERE rowid <= (SELECT max(rowid) FROM tempo) - ?",
        arguments: [RunFile.keptSlices])
    }
  }

  /// Returns the time slices in order; none for a file of an older version, or a process that was killed.
  ///
  /// - Throws: `StagingError` if the file cannot be read.
  public func tempo() throws(StagingError) -> [TempoSlice] {
    try read { database in
      guard try database.tableExists("tempo") else { return [] }
      return try Row.fetchAll(database, sql: "SELECT * FROM tempo ORDER BY rowid").compactMap { row in
        guard let started = Timestamp.date(row["at"]) else { return nil }
        return TempoSlice(
          started: started, seconds: row["seconds"], requests: row["requests"],
          unanswered: row["unanswered"], median: row["median_ms"], p95: row["p95_ms"])
      }
    }
  }

  /// Returns the progress of the run at evenly spaced moments between its first and its last finished row.
  ///
  /// - Throws: `StagingError` if the file cannot be read.
  public func progress(steps: Int) throws(StagingError) -> [ProgressPoint] {
    try read { database in
      let ends = try Row.fetchOne(
        database,
        sql: "SELECT min(finished_at) AS first, max(finished_at) AS last FROM row WHERE \(RunFile.isFinished)"
      )
      guard let first = (ends?["first"] as String?).flatMap(Timestamp.date),
        let last = (ends?["last"] as String?).flatMap(Timestamp.date), last > first
      else { return [] }
      let width = last.timeIntervalSince(first) / Double(steps)
      let rows = try Row.fetchCursor(
        database,
        sql: """
          SELECT min(?, max(0, CAST(((julianday(finished_at) - 2440587.5) * 86400 - ?) / ? AS INTEGER))) AS step,
            count(*) AS finished, sum(state IN \(sql: RowState.done)) AS done
          FROM row NOT INDEXED WHERE \(RunFile.isFinished) GROUP BY step ORDER BY step
          """, arguments: [steps - 1, first.timeIntervalSince1970, width])
      var points = [ProgressPoint(at: first, done: 0, finished: 0)]
      var total = (done: 0, finished: 0)
      while let row = try rows.next() {
        total = (total.done + (row["done"] as Int), total.finished + (row["finished"] as Int))
        points.append(
          ProgressPoint(
            at: first + width * Double((row["step"] as Int) + 1), done: total.done, finished: total.finished))
      }
      return points
    }
  }

  private static let isFinished = "finished_at IS NOT NULL AND state <> \(sql: .rejected)"
}
