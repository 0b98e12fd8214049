import ArgumentParser
import Runs
import Staging

/// `--again`, of every command that may be the first to send what a sheet asks for.
struct RepetitionArguments: ParsableArguments {
  @Flag(
    name: .customLong("again"),
    help: "Send a sheet that was sent before once more, with all that it adds.")
  var isMeant = false
}

/// `--site` and `--site-moved`, of every command that goes on with a run.
struct SiteArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The site, where its name or address has changed since the run was started.", valueName: "name|url"))
  var site: String?

  @Flag(
    name: .customLong("site-moved"),
    help: "Take your word that another address is the same site, with the same records.")
  var isSiteMoved = false

  /// What these flags say, to be put over what the run was started with.
  var flags: [RunRequest.Flag] { site.map { [RunRequest.Flag("site", [$0])] } ?? [] }
}
