import ArgumentParser
import Runs
import Staging

/// The flag `--again`, of every command that may be the first to send a sheet.
struct RepetitionArguments: ParsableArguments {
  @Flag(
    name: .customLong("again"),
    help: "Send a sheet again that was sent before, including what it adds.")
  var isMeant = false
}

/// The flags `--site` and `--site-moved`, of every command that resumes a run.
struct SiteArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The site, if its name or address has changed since the run was started.", valueName: "name|url"),
    completion: .sites)
  var site: String?

  @Flag(
    name: .customLong("site-moved"),
    help: "Confirm that a new address is the same site, with the same records.")
  var isSiteMoved = false

  /// The flags that override those the run was started with.
  var flags: [RunRequest.Flag] { site.map { [RunRequest.Flag("site", [$0])] } ?? [] }
}
