import ArgumentParser

/// The argument that names the work to be done.
struct JobArguments: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "A job file (.yaml), or an update sheet (.csv, .jsonl, either with .gz, or - for standard input).",
      valueName: "job|sheet"),
    completion: .file())
  var jobOrSheet: String
}
