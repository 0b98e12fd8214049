import ArgumentParser
import Console
import Foundation
import Reports
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

  @Flag(name: [.customShort("q"), .customLong("quiet")], help: "Print nothing on success.")
  var isQuiet = false

  @Flag(name: [.customShort("v"), .customLong("verbose")], help: "Say more about what is going on.")
  var isVerbose = false

  /// A relative folder is seen from where the command was typed, wherever the run is taken up later.
  mutating func validate() throws {
    if let stateFolder, !stateFolder.isEmpty { self.stateFolder = URL(fileURLWithPath: stateFolder).path }
  }

  /// What these options say that has to be said again to work on the same runs.
  var flags: [RunRequest.Flag] { stateFolder.map { [RunRequest.Flag("state-dir", [$0])] } ?? [] }

  /// The folder that runs are kept in, absolute; it need not exist yet.
  ///
  /// - Throws: `UserError` with exit code 64 when it is not given and there is no home folder.
  func stateFolder(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(UserError) -> String {
    guard let stateFolder else { return try GlobalOptions.usualStateFolder(environment) }
    guard !stateFolder.isEmpty else { throw UserError(.usage, "--state-dir must not be empty") }
    return stateFolder
  }

  /// Where runs are kept when nothing is said.
  private static func usualStateFolder(_ environment: [String: String]) throws(UserError) -> String {
    // The XDG base directory specification: a relative path in the variable is to be ignored.
    if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") { return state + "/bulkpatch" }
    if let home = environment["HOME"], home.hasPrefix("/") { return home + "/.local/state/bulkpatch" }
    throw UserError(.usage, "there is no home folder to keep runs in", hint: "name a folder with --state-dir")
  }

  /// How a user names a run to the next command: its id, or its folder when it is kept elsewhere.
  func name(of directory: RunDirectory) -> String {
    let usual = try? GlobalOptions.usualStateFolder(ProcessInfo.processInfo.environment)
    return stateFolder == nil && directory.stateFolder == usual ? directory.id : directory.path
  }

  /// The same as a word of a command line.
  func word(for directory: RunDirectory) -> String { ShellWord.quoted(name(of: directory)) }

  /// A failure of the state folder, with commands that look into this one.
  func userError(_ error: StagingError) -> UserError {
    var userError = UserError(error)
    guard let stateFolder else { return userError }
    userError.hint = error.hint?.replacing(
      "'bulkpatch runs'", with: "'bulkpatch runs --state-dir \(ShellWord.quoted(stateFolder))'")
    return userError
  }

  /// How progress is shown on standard error.
  var progressStyle: ProgressStyle {
    ProgressStyle(
      descriptor: STDERR_FILENO, isQuiet: isQuiet, environment: ProcessInfo.processInfo.environment)
  }

  /// The same for a command that logs: not at all where the log goes there.
  func progressStyle(beside log: RunLog) -> ProgressStyle {
    log.isOnStandardError ? .silent : progressStyle
  }
}
