internal import Foundation
internal import GRDB
internal import JSON

/// One shard of a split run, as the run's file knows it.
public struct ShardRecord: Sendable, Equatable {
  public var number: Int
  /// The split that it belongs to; its own file has the same.
  public var split: String
  public var rows: Int
  /// The time it was made; from then on it is never made again.
  public var made: String?
  /// The time something was last gathered from it, and how it stood then.
  public var gathered: String?
  public var standing: String?
  public var exitCode: Int?
  /// The processes that had worked on it by then.
  public var takings: [String]
  /// The commits of its file by then.
  var commits: Int64
  /// The time its rows became the run's own again.
  public var returned: String?

  init(_ row: Row) {
    number = row["number"]
    split = row["split"]
    rows = row["rows"]
    made = row["made"]
    gathered = row["gathered"]
    standing = row["standing"]
    exitCode = row["exit_code"]
    takings = RunFile.strings(row["takings"] ?? "[]")
    commits = row["commits_seen"]
    returned = row["returned"]
  }
}

/// The part of a split run that a shard is.
public struct ShardPart: Sendable, Equatable {
  /// The id of the run.
  public var parent: String
  public var split: String
  public var number: Int
  /// The number of shards of that split.
  public var count: Int
  /// The time it was gathered for good; from then on nothing is sent from it.
  public var closed: String?

  /// Reads the columns of `run`; `nil` for a run of its own, and in a file of an older version.
  init?(_ row: Row) {
    guard let parent: String = row["parent"], let split: String = row["split"],
      let number: Int = row["shard"],
      let count: Int = row["shards"]
    else { return nil }
    (self.parent, self.split, self.number, self.count) = (parent, split, number, count)
    closed = row["closed"]
  }

  /// The shard in messages.
  public var name: String { "shard \(number) of run \(parent)" }
}

extension RunRequest {
  /// Completes the paths of a shard's request, which are relative to its folder.
  mutating func settle(in directory: RunDirectory, as part: ShardPart?) {
    guard part != nil else { return }
    folder = directory.path
    source = RunRequest.absolute(source, in: folder)
  }
}

extension RunFile {
  static let shardsOut = "SELECT count(*) FROM shard WHERE returned IS NULL"

  /// Returns the shards of the run's last split, by number; none for a run that was never split.
  ///
  /// - Throws: `StagingError` if the file cannot be read.
  public func shards() throws(StagingError) -> [ShardRecord] {
    try read { database in
      // A file of an older version has no such table.
      guard try database.tableExists("shard") else { return [] }
      return try Row.fetchAll(database, sql: "SELECT * FROM shard ORDER BY number").map(ShardRecord.init)
    }
  }

  /// Returns the number of rows in each state, without those that are lent.
  ///
  /// - Throws: `StagingError` if the file cannot be read.
  public func countsBesideShards() throws(StagingError) -> StateCounts {
    try read { database in
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT state, count(*) AS count FROM row NOT INDEXED WHERE number NOT IN (SELECT row FROM lent)
          GROUP BY state
          """)
      return rows.reduce(into: StateCounts()) { counts, row in
        if let state = RowState(rawValue: row["state"]) { counts[state] = row["count"] }
      }
    }
  }

  /// Checks that the rows are the run's own, so that it may be worked on.
  ///
  /// - Throws: `StagingError` of kind `lent` that says which shards have them, `unsuitable` for a shard that was
  ///   gathered.
  public func requireOwnRows() throws(StagingError) {
    let record = try record()
    if let part = record.part, part.closed != nil {
      throw StagingError(
        .unsuitable, place: directory.path, "\(part.name) has been gathered: its rows are the run's again",
        hint: "work on the run instead: 'bulkpatch show \(part.parent)'")
    }
    guard record.shardsOut > 0 else { return }
    let out = try shards().filter { $0.returned == nil }
    let named = out.prefix(8).map { shard in
      let holder = FileLock.holder(of: directory.shard(shard.number).lockFile)
      return "\(shard.number) (\(shard.rows) rows\(holder.map { ", under way: \($0)" } ?? ""))"
    }
    let more = out.count > named.count ? " and \(out.count - named.count) more" : ""
    throw StagingError(
      .lent, place: directory.id,
      "is split, and its rows are with \(out.count == 1 ? "shard" : "shards") \(named.joined(separator: ", "))\(more)",
      hint:
        "'bulkpatch gather \(directory.id)' takes back what they have done, with --recall also what they have not"
    )
  }

  /// Records in a shard which process works on it, so that a copy shows as one.
  func noteTaking(_ call: CallRecord, in database: Database) throws {
    try database.execute(
      sql: "INSERT INTO taking (at, host, holder, nonce) SELECT ?, ?, ?, ? FROM run WHERE shard IS NOT NULL",
      arguments: [call.at, call.host, "\(call.user), process \(getpid())", holder])
  }
}
