import ArgumentParser
import Staging

/// What names the work to be done, and the flags that say how a sheet becomes patches.
struct JobArguments: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "A job file (.yaml), or an update sheet (.csv, .jsonl, either with .gz, or - for standard input).",
      valueName: "job|sheet"),
    completion: .file())
  var jobOrSheet: String

  @OptionGroup(title: "Sheet") var sheet: SettingArguments<SheetSettings>
  @OptionGroup(title: "Mapping") var mapping: SettingArguments<MappingSettings>

  /// What these flags say, to be put over a job.
  var flags: [RunRequest.Flag] { sheet.given + mapping.given }
}
