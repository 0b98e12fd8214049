import Synchronization

/// How long the sandbox goes on: until somebody ends it, which also ends every wait.
final class Lifetime: Sendable {
  private struct State {
    var isOver = false
    var waits: [Int: Task<Void, any Error>] = [:]
    var next = 0
  }

  private let state = Mutex(State())

  /// Ends it; what is waited for is over at once.
  func end() {
    let waits = state.withLock { state in
      state.isOver = true
      defer { state.waits = [:] }
      return state.waits
    }
    for wait in waits.values { wait.cancel() }
  }

  /// Waits; false, and at once, when the sandbox ends or the task is cancelled.
  func wait(_ time: Duration) async -> Bool {
    let wait = Task { try await Task.sleep(for: time) }
    let number: Int? = state.withLock { state in
      guard !state.isOver else { return nil }
      state.next += 1
      state.waits[state.next] = wait
      return state.next
    }
    guard let number else {
      wait.cancel()
      return false
    }
    defer { state.withLock { $0.waits[number] = nil } }
    let isOver: Void? = try? await withTaskCancellationHandler {
      try await wait.value
    } onCancel: {
      wait.cancel()
    }
    return isOver != nil
  }
}
