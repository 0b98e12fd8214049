import Synchronization

/// The lifetime of the sandbox, which the user or the caller ends; its end also ends every wait.
final class Lifetime: Sendable {
  private struct State {
    var isOver = false
    var waits: [Int: Task<Void, any Error>] = [:]
    var next = 0
  }

  private let state = Mutex(State())

  /// Ends it, and every wait at once.
  func end() {
    let waits = state.withLock { state in
      state.isOver = true
      defer { state.waits = [:] }
      return state.waits
    }
    for wait in waits.values { wait.cancel() }
  }

  /// Waits; returns `false` at once if the sandbox ends or the task is cancelled.
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
