package import Console
import Execution
import Records
import Reports
package import Staging

extension ExitCode {
  /// The ways a run can end, with their meanings.
  package static let ofRuns: [(ExitCode, String)] = [
    .success, .rowsFailed, .changesPending, .stoppedEarly, .outcomesUnknown, .conflicts, .locked,
    .windowClosed,
    .usage, .unreadableSheet, .noSuchFile, .unreachable, .internalError, .inputOutput, .tryLater, .refused,
    .configuration,
    .interrupted, .terminated,
  ].map { ($0, $0.meaning) }

  /// Creates the exit code of a run with these rows by state, which may have stopped early.
  init(_ counts: StateCounts, stoppedBy reason: StopReason?) {
    var codes: [ExitCode] = []
    if counts[.unknown] > 0 { codes.append(.outcomesUnknown) }
    if counts[.conflict] > 0 { codes.append(.conflicts) }
    if counts[.failed] + counts[.rejected] + counts[.blocked] > 0 { codes.append(.rowsFailed) }
    self = .worst(codes + [reason?.exitCode].compactMap { $0 })
  }

  /// Creates the exit code of a rollback.
  init(_ rollback: RollbackReport, unknown: Int, stoppedBy reason: StopReason?) {
    var codes: [ExitCode] = []
    if unknown > 0 { codes.append(.outcomesUnknown) }
    if rollback.kept.changes + rollback.irreversible.changes > 0 { codes.append(.conflicts) }
    if rollback.failed.rows > 0 { codes.append(.rowsFailed) }
    self = .worst(codes + [reason?.exitCode].compactMap { $0 })
  }
}

extension ExitCode {
  /// Creates the exit code of a verification that was not stopped.
  package init(_ counts: VerificationCounts?) {
    let hasDifferences = counts.map { $0[.different] + $0[.missing] > 0 } ?? false
    self = hasDifferences ? .conflicts : .success
  }
}
