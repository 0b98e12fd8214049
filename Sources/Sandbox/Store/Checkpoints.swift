import Dispatch
import GRDB

/// A connection of its own that moves what was committed from the WAL to the file, so that the writer does not wait for the
/// disk meanwhile.
final class Checkpoints: Sendable {
  private let database: DatabaseQueue
  private let queue = DispatchQueue(label: "sandbox.checkpoints", qos: .utility)

  /// Fewer frames are left to the writer.
  private static let remainder = 256
  /// The most rounds, should the writer be as fast.
  private static let limit = 4

  /// - Throws: `DatabaseError` if the file cannot be opened.
  init(path: String, _ configuration: Configuration) throws {
    database = try DatabaseQueue(path: path, configuration: configuration)
  }

  /// Moves all but the last pages.
  ///
  /// - Parameter finish: called when that is done.
  func begin(then finish: @escaping @Sendable () -> Void) {
    queue.async { [database] in
      for _ in 0..<Self.limit {
        let counts = try? database.writeWithoutTransaction { try $0.checkpoint() }
        guard let counts, counts.walFrameCount > counts.checkpointedFrameCount + Self.remainder else { break }
      }
      finish()
    }
  }

  func close() {
    queue.sync {}
    try? database.close()
  }
}
