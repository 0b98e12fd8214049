internal import Dispatch
internal import Foundation
internal import Synchronization

/// Has a file that grows written to the disk meanwhile, so that there is little left to wait for at its end.
final class EarlySync: Sendable {
  /// In bytes; smaller files are not worth a thread.
  private static let step = 16 << 20

  private struct State {
    /// How large the file was when it was last begun to write it.
    var begun = 0
    var isBusy = false
    /// Why something has not reached the disk: the system says it once, and not to whoever asks later.
    var failure: Int32 = 0
  }

  private let descriptor: Int32
  private let queue = DispatchQueue(label: "bulkpatch.sync")
  private let state = Mutex(State())

  /// - Parameter descriptor: stays open until `end` has returned.
  init(_ descriptor: Int32) { self.descriptor = descriptor }

  /// Says how large the file is now; waits for nothing.
  func grown(to size: Int) {
    let isDue = state.withLock { state in
      guard !state.isBusy, size - state.begun >= Self.step else { return false }
      (state.begun, state.isBusy) = (size, true)
      return true
    }
    guard isDue else { return }
    queue.async { [self] in
      // Some file systems know no such thing.
      let code = fsync(descriptor) == 0 || errno == EINVAL ? 0 : errno
      state.withLock { state in
        state.isBusy = false
        if state.failure == 0 { state.failure = code }
      }
    }
  }

  /// Waits until nothing is done any more.
  ///
  /// - Returns: the error number of what went wrong; 0 when nothing did.
  func end() -> Int32 {
    queue.sync {}
    return state.withLock { $0.failure }
  }
}
