package import Console
import Execution
import Records
import Reports
package import Staging

extension ExitCode {
  /// How a run can end, with what each means.
  package static let ofRuns: [(ExitCode, String)] = [
    .success, .rowsFailed, .changesPending, .stoppedEarly, .outcomesUnknown, .conflicts, .locked,
    .windowClosed,
    .usage, .unreadableSheet, .noSuchFile, .unreachable, .internalError, .inputOutput, .tryLater, .refused,
    .configuration,
    .interrupted, .terminated,
  ].map { ($0, $0.meaning) }

  /// How a run ends whose rows stand like this, and that stopped early for this reason if it did.
  init(_ counts: StateCounts, stoppedBy reason: StopReason?) {
    var codes: [ExitCode] = []
    if counts[.unknown] > 0 { codes.append(.outcomesUnknown) }
    if counts[.conflict] > 0 { codes.append(.conflicts) }
    if counts[.failed] + counts[.rejected] + counts[.blocked] > 0 { codes.append(.rowsFailed) }
    self = .worst(codes + [reason?.exitCode].compactMap { $0 })
  }

  /// How a rollback ends.
  init(_ rollback: RollbackReport, unknown: Int, stoppedBy reason: StopReason?) {
    var codes: [ExitCode] = []
    if unknown > 0 { codes.append(.outcomesUnknown) }
    if rollback.kept.changes + rollback.irreversible.changes > 0 { codes.append(.conflicts) }
    if rollback.failed.rows > 0 { codes.append(.rowsFailed) }
    self = .worst(codes + [reason?.exitCode].compactMap { $0 })
  }
}

extension ExitCode {
  /// How a verification ends that was not stopped.
  package init(_ counts: VerificationCounts?) {
    let hasDifferences = counts.map { $0[.different] + $0[.missing] > 0 } ?? false
    self = hasDifferences ? .conflicts : .success
  }
}
