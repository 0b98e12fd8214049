import Console
import JSON
import Reports
import Sheets
import Sites
package import Staging

/// The resumption of a run, for `resume` and for `apply`.
package struct RunContinuation {
  package let directory: RunDirectory
  let record: RunRecord
  /// The flags of this call, which override those the run was started with.
  let flags: [RunRequest.Flag]
  let options: CallOptions
  /// The user's statements about the run.
  let claims: RunClaims

  package init(
    of directory: RunDirectory, _ record: RunRecord, overriding flags: [RunRequest.Flag],
    claims: RunClaims, options: CallOptions
  ) {
    self.claims = claims
    self.directory = directory
    self.record = record
    self.flags = flags
    self.options = options
  }

  /// Resumes the run, works to its end, and ends the process with its exit code.
  ///
  /// - Parameters:
  ///   - lockWait: the longest wait for another run of the job to end.
  ///   - prepare: called first, under the run's lock.
  /// - Throws: `ExitCode` if everything has been reported; `UserError` if something still has to be.
  package func goOn(
    _ intent: RunIntent, lockWait: Duration?, logging: LogRequest,
    preparing prepare: (RunSession) throws -> Void = { _ in }
  ) throws {
    try refuseRolledBack(retryingFailed: intent.retriesFailed, isKnown: intent.confirmation.isKnown)
    let sends = !record.isPlanning || intent.approvesPlan
    let ending = try Hooks.telling {
      try RunChronicle.keep(
        logging.makeLog(isVerbose: options.isVerbose), sends: sends,
        plan: { try RunPlan(of: record, in: directory, overriding: flags) },
        work: { plan, chronicle in
          if intent.approvesPlan, record.approved == nil { try plan.requireReason(orThatOf: record) }
          let site = try plan.makeSite(keepingBodies: chronicle.log.holdsBodies)
          let call = try RunCall(
            for: plan, in: directory.locksHome, lockWait: lockWait, chronicle: chronicle, options: options)
          let ending = try call.goOn(with: directory, plan, on: site, intent, claims: claims) { session in
            try prepare(session)
            // The previous canary may be over already.
            if flags.has("canary") { try session.forgetCanary() }
          }
          call.prune(plan, after: [ending])
          return ending
        })
    } orElse: {
      Hooks(of: record, overriding: flags)
    }
    try RunEnding.conclude([ending])
  }

  /// Refuses to send what was rolled back unless the user asks for it, by flag or on a terminal.
  private func refuseRolledBack(retryingFailed: Bool, isKnown: Bool) throws(UserError) {
    guard !isKnown, !Confirmation.hasTerminal, let rollback = Rollbacks.begun(of: record, in: directory).last
    else { return }
    var counts: StateCounts
    do throws(StagingError) { counts = try RunFile(reading: directory).counts() } catch {
      throw UserError(error)
    }
    if !retryingFailed { counts[.failed] = 0 }
    let left = [RowState.staged, .sending, .unknown, .blocked, .failed].reduce(0) { $0 + counts[$1] }
    guard left > 0 else { return }
    throw UserError(
      .usage, place: directory.id,
      "has been rolled back by run \(rollback.id); resuming it would send \(Quantity.rows(left))",
      hint: "add --yes to send them anyway")
  }
}
