import Console
import JSON
import Reports
import Sheets
import Sites
package import Staging

/// A run taken up again, for `resume` and for `apply`.
package struct RunContinuation {
  package let directory: RunDirectory
  let record: RunRecord
  /// What is asked for now, put over what was asked for when the run was started.
  let flags: [RunRequest.Flag]
  let options: CallOptions
  /// What a person says of the run.
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

  /// Goes on where the run is, to its end, and ends the process's work as that asks for.
  ///
  /// - Parameters:
  ///   - lockWait: how long to wait for another run of the job to end.
  ///   - prepare: what is done first with the run, once nobody else can work on it.
  /// - Throws: `ExitCode` when everything has been said; `UserError` when something still has to be.
  package func goOn(
    _ intent: RunIntent, lockWait: Duration?, logging: LogRequest,
    preparing prepare: (RunSession) throws -> Void = { _ in }
  ) throws {
    try refuseRolledBack(retryingFailed: intent.retriesFailed, isKnown: intent.confirmation.isKnown)
    let sends = !record.isDryRun || record.approved != nil || intent.approvesPlan
    let ending = try Hooks.telling {
      try RunChronicle.keep(
        logging.makeLog(isVerbose: options.isVerbose), sends: sends,
        plan: { try RunPlan(of: record, in: directory, overriding: flags) },
        work: { plan, chronicle in
          if intent.approvesPlan, record.approved == nil { try plan.requireReason(orThatOf: record) }
          let site = try plan.makeSite(keepingBodies: chronicle.log.holdsBodies)
          let call = try RunCall(
            for: plan, in: directory.stateFolder, lockWait: lockWait, chronicle: chronicle, options: options)
          let ending = try call.goOn(with: directory, plan, on: site, intent, claims: claims) { session in
            try prepare(session)
            // The one that was asked for then may be over.
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

  /// What somebody has put back is sent again only if somebody says so: here, or when asked on a terminal.
  private func refuseRolledBack(retryingFailed: Bool, isKnown: Bool) throws(UserError) {
    guard !isKnown, !Confirmation.isPossible, let rollback = Rollbacks.begun(of: record, in: directory).last
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
      "has been put back by run \(rollback.id); going on would send \(Quantity.rows(left)) all the same",
      hint: "if that is meant, add --yes")
  }
}
