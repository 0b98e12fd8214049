package import Console
import Execution
import Foundation
package import Sites

/// The meaning of a reason to stop for the user.
extension StopReason {
  /// The exit code of the process.
  var exitCode: ExitCode {
    switch self {
    case .signal(let number): number == SIGINT ? .interrupted : .terminated
    case .failures, .canary, .stopFile, .recalled: .stoppedEarly
    case .window: .windowClosed
    case .loginRefused: .refused
    case .unreachable: .unreachable
    case .siteDown: .tryLater
    case .unusable: .configuration
    case .storage, .recordLost: .inputOutput
    }
  }

  /// The site's trouble and what a user can do about it; `nil` if the reason is not the site.
  var trouble: (refusal: Refusal, fact: String, advice: String)? {
    func trouble(
      _ refusal: Refusal, _ fact: String, _ advice: String
    ) -> (Refusal, String, String) { (refusal, fact, refusal.hint ?? advice) }
    return switch self {
    case .loginRefused(let refusal):
      trouble(refusal, "the login was refused", "check user, password and the account's permissions")
    case .unreachable(let refusal):
      trouble(refusal, "the site cannot be reached", "check its URL and the network")
    case .siteDown(let refusal):
      trouble(refusal, "the site does not serve requests now", "wait a while")
    case .unusable(let refusal) where refusal.code == Refusal.unknownKeyCode:
      trouble(refusal, "the key column cannot be used", "use another key column")
    case .unusable(let refusal):
      trouble(refusal, "this cannot be used as the site", "check the site's URL")
    case .signal, .failures, .canary, .window, .stopFile, .recalled, .storage, .recordLost: nil
    }
  }
}

extension UserError {
  /// Creates the error of a question that a site has not answered as it should; `nil` if it has.
  ///
  /// - Parameter location: the site's address.
  package init?(_ outcome: Outcome, at location: String) {
    guard let reason = StopReason(outcome), let trouble = reason.trouble else { return nil }
    self.init(reason.exitCode, place: location, trouble.fact, of: trouble.refusal, hint: trouble.advice)
  }
}
