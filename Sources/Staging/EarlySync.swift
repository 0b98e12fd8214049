internal import Dispatch
internal import Foundation
internal import Synchronization

/// Flushes a growing file to the disk as it grows, so that little is left to wait for at its end.
final class EarlySync: Sendable {
  /// The bytes between two flushes; smaller files are not worth a thread.
  private static let step = 16 << 20

  private struct State {
    /// The size of the file at the start of the last flush.
    var begun = 0
    var isBusy = false
    /// The error of a flush: the system reports it once, not to later callers.
    var failure: Int32 = 0
  }

  private let descriptor: Int32
  private let queue = DispatchQueue(label: "bulkpatch.sync")
  private let state = Mutex(State())

  /// - Parameter descriptor: must stay open until `end` has returned.
  init(_ descriptor: Int32) { self.descriptor = descriptor }

  /// Takes in the file's current size; waits for nothing.
  func grown(to size: Int) {
    let isDue = state.withLock { state in
      guard !state.isBusy, size - state.begun >= Self.step else { return false }
      (state.begun, state.isBusy) = (size, true)
      return true
    }
    guard isDue else { return }
    queue.async { [self] in
      // Some file systems do not support this.
      let code = fsync(descriptor) == 0 || errno == EINVAL ? 0 : errno
      state.withLock { state in
        state.isBusy = false
        if state.failure == 0 { state.failure = code }
      }
    }
  }

  /// Waits until no flush is under way.
  ///
  /// - Returns: the error number of a failure; 0 for none.
  func end() -> Int32 {
    queue.sync {}
    return state.withLock { $0.failure }
  }
}
