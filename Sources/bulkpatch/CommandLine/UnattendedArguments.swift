import ArgumentParser
import Console

/// The flags for runs that nobody watches: what is kept of them, and who is told.
struct UnattendedArguments: ParsableArguments {
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
    settings.keep.runs = try Form.keptRuns.value(ofFlag: "keep-runs", keptRuns)
    settings.keep.days = try Form.keptDays.value(ofFlag: "keep-days", keptDays)
    settings.hooks.finished = try Form.text.value(ofFlag: "on-finished", onFinished)
    settings.hooks.failed = try Form.text.value(ofFlag: "on-failed", onFailed)
  }
}
