import ArgumentParser

/// The flag `--refresh`, of every command that looks up names.
struct NameArguments: ParsableArguments {
  @Flag(
    name: .customLong("refresh"),
    help: "Ask the site for menus and names again; else what it said within the last hour counts.")
  var isRefreshed = false
}
