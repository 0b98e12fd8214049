internal import Dispatch
internal import Patches
internal import Synchronization

/// Passes batches from the thread that fills them to the one that writes them, a few at a time.
final class BatchPipe: Sendable {
  /// One is filled, one is written, and one waits for the faster side.
  private static let batches = 3

  private struct State {
    var empty: [RowBatch]
    var full: [RowBatch] = []
    var isClosed = false
    /// The reason nothing is written any more.
    var failure: (any Error)?
  }

  private let state = Mutex(State(empty: Array(repeating: RowBatch(), count: batches)))
  private let filled = DispatchSemaphore(value: 0)
  private let emptied = DispatchSemaphore(value: 0)

  init() { for _ in 0..<Self.batches { emptied.signal() } }

  // MARK: The filling thread

  /// Returns an empty batch; waits for one.
  ///
  /// - Throws: the error that ended the writing.
  func takeEmpty() throws -> RowBatch {
    emptied.wait()
    let (batch, failure) = state.withLock { ($0.empty.popLast(), $0.failure) }
    if let failure { throw failure }
    return batch ?? RowBatch()
  }

  func hand(_ batch: RowBatch) {
    state.withLock { $0.full.insert(batch, at: 0) }
    filled.signal()
  }

  /// Ends the pipe; batches passed before are still written.
  func close() {
    state.withLock { $0.isClosed = true }
    filled.signal()
  }

  // MARK: The writing thread

  /// Returns the next batch; waits for one, `nil` at the end.
  func next() -> RowBatch? {
    filled.wait()
    return state.withLock { $0.full.popLast() }
  }

  func giveBack(_ batch: consuming RowBatch) {
    batch.removeAll()
    let batch = batch
    state.withLock { $0.empty.append(batch) }
    emptied.signal()
  }

  /// Ends the pipe because nothing can be written.
  func fail(_ error: any Error) {
    state.withLock { $0.failure = error }
    emptied.signal()
  }
}
