#if DEBUG
  import Foundation
  import Synchronization

  /// Ends this process, like a power cut, right after the n-th commit of a run file (`BULKPATCH_TEST_KILL_AT`).
  ///
  /// It serves tests that do so for n = 1, 2, 3, …; release builds do not have it.
  enum KillSwitch {
    private static let commitsLeft = Mutex(
      ProcessInfo.processInfo.environment["BULKPATCH_TEST_KILL_AT"].flatMap { Int($0) } ?? 0)

    /// Counts a commit.
    static func committed() {
      commitsLeft.withLock { left in
        guard left > 0 else { return }
        left -= 1
        if left == 0 { kill(getpid(), SIGKILL) }
      }
    }
  }
#endif
