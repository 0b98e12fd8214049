import ArgumentParser

/// The flag `--refresh`, of every command that looks up names.
struct NameArguments: ParsableArguments {
  @Flag(
    name: .customLong("refresh"),
    help: "Ask the site for names again, not the hour's cache.")
  var isRefreshed = false
}
