import ArgumentParser
import Foundation
import Runs
import Staging

/// The log options of commands that send.
struct LogArguments: ParsableArguments {
  @Option(
    name: .customLong("log"),
    help: ArgumentHelp(
      "Append log lines to this file (with --log-format or -v alone: to standard error, in place of progress).",
      valueName: "path"),
    completion: .file())
  var path: String?

  @Option(
    name: .customLong("log-format"),
    help: ArgumentHelp(
      "Log as text, or as json with one event a line (default: text).", valueName: "text|json"),
    completion: .list(Form<LogFormat>.word.words))
  var format: String?

  @Flag(
    name: .customLong("log-bodies"),
    help: "Log the bodies of requests and answers: the records' texts end up in the log.")
  var holdsBodies = false

  /// The flags to repeat in another command with the same log.
  var flags: [RunRequest.Flag] {
    var flags: [RunRequest.Flag] = []
    if let path { flags.append(RunRequest.Flag("log", [URL(fileURLWithPath: path).path])) }
    if let format { flags.append(RunRequest.Flag("log-format", [format])) }
    return flags
  }

  var request: LogRequest { LogRequest(path: path, format: format, holdsBodies: holdsBodies) }
}
