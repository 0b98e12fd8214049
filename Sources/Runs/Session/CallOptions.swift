package import Console
import Foundation
package import Reports
package import Staging

/// What every call says of itself: where runs are kept, and how much it prints.
package struct CallOptions: Sendable {
  /// Where runs are kept, absolute; `nil` for the usual place.
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

  /// The folder that runs are kept in, absolute; it need not exist yet.
  ///
  /// - Throws: `UserError` with exit code 64 when it is not given and there is no home folder.
  package func home(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(UserError) -> String {
    guard let stateFolder else { return try CallOptions.usualStateFolder(environment) }
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
  package func name(of directory: RunDirectory) -> String {
    let usual = try? CallOptions.usualStateFolder(ProcessInfo.processInfo.environment)
    return stateFolder == nil && directory.stateFolder == usual ? directory.id : directory.path
  }

  /// The same as a word of a command line.
  package func word(for directory: RunDirectory) -> String { ShellWord.quoted(name(of: directory)) }

  /// A failure of the state folder, with commands that look into this one.
  package func userError(_ error: StagingError) -> UserError {
    var userError = UserError(error)
    guard let stateFolder else { return userError }
    userError.hint = error.hint?.replacing(
      "'bulkpatch runs'", with: "'bulkpatch runs --state-dir \(ShellWord.quoted(stateFolder))'")
    return userError
  }

  /// How progress is shown on standard error.
  package var progressStyle: ProgressStyle {
    ProgressStyle(
      descriptor: STDERR_FILENO, isQuiet: isQuiet, environment: ProcessInfo.processInfo.environment)
  }
}
