import ArgumentParser
import Console
import Runs

/// The flag `--lock-wait`, of every command that needs the lock of a job.
struct LockArguments: ParsableArguments {
  @Option(
    name: .customLong("lock-wait"),
    help: ArgumentHelp(
      "How long to wait for another run of this job to end (default: not at all).", valueName: "duration"))
  var wait: String?

  /// Returns the longest wait for the job's lock.
  ///
  /// - Throws: `UserError` with exit code 64 that names the flag and the expected form.
  func timeToWait() throws(UserError) -> Duration? { try Form.duration.value(ofFlag: "lock-wait", wait) }
}
