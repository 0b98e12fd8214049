import ArgumentParser

/// The flags for runs that nobody watches: when they may send, what is kept of them, and who is told.
struct UnattendedArguments: ParsableArguments {
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

  @Option(
    name: .customLong("keep-runs"),
    help: ArgumentHelp(
      "Remove finished runs of this job but the newest so many (default: none is removed).", valueName: "n"))
  var keptRuns: String?

  @Option(
    name: .customLong("keep-days"),
    help: ArgumentHelp(
      "Remove finished runs of this job that ended longer ago; with --keep-runs, what either keeps stays.",
      valueName: "n"))
  var keptDays: String?

  @Option(
    name: .customLong("on-finished"),
    help: ArgumentHelp("Run this shell command when all went well.", valueName: "command"))
  var onFinished: String?

  @Option(
    name: .customLong("on-failed"),
    help: ArgumentHelp("Run this shell command when the exit code is another than 0.", valueName: "command"))
  var onFailed: String?

  /// Puts what these flags say into `settings`.
  ///
  /// - Throws: `UserError` with exit code 64 that names the flag and what it must be.
  func apply(to settings: inout JobSettings) throws(UserError) {
    settings.execution.until = try Form.until.value(ofFlag: "until", until)
    settings.execution.maximumDuration = try Form.duration.value(ofFlag: "max-duration", maximumDuration)
    settings.keep.runs = try Form.keptRuns.value(ofFlag: "keep-runs", keptRuns)
    settings.keep.days = try Form.keptDays.value(ofFlag: "keep-days", keptDays)
    settings.hooks.finished = try Form.text.value(ofFlag: "on-finished", onFinished)
    settings.hooks.failed = try Form.text.value(ofFlag: "on-failed", onFailed)
  }

  /// How long to wait for the job's lock.
  ///
  /// - Throws: as `apply`.
  func timeToWait() throws(UserError) -> Duration? {
    try Form.duration.value(ofFlag: "lock-wait", lockWait)
  }
}
