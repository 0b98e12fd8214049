public import Sites
public import Staging

/// The reason a run stops before every row is finished.
///
/// The run can always be resumed.
public enum StopReason: Sendable, Equatable {
  /// SIGINT, SIGTERM or SIGHUP, by number.
  case signal(Int32)
  /// Too many failures; the rule in words.
  case failures(String)
  /// The canary's records are done, and the others wait for a review.
  case canary(records: Int)
  /// The time for sending requests is over; the limit in words.
  case window(String)
  /// The user put a file `stop` into the run's folder.
  case stopFile
  /// Shards were recalled before every row was sent.
  case recalled
  /// The site refuses the login or the account.
  case loginRefused(Refusal)
  /// The site has never answered.
  case unreachable(Refusal)
  /// The site has stopped answering, or keeps saying "later".
  case siteDown(Refusal)
  /// The answers do not come from the service, or it refuses even a harmless question.
  case unusable(Refusal)
  /// The run file cannot be written.
  case storage(StagingError)
  /// The run file, or a lock, is no longer the one that was opened.
  case recordLost(StagingError)

  /// The reason as a stable word, for programs.
  public var name: String {
    switch self {
    case .signal: "signal"
    case .failures: "failures"
    case .canary: "canary"
    case .window: "window"
    case .stopFile: "stop-file"
    case .recalled: "recalled"
    case .loginRefused: "login-refused"
    case .unreachable: "unreachable"
    case .siteDown: "site-down"
    case .unusable: "unusable"
    case .storage: "storage"
    case .recordLost: "record-lost"
    }
  }

  /// The site's answer, if it is the reason.
  public var refusal: Refusal? {
    switch self {
    case .loginRefused(let refusal), .unreachable(let refusal), .siteDown(let refusal),
      .unusable(let refusal):
      refusal
    default: nil
    }
  }

  /// The reason in words, on one line.
  public var text: String {
    switch self {
    case .signal(1): "the terminal was closed (SIGHUP)"
    case .signal(2): "interrupted (SIGINT)"
    case .signal: "terminated (SIGTERM)"
    case .failures(let rule): rule
    case .canary(let records):
      "stopped after the first \(records == 1 ? "record" : "\(records) records") for review"
    case .window(let limit): "the time window closed (\(limit))"
    case .stopFile: "the file 'stop' was found"
    case .recalled: "shards were recalled before every row was sent"
    case .loginRefused(let refusal): "login refused: \(refusal.message)"
    case .unreachable(let refusal): "the site cannot be reached: \(refusal.message)"
    case .siteDown(let refusal): "the site does not serve requests: \(refusal.message)"
    // A name that the site does not know is no trouble of the site.
    case .unusable(let refusal) where refusal.code == Refusal.unknownKeyCode: refusal.message
    case .unusable(let refusal):
      "the site cannot be used: \(refusal.message)" + (refusal.hint.map { " (\($0))" } ?? "")
    case .storage(let error): "\(error)"
    case .recordLost(let error): "the run's record is lost: \(error)"
    }
  }
}
