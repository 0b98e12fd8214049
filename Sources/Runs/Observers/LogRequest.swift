package import Console
import Logging

/// The log options of a call, as given.
package struct LogRequest {
  var path: String?
  var format: String?
  var holdsBodies: Bool

  package init(path: String?, format: String?, holdsBodies: Bool) {
    self.path = path
    self.format = format
    self.holdsBodies = holdsBodies
  }

  /// Returns the requested log, or a silent one.
  ///
  /// - Throws: `UserError`: 64 for an unknown format, 74 if the file cannot be written.
  package func makeLog(isVerbose: Bool) throws(UserError) -> RunLog {
    let format = try Form<LogFormat>.word.value(ofFlag: "log-format", format)
    guard path != nil || format != nil || holdsBodies || isVerbose else { return RunLog() }
    if path?.isEmpty == true { throw UserError(.usage, "--log must not be empty") }
    let file = try path.map { path throws(UserError) in try LogFile(path: path) } ?? .standardError
    return RunLog(file, format ?? .text, isVerbose: isVerbose || holdsBodies, holdsBodies: holdsBodies)
  }
}
