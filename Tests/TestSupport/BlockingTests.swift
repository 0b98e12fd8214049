import Dispatch
public import Testing

/// Lets tests that wait for processes do so on threads of their own.
///
/// A wait blocks its thread. On Swift's cooperative pool, which has one thread a core, that would keep every other
/// test, and every result, waiting as well.
public struct BlockingTrait: TestTrait, SuiteTrait, TestScoping {
  public var isRecursive: Bool { true }

  public func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    await Turnstile.shared.enter()
    do {
      try await withTaskExecutorPreference(BlockingExecutor.shared) { try await function() }
    } catch {
      await Turnstile.shared.leave()
      throw error
    }
    await Turnstile.shared.leave()
  }
}

extension Trait where Self == BlockingTrait {
  /// For suites whose tests wait for processes.
  public static var blocking: Self { BlockingTrait() }
}

/// Runs tests on threads that may block.
private final class BlockingExecutor: TaskExecutor {
  static let shared = BlockingExecutor()

  private let queue = DispatchQueue(label: "blocking-tests", attributes: .concurrent)

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { unsafe job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}

/// Lets as many blocking tests run at once as keep the cores busy without starving each other: most of their
/// time they wait.
private actor Turnstile {
  static let shared = Turnstile()

  private var free = 10
  private var waiting: [CheckedContinuation<Void, Never>] = []

  func enter() async {
    guard free == 0 else {
      free -= 1
      return
    }
    await withCheckedContinuation { waiting.append($0) }
  }

  func leave() {
    guard waiting.isEmpty else { return waiting.removeFirst().resume() }
    free += 1
  }
}
