import Console
import Execution
import Sites

extension StopReason {
  /// What is the matter with the site, and what a user can do about it; `nil` when it is not the site.
  var trouble: (code: ExitCode, refusal: Refusal, fact: String, advice: String)? {
    func trouble(
      _ code: ExitCode, _ refusal: Refusal, _ fact: String, _ advice: String
    ) -> (ExitCode, Refusal, String, String) { (code, refusal, fact, refusal.hint ?? advice) }
    return switch self {
    case .loginRefused(let refusal):
      trouble(
        .refused, refusal, "the login was refused", "check user, password and the account's permissions")
    case .unreachable(let refusal):
      trouble(.unreachable, refusal, "the site cannot be reached", "check its URL and the network")
    case .siteDown(let refusal):
      trouble(.tryLater, refusal, "the site does not serve requests now", "wait a while")
    case .unusable(let refusal) where refusal.code == Refusal.unknownKeyCode:
      trouble(.configuration, refusal, "the key column cannot be used", "use another key column")
    case .unusable(let refusal):
      trouble(.configuration, refusal, "this cannot be used as the site", "check the site's URL")
    case .signal, .failures, .canary, .window, .stopFile, .storage, .recordLost: nil
    }
  }
}
