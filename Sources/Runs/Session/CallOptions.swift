package import Console
import Foundation
package import Reports
package import Staging

/// The options of every call: its state folder, and how much it prints.
package struct CallOptions: Sendable {
  /// The state folder, absolute; `nil` for the default.
  package var stateFolder: String?
  package var wantsJSON = false
  package var isQuiet = false
  package var isVerbose = false

  package init(stateFolder: String?, wantsJSON: Bool, isQuiet: Bool, isVerbose: Bool) {
    self.stateFolder = stateFolder
    self.wantsJSON = wantsJSON
    self.isQuiet = isQuiet
    self.isVerbose = isVerbose
  }

  /// Returns the state folder, absolute; it need not exist yet.
  ///
  /// - Throws: `UserError` with exit code 64 if none is given and there is no home folder.
  package func home(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(UserError) -> String {
    guard let stateFolder else { return try CallOptions.usualStateFolder(environment) }
    guard !stateFolder.isEmpty else { throw UserError(.usage, "--state-dir must not be empty") }
    return stateFolder
  }

  /// Returns the default state folder.
  private static func usualStateFolder(_ environment: [String: String]) throws(UserError) -> String {
    // The XDG base directory specification requires relative paths in the variable to be ignored.
    if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") { return state + "/bulkpatch" }
    if let home = environment["HOME"], home.hasPrefix("/") { return home + "/.local/state/bulkpatch" }
    throw UserError(.usage, "there is no home folder to keep runs in", hint: "name a folder with --state-dir")
  }

  /// Returns a run's name for the next command: its id, or its folder if it is kept elsewhere.
  package func name(of directory: RunDirectory) -> String {
    let usual = try? CallOptions.usualStateFolder(ProcessInfo.processInfo.environment)
    return stateFolder == nil && directory.stateFolder == usual ? directory.id : directory.path
  }

  /// Returns that name, quoted for a shell.
  package func word(for directory: RunDirectory) -> String { ShellWord.quoted(name(of: directory)) }

  /// Returns a failure of the state folder, with commands that inspect it.
  package func userError(_ error: StagingError) -> UserError {
    var userError = UserError(error)
    guard let stateFolder else { return userError }
    userError.hint = error.hint?.replacing(
      "'bulkpatch runs'", with: "'bulkpatch runs --state-dir \(ShellWord.quoted(stateFolder))'")
    return userError
  }

  /// The style of the progress on standard error.
  package var progressStyle: ProgressStyle {
    ProgressStyle(
      descriptor: STDERR_FILENO, isQuiet: isQuiet, environment: ProcessInfo.processInfo.environment)
  }
}
