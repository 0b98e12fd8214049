/// The exit codes of the process: the only table, shown at the end of every command's help.
///
/// A command throws one if it has already reported everything and only has to end.
public enum ExitCode: Int32, Error, CaseIterable, Sendable {
  case success = 0
  case rowsFailed = 1
  case changesPending = 2
  case stoppedEarly = 3
  case outcomesUnknown = 4
  case conflicts = 5
  case locked = 11
  case windowClosed = 12
  // 64 to 78 have the meanings of sysexits.h.
  case usage = 64
  case unreadableSheet = 65
  case noSuchFile = 66
  case unreachable = 69
  case internalError = 70
  case inputOutput = 74
  case tryLater = 75
  case refused = 77
  case configuration = 78
  // 128 + the signal's number, as a shell reports it.
  case interrupted = 130
  case terminated = 143
}

extension ExitCode {
  /// The stable name for programs, in JSON output and `summary.json`.
  public var name: String {
    switch self {
    case .success: "success"
    case .rowsFailed: "rows-failed"
    case .changesPending: "changes-pending"
    case .stoppedEarly: "stopped-early"
    case .outcomesUnknown: "outcomes-unknown"
    case .conflicts: "conflicts"
    case .locked: "locked"
    case .windowClosed: "window-closed"
    case .usage: "usage"
    case .unreadableSheet: "unreadable-sheet"
    case .noSuchFile: "no-such-file"
    case .unreachable: "unreachable"
    case .internalError: "internal-error"
    case .inputOutput: "input-output"
    case .tryLater: "try-later"
    case .refused: "refused"
    case .configuration: "configuration"
    case .interrupted: "interrupted"
    case .terminated: "terminated"
    }
  }

  /// The meaning of the code, for the help; a command may use its own words.
  public var meaning: String {
    switch self {
    case .success: "every row applied, or already as asked"
    case .rowsFailed: "finished; some rows rejected, failed or blocked"
    case .changesPending: "--dry-run --detailed-exit-code: changes are pending"
    case .stoppedEarly: "stopped early by stop_after or canary; resumable"
    case .outcomesUnknown: "finished, with outcomes unknown"
    case .conflicts: "finished with conflicts, or verification found differences"
    case .locked: "another run of this job holds the lock"
    case .windowClosed: "the time window closed; resumable"
    case .usage: "the command line is wrong"
    case .unreadableSheet: "the sheet cannot be read or has nothing valid"
    case .noSuchFile: "no such file"
    case .unreachable: "the site cannot be reached"
    case .internalError: "a bug in bulkpatch; please report it"
    case .inputOutput: "local input/output failed, such as a full disk"
    case .tryLater: "the site does not serve requests now; resumable"
    case .refused: "login or permission refused"
    case .configuration: "the job or site file is wrong"
    case .interrupted: "interrupted (SIGINT), after a clean drain; resumable"
    case .terminated: "terminated (SIGTERM), after a clean drain; resumable"
    }
  }

  /// Returns the most serious of several codes that apply at once; `success` if there is none.
  ///
  /// A failure of the tool itself outranks a run that stopped, and that outranks one that finished. Among finished
  /// runs, unknown outcomes outrank conflicts and failed rows.
  public static func worst(_ codes: some Sequence<ExitCode>) -> ExitCode {
    codes.max { $0.seriousness < $1.seriousness } ?? .success
  }

  private var seriousness: Int { ExitCode.leastSeriousFirst.firstIndex(of: self) ?? 0 }

  private static let leastSeriousFirst: [ExitCode] = [
    .success, .changesPending, .rowsFailed, .conflicts, .outcomesUnknown, .stoppedEarly, .windowClosed,
    .interrupted, .terminated, .locked, .usage, .unreadableSheet, .noSuchFile, .unreachable, .tryLater,
    .refused, .configuration, .inputOutput, .internalError,
  ]
}
