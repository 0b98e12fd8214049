import ArgumentParser
import Console

/// The flags that say when a command may send.
struct WindowArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Send nothing from this time on: 06:00, or 2026-11-22T06:00; the run can be resumed.", valueName: "time"
    ))
  var until: String?

  @Option(
    name: .customLong("max-duration"),
    help: ArgumentHelp("Send nothing when so much time has passed, such as 2h.", valueName: "duration"))
  var maximumDuration: String?

  @Option(
    name: .customLong("lock-wait"),
    help: ArgumentHelp(
      "How long to wait for another run of this job to end (default: not at all).", valueName: "duration"))
  var lockWait: String?

  /// Puts what these flags say into `settings`.
  ///
  /// - Throws: `UserError` with exit code 64 that names the flag and what it must be.
  func apply(to settings: inout JobSettings) throws(UserError) {
    settings.execution.until = try Form.until.value(ofFlag: "until", until)
    settings.execution.maximumDuration = try Form.duration.value(ofFlag: "max-duration", maximumDuration)
  }

  /// How long to wait for the job's lock.
  ///
  /// - Throws: as `apply`.
  func timeToWait() throws(UserError) -> Duration? {
    try Form.duration.value(ofFlag: "lock-wait", lockWait)
  }
}
