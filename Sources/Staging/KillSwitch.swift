#if DEBUG
  import Foundation
  import Synchronization

  /// Ends this process, as a power cut would, right after the n-th commit of a run file: `BULKPATCH_TEST_KILL_AT` is n.
  ///
  /// For the tests that do so for n = 1, 2, 3, …; no release build has it.
  enum KillSwitch {
    private static let commitsLeft = Mutex(
      ProcessInfo.processInfo.environment["BULKPATCH_TEST_KILL_AT"].flatMap { Int($0) } ?? 0)

    /// Told of every commit.
    static func committed() {
      commitsLeft.withLock { left in
        guard left > 0 else { return }
        left -= 1
        if left == 0 { kill(getpid(), SIGKILL) }
      }
    }
  }
#endif
