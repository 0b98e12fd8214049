import ArgumentParser
import Console

/// `--reason`, of every command with which a person decides that something is sent.
struct ReasonArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp("Why, in your words; kept with the run and shown by its report.", valueName: "text"))
  var reason: String?

  /// Puts what this flag says into `settings`.
  ///
  /// - Throws: `UserError` with exit code 64.
  func apply(to settings: inout JobSettings) throws(UserError) {
    settings.reason = try Form.reason.value(ofFlag: "reason", reason)
  }
}
