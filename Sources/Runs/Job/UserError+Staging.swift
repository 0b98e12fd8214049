import Console
package import Staging

extension UserError {
  /// Creates the error for a failure of the run file or its folder, with its exit code.
  package init(_ error: StagingError) {
    let code: ExitCode =
      switch error.kind {
      case .locked, .lent: .locked
      case .notFound: .noSuchFile
      case .io, .newer, .outdated, .lost: .inputOutput
      case .foreign: .refused
      case .unsuitable: .usage
      case .changed: .configuration
      case .inconsistent: .internalError
      }
    self.init(code, place: error.place, error.message, hint: error.hint)
  }
}
