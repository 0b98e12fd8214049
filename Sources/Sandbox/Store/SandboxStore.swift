import Dispatch
import Foundation
import GRDB
import Synchronization

/// The sandbox's SQLite file, and the one writer that every request passes through.
///
/// Requests that arrive while a transaction is under way wait and share the next one, each in its own
/// savepoint, and are answered only after the commit: with many clients the cost of a commit is shared, with
/// one client nothing waits.
///
/// WAL with `synchronous = NORMAL`: what was committed survives a killed process, as the operating system has
/// the pages; a power cut may lose the last commits but never tears the file. That is right for a stand-in.
final class SandboxStore: Sendable {
  /// The path of the file.
  let path: String
  /// Indicates that the file is removed when the store is closed.
  let isTemporary: Bool
  private let database: DatabaseQueue
  private let checkpoints: Checkpoints
  private let writer = DispatchQueue(label: "sandbox.writer", qos: .userInitiated)
  private let pending = Mutex(Pending())

  private struct Pending {
    var jobs: [Job] = []
    var isDraining = false
    /// The requests since the last checkpoint was begun.
    var unmoved = 0
    var checkpoint = Checkpoint.none
  }

  private enum Checkpoint {
    case none
    case underWay
    /// All but the last pages are moved.
    case due
  }

  private struct Job {
    var work: @Sendable (Database) throws -> Answer
    var finish: @Sendable (Result<Answer, any Error>) -> Void
  }

  /// Opens or creates the file; without a path, a temporary one.
  ///
  /// - Throws: `SandboxError.database` if the file cannot be opened or is not a sandbox's.
  init(path: String?) throws(SandboxError) {
    isTemporary = path == nil
    let path =
      path
      ?? FileManager.default.temporaryDirectory
      .appendingPathComponent("bulkpatch-sandbox-\(UUID().uuidString).sqlite").path
    self.path = path
    var configuration = Configuration()
    configuration.journalMode = .wal
    configuration.busyMode = .timeout(10)
    configuration.label = "sandbox"
    // Requests touch records all over the file, so it is read through the system's own cache.
    configuration.prepareDatabase {
      try $0.execute(
        sql: """
          PRAGMA synchronous = NORMAL;
          PRAGMA cache_size = -32768;
          PRAGMA mmap_size = 1073741824;
          PRAGMA wal_autocheckpoint = 65536;
          """)
    }
    do {
      database = try DatabaseQueue(path: path, configuration: configuration)
      try Schema.migrator.migrate(database)
      checkpoints = try Checkpoints(path: path, configuration)
    } catch {
      throw SandboxError(error, path: path)
    }
  }

  /// Runs one piece of work in a transaction of its own, before serving.
  ///
  /// - Throws: what the work throws if that is a `SandboxError`, otherwise `SandboxError.database`.
  func prepare<Value>(_ work: (Database) throws -> Value) throws(SandboxError) -> Value {
    do {
      return try database.write(work)
    } catch {
      throw SandboxError(error, path: path)
    }
  }

  /// Runs one request's work in the next transaction; its result is delivered once that is committed.
  ///
  /// - Parameter finish: called with the error if the database fails; nothing of the group was stored then.
  func perform(
    _ work: @escaping @Sendable (Database) throws -> Answer,
    then finish: @escaping @Sendable (Result<Answer, any Error>) -> Void
  ) {
    let mustStart = pending.withLock { pending in
      pending.jobs.append(Job(work: work, finish: finish))
      defer { pending.isDraining = true }
      return !pending.isDraining
    }
    if mustStart { writer.async { self.drain() } }
  }

  private func drain() {
    while let jobs = takeJobs() {
      let answers = Result {
        try database.writeWithoutTransaction { database in
          try database.committing { try jobs.map { try $0.work(database) } }
        }
      }
      switch answers {
      case .success(let answers):
        for (job, answer) in zip(jobs, answers) { job.finish(.success(answer)) }
      case .failure(let error):
        for job in jobs { job.finish(.failure(error)) }
      }
      checkpoint(after: jobs.count)
    }
  }

  /// Has the pages of many requests moved from the WAL to the file, and moves the last of them itself: until then, the WAL
  /// grows.
  private func checkpoint(after count: Int) {
    let step = pending.withLock { pending in
      pending.unmoved += count
      let step = pending.checkpoint
      if step == .due { pending.checkpoint = .none }
      guard step == .none, pending.unmoved >= Self.checkpointInterval else { return step }
      (pending.unmoved, pending.checkpoint) = (0, .underWay)
      checkpoints.begin { self.pending.withLock { $0.checkpoint = .due } }
      return .underWay
    }
    // What cannot be moved now is moved the next time.
    if step == .due { _ = try? database.writeWithoutTransaction { try $0.checkpoint() } }
  }

  /// As many requests write 32 MB or so to the WAL.
  private static let checkpointInterval = 6144

  private func takeJobs() -> [Job]? {
    pending.withLock { pending in
      guard !pending.jobs.isEmpty else {
        pending.isDraining = false
        return nil
      }
      // Groups are bounded, so that the first of many requests does not wait for all.
      let group = Array(pending.jobs.prefix(256))
      pending.jobs.removeFirst(group.count)
      return group
    }
  }

  /// Closes the file, and removes it if it is a temporary one.
  func close() {
    writer.sync {}
    checkpoints.close()
    try? database.close()
    guard isTemporary else { return }
    for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
  }
}

extension Database {
  /// Runs work in a transaction, whose statements are prepared once.
  fileprivate func committing<Value>(_ work: () throws -> Value) throws -> Value {
    try BareStatement("BEGIN IMMEDIATE", in: self).run()
    do {
      let value = try work()
      try BareStatement("COMMIT", in: self).run()
      return value
    } catch {
      // It may have ended with what failed.
      if isInsideTransaction { try? BareStatement("ROLLBACK", in: self).run() }
      throw error
    }
  }

  /// Runs work that succeeds or fails as a whole, whatever else the transaction contains.
  func wholly<Value>(_ work: () throws -> Value) throws -> Value {
    try BareStatement("SAVEPOINT request", in: self).run()
    do {
      let value = try work()
      try BareStatement("RELEASE request", in: self).run()
      return value
    } catch {
      try BareStatement("ROLLBACK TO request", in: self).run()
      try BareStatement("RELEASE request", in: self).run()
      throw error
    }
  }
}

extension SandboxError {
  /// The error itself if it is ours, otherwise the database's own words.
  init(_ error: any Error, path: String) {
    self = error as? SandboxError ?? .database(path: path, reason: Self.words(error))
  }

  private static func words(_ error: any Error) -> String {
    guard let error = error as? DatabaseError else { return "\(error)" }
    return error.message ?? "SQLite error \(error.resultCode.rawValue)"
  }
}
