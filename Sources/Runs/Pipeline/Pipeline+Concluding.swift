package import Console
import Execution
package import Foundation
import Reports
import Sites
import Staging

extension Pipeline {
  /// Records the result of the work: in the run file, result files, summary and exit code.
  ///
  /// - Throws: `UserError` if it cannot be recorded.
  package func conclude(_ work: WorkDone, _ permission: Permission, since started: Date) throws(UserError)
    -> RunEnding
  {
    let notVerified = work.verification?.error(of: session, at: work.location)
    let code = try exitCode(work, permission, notVerified)
    let summary: RunSummary
    let stopped = work.stopReason?.text ?? notVerified?.message
    do throws(UserError) {
      summary = try put(down: code, work, stoppedBecause: stopped, since: started)
    } catch {
      // The error to report is the one that stopped the run, not the result files that have no room either.
      if case .storage(let failure)? = work.stopReason { throw session.userError(failure) }
      throw error
    }
    if !summary.addsUp {
      throw UserError(
        .internalError, place: session.directory.runFile,
        "\(summary.rows) rows were read, but the states add up to \(summary.counts.total)",
        hint: "this is a bug in bulkpatch; please report it, with the run's folder")
    }
    switch permission {
    // A user who has just said no needs no summary.
    case .declined(let error): return RunEnding(session.directory, error)
    case .objection(let error):
      var ending = RunEnding(session.directory, error, summary: summary)
      // A sheet without a valid row has ended, too.
      ending.isFinished = summary.counts.total == summary.counts[.rejected] + summary.counts[.skipped]
      return ending
    case .given, .stopped: break
    }
    if let error = try troubleBeforeSending(work) {
      return RunEnding(session.directory, error, summary: summary)
    }
    try show(summary, code, isVerified: work.verification != nil && notVerified == nil)
    if var notVerified {
      if Output.isStandardErrorLeft, !chronicle.log.holdsBodies { notVerified.reply = nil }
      Output.toStandardError(notVerified.text)
    }
    return RunEnding(
      session.directory, code, summary: summary,
      isFinished: (site != nil || intent.isGathering) && !isPlanning && stopped == nil)
  }

  /// Returns the exit code of the process.
  private func exitCode(_ work: WorkDone, _ permission: Permission, _ notVerified: UserError?)
    throws(UserError)
    -> ExitCode
  {
    let counts = try session.counts()
    var codes = [ExitCode(counts, stoppedBy: work.stopReason)]
    if let scope = plan.purpose.scope {
      let report = try session.file { run throws(StagingError) in
        try RollbackReport(reading: run, sourceRun: scope.source.id)
      }
      codes = [ExitCode(report, unknown: counts[.unknown], stoppedBy: work.stopReason)]
    }
    switch permission {
    case .declined(let error), .objection(let error): codes.append(error.code)
    case .given, .stopped: break
    }
    if isPlanning, work.stopReason == nil { codes += try pending() }
    if let notVerified {
      codes.append(notVerified.code)
    } else if work.verification != nil {
      codes.append(ExitCode(try session.file { run throws(StagingError) in try run.verification() }))
    }
    return .worst(codes)
  }

  /// Returns the exit codes of a dry run; rows that would fail count as failed.
  private func pending() throws(UserError) -> [ExitCode] {
    let counts = try session.file { run throws(StagingError) in try run.planCounts() }
    var codes: [ExitCode] = []
    if counts[.missing] + counts[.blocked] > 0 { codes.append(.rowsFailed) }
    if counts[.change] > 0, intent.planOptions.tellsPendingChanges { codes.append(.changesPending) }
    return codes
  }

  /// Records the end in the run file and writes the result files and `summary.json`.
  private func put(
    down code: ExitCode, _ work: WorkDone, stoppedBecause: String?, since started: Date
  ) throws(UserError) -> RunSummary {
    try session.file { run throws(StagingError) in
      // A run that another process has taken over is not described from here.
      try run.checkHeld()
      // The files come first: a run whose end is recorded has them.
      let files = try ResultFiles.write(run, changes: plan.carriedOutChanges(of: run), staged: work.results)
      var record = try run.record()
      record.finished = Timestamp.now
      record.exitCode = Int(code.rawValue)
      record.stoppedBecause = stoppedBecause
      var summary = try RunSummary(
        reading: run, run: session.name, workingFolder: WorkingFolder.path, ending: record)
      let figures = RunFigures(
        requests: work.requests, retries: work.retries,
        throttled: Dictionary(uniqueKeysWithValues: work.throttled.map { ($0.key.rawValue, $0.value) }),
        latency: chronicle.latency, peakMemoryBytes: PeakMemory.bytes, started: started, finished: Date())
      summary.figures = ([summary.figures] + work.figuresOfShards).compactMap { $0 }.reduce(figures) {
        $0.adding($1)
      }
      summary.suppressed = plan.suppressed.map(\.rawValue).sorted()
      summary.files = files
      try summary.write()
      try run.note(chronicle.tempo)
      // Last: an end, above all one for a review, is recorded only when the user can see the result.
      try run.finish(record)
      try run.endSending(isFinished: summary.standing == .finished, in: session.home)
      return summary
    }
  }

  private func show(_ summary: RunSummary, _ code: ExitCode, isVerified: Bool) throws(UserError) {
    guard !options.isQuiet || code != .success || options.wantsJSON else {
      // Warnings about the sheet as a whole were shown while it was read.
      return Output.toStandardError(WarningGroup.text(of: summary.warnings.filter { $0.rows > 0 }))
    }
    let output = Output.standardOutput()
    try output.write(summary, from: run, isFull: intent.planOptions.isFull, wantsJSON: options.wantsJSON)
    if isVerified, !options.wantsJSON {
      try session.file { run throws(StagingError) in
        try VerificationReport(run, run: session.name).writeRows { output.write($0) }
      }
    }
    try output.finish()
  }

  /// Returns the problem that a user must fix before resuming; `nil` if the summary says it all.
  private func troubleBeforeSending(_ work: WorkDone) throws(UserError) -> UserError? {
    guard let reason = work.stopReason, let trouble = reason.trouble, !work.hasSent else { return nil }
    let standing = try hasSent() ? "nothing was sent this time" : "every row is staged, nothing was sent"
    return UserError(
      reason.exitCode, place: work.location, trouble.fact, of: trouble.refusal,
      hint: "\(trouble.advice); then '\(resumeCommand(after: work.stopReason))': \(standing)")
  }

  /// Returns the command to type once the problem is fixed.
  ///
  /// A wrong address from the command line must be given again, unless the run already holds data of that site's
  /// records.
  private func resumeCommand(after reason: StopReason?) -> String {
    if case .split(let division) = intent.errand { return division.command(for: session.name) }
    return switch (reason, plan.settings.site) {
    case (.unreachable, .url), (.unusable, .url):
      (try? run.isBoundToSite()) == false ? "\(session.resumeCommand) --site URL" : session.resumeCommand
    default: session.resumeCommand
    }
  }
}
