import ArgumentParser
import Console
import Staging

/// The flags that say how rows are sent; for commands that send.
struct SendingArguments: ParsableArguments {
  @OptionGroup(title: "Pace") var pace: SettingArguments<PaceSettings>
  @OptionGroup(title: "Safety") var safety: SettingArguments<SafetySettings>
  @OptionGroup(title: "Trouble") var trouble: SettingArguments<TroubleSettings>

  @Option(
    name: .customLong("lock-wait"),
    help: ArgumentHelp(
      "How long to wait for another run of this job to end (default: not at all).", valueName: "duration"))
  var lockWait: String?

  /// What these flags say, to be put over a job.
  var flags: [RunRequest.Flag] { pace.given + safety.given + trouble.given }

  /// How long to wait for the job's lock.
  ///
  /// - Throws: `UserError` with exit code 64 that names the flag and what it must be.
  func timeToWait() throws(UserError) -> Duration? {
    try Form.duration.value(ofFlag: "lock-wait", lockWait)
  }
}
