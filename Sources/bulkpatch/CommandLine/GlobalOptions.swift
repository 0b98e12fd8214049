import ArgumentParser
import Console
import Foundation
import Reports
import Runs
import Staging

/// The options that every command has.
struct GlobalOptions: ParsableArguments {
  @Option(
    name: .customLong("state-dir"),
    help: ArgumentHelp(
      "Where runs are kept (default: $XDG_STATE_HOME/bulkpatch, else ~/.local/state/bulkpatch).",
      valueName: "dir"),
    completion: .directory)
  var stateFolder: String?

  @Flag(name: .customLong("json"), help: "Print JSON on standard output, and nothing else there.")
  var wantsJSON = false

  @Flag(name: [.customShort("q"), .customLong("quiet")], help: "Print only warnings on success.")
  var isQuiet = false

  @Flag(name: [.customShort("v"), .customLong("verbose")], help: "Print more details.")
  var isVerbose = false

  /// Makes a relative folder absolute, so that it keeps its meaning wherever the run is resumed.
  mutating func validate() throws {
    if let stateFolder, !stateFolder.isEmpty { self.stateFolder = URL(fileURLWithPath: stateFolder).path }
  }

  /// The flags that another command needs to work on the same runs.
  var flags: [RunRequest.Flag] { stateFolder.map { [RunRequest.Flag("state-dir", [$0])] } ?? [] }

  var options: CallOptions {
    CallOptions(
      stateFolder: stateFolder, wantsJSON: wantsJSON, isQuiet: isQuiet, isVerbose: isVerbose)
  }

  /// Returns the state folder, absolute; it need not exist yet.
  ///
  /// - Throws: `UserError` with exit code 64 if none is given and there is no home folder.
  func home() throws(UserError) -> String { try options.home() }
}
