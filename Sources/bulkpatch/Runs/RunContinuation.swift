import Console
import JSON
import Reports
import Sheets
import Sites
import Staging

/// A run taken up again, for `resume` and for `apply`.
struct RunContinuation {
  let directory: RunDirectory
  let record: RunRecord
  /// What is asked for now, put over what was asked for when the run was started.
  let flags: [RunRequest.Flag]
  /// How long to wait for another run of the job to end.
  let lockWait: Duration?
  let logging: LogArguments
  let global: GlobalOptions
  /// What a person says of the run.
  let claims: RunClaims

  init(
    of directory: RunDirectory, _ record: RunRecord, overriding flags: [RunRequest.Flag], lockWait: Duration?,
    logging: LogArguments, global: GlobalOptions, claims: RunClaims
  ) {
    self.claims = claims
    self.directory = directory
    self.record = record
    self.flags = flags
    self.lockWait = lockWait
    self.logging = logging
    self.global = global
  }

  /// Goes on where the run is, to its end, and ends the process's work as that asks for.
  ///
  /// - Parameters:
  ///   - approvesPlan: whether the plan of a dry run is carried out from now on.
  ///   - confirmation: who is asked first.
  ///   - prepare: what is done first with the run, once nobody else can work on it.
  /// - Throws: `ExitCode` when everything has been said; `UserError` when something still has to be.
  func goOn(
    retryingFailed: Bool = false, approvesPlan: Bool = false,
    asking confirmation: ConfirmationArguments,
    preparing prepare: (RunSession) throws -> Void = { _ in }
  ) throws {
    try refuseRolledBack(retryingFailed: retryingFailed, isKnown: confirmation.isKnown)
    let sends = !record.isDryRun || record.approved != nil || approvesPlan
    let ending = try Hooks.telling {
      try RunChronicle.keep(
        logging.makeLog(isVerbose: global.isVerbose), sends: sends,
        plan: { try RunPlan(of: record, in: directory, overriding: flags) },
        work: { plan, chronicle in
          if approvesPlan, record.approved == nil { try plan.requireReason(orThatOf: record) }
          let site = try plan.makeSite(keepingBodies: chronicle.log.holdsBodies)
          let call = try RunCall(
            for: plan, in: directory.stateFolder, lockWait: lockWait, chronicle: chronicle, global: global)
          let ending = try call.goOn(
            with: directory, plan, on: site, retryingFailed: retryingFailed, claims: claims
          ) { session in
            try prepare(session)
            // The one that was asked for then may be over.
            if flags.has("canary") { try session.forgetCanary() }
          } concluding: { session in
            RunConclusion(
              session: session, global: global, confirmation: confirmation.confirmation,
              approvesPlan: approvesPlan, isRepetitionMeant: claims.isRepetitionMeant)
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

extension RunDirectory {
  /// What the run file says of its run, read without disturbing whoever works on it.
  ///
  /// - Throws: `UserError` with exit code 66 or 74.
  func readRecord() throws(UserError) -> RunRecord {
    do throws(StagingError) { return try RunFile(reading: self).record() } catch { throw UserError(error) }
  }
}

extension RunSession {
  /// Lets another canary be set.
  ///
  /// - Throws: `UserError` with exit code 74.
  fileprivate func forgetCanary() throws(UserError) {
    do throws(StagingError) { try run.forgetCanary() } catch { throw userError(error) }
  }

  /// The sheet of a run whose staging was cut short, to be staged anew.
  func reopenSource(_ record: RunRecord) throws(UserError) -> PatchSource {
    try PatchSource(plan, path: record.sheetPath)
  }

  /// Makes sure that the sheet is the one that was staged, if it is still there at all.
  ///
  /// - Parameter isNeeded: whether another sheet in its place is a reason to stop; every row that matters is in the
  ///   run file.
  /// - Throws: `UserError` with exit code 78 that says what differs.
  func checkSheet(_ record: RunRecord, isNeeded: Bool) throws(UserError) {
    guard isNeeded, let staged = record.sheetDigest else { return }
    let known: Set<SheetDigest>
    do throws(SheetError) { known = try Sheet.digests(of: record.sheetPath) } catch {
      guard error.kind == .notFound else { throw plan.userError(error) }
      // Nightly sheets are moved away; every row that matters is in the run file.
      Output.toStandardError("note: \(record.sheetPath.printable()) is gone; going on from what was staged\n")
      return
    }
    guard !known.contains(staged), let now = known.map(\.size).max() else { return }
    let difference =
      known.contains { $0.size == staged.size }
      ? "same size, other content" : "\(now) bytes now, \(staged.size) when it was staged"
    throw UserError(
      .configuration, place: record.sheetPath,
      "the sheet is not the one that run \(record.id) was staged from: \(difference)",
      hint: "put the sheet back as it was, or start a new run with 'bulkpatch run'")
  }
}
