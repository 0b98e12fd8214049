import ArgumentParser
import Runs
import Staging

/// The options of every command that goes on with a run's rows: `apply`, `resume` and `split`.
struct ContinuationArguments: ParsableArguments {
  @OptionGroup var site: SiteArguments
  @OptionGroup var repetition: RepetitionArguments
  @OptionGroup var lock: LockArguments
  @OptionGroup(title: "Pace") var pace: SettingArguments<PaceSettings>
  @OptionGroup(title: "Safety") var safety: SettingArguments<SafetySettings>
  @OptionGroup(title: "Trouble") var trouble: SettingArguments<TroubleSettings>

  /// The flags that override those the run was started with.
  var flags: [RunRequest.Flag] { pace.given + safety.given + trouble.given + site.flags }
}
