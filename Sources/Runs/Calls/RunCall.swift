package import Console
import Dispatch
import Execution
import Foundation
import JSON
package import Reports
import Sheets
package import Sites
package import Staging

/// The surroundings of one call of a command that sends: the signals, the time window and the lock of its job.
///
/// They are the same for every run the call works on.
package struct RunCall {
  let options: CallOptions
  package let stateFolder: String
  let interruption: Interruption
  let chronicle: RunChronicle
  /// The number of lanes the system has threads for.
  private let lanes: Int
  private let window: RunWindow
  /// Held until the call ends; the kernel releases it however the process ends.
  private let jobLock: FileLock

  /// Starts listening to signals and takes the lock of the plan's job.
  ///
  /// The window opens here, so that time spent waiting for the lock counts.
  ///
  /// - Parameters:
  ///   - folder: the state folder of the run to resume, which holds the locks; the one of the options by default.
  ///   - lockWait: the longest wait for another run of the job to end.
  ///   - window: replaces the plan's window.
  ///   - chronicle: records the call's runs; records nothing by default.
  /// - Throws: `UserError`: 11 if the job is running, 74 if the state folder cannot be written to or there are too
  ///   few threads, 130 or 143 if a signal ended the wait.
  package init(
    for plan: RunPlan, in folder: String? = nil, lockWait: Duration? = nil, window: RunWindow? = nil,
    chronicle: RunChronicle? = nil, options: CallOptions
  ) throws(UserError) {
    self.options = options
    // Must come first: everything below needs threads, and would wait for them silently.
    lanes = try LaneSupply.lanes(of: plan.execution.lanes)
    self.chronicle = chronicle ?? RunChronicle(plan, log: RunLog())
    if let folder { stateFolder = folder } else { stateFolder = try options.home() }
    interruption = try Interruption()
    let request = plan.settings.execution
    self.window =
      window
      ?? RunWindow(until: request.until, maximum: request.maximumDuration, daily: request.window)
    jobLock = try RunCall.lock(
      plan.lockName, in: stateFolder, wait: lockWait ?? .zero, interruption: interruption, options)
  }

  /// The pause between two attempts to take a lock.
  private static let interval = Duration.milliseconds(500)

  private static func lock(
    _ name: String, in stateFolder: String, wait: Duration, interruption: Interruption,
    _ options: CallOptions
  ) throws(UserError) -> FileLock {
    let end = ContinuousClock.now + wait
    let bell = DispatchSemaphore(value: 0)
    interruption.onSignal { _ in bell.signal() }
    interruption.onStatusRequest { Output.toStandardError("bulkpatch: waiting for the lock of the job\n") }
    defer { interruption.onStatusRequest(nil) }
    while true {
      do throws(StagingError) {
        return try RunDirectory.lockJob(name, in: stateFolder, holder: RunSession.holder)
      } catch {
        let left = end - .now
        guard error.kind == .locked, left > .zero else { throw options.userError(error) }
        _ = bell.wait(timeout: .now() + min(left, interval) / .seconds(1))
        if let number = interruption.received {
          throw UserError(
            StopReason.signal(number).exitCode, place: error.place,
            "stopped while waiting for the lock; nothing was staged or sent")
        }
      }
    }
  }

  /// Carries out a run that this process holds, and always releases it.
  ///
  /// - Parameters:
  ///   - site: `nil` to send nothing.
  ///   - stage: puts every row into the run file.
  package func carryOut(
    _ session: RunSession, on site: (any Site)?, _ intent: RunIntent,
    staging stage: (Pipeline) throws -> StagedResults?
  ) -> RunEnding {
    do throws(UserError) {
      return try pipeline(session, on: site, intent).run(staging: stage)
    } catch {
      session.end()
      let ending = RunEnding(session.directory, error)
      chronicle.ended(ending)
      if site != nil { Hooks(session.plan).tell(ending) }
      return ending
    }
  }

  /// Returns the pipeline of a run, under this call's signals and window.
  ///
  /// - Throws: `UserError` with exit code 74.
  private func pipeline(
    _ session: RunSession, on site: (any Site)?, _ intent: RunIntent
  ) throws(UserError) -> Pipeline {
    let record = try session.record()
    let isPlanning = record.isPlanning && !intent.approvesPlan
    session.run.rely(on: jobLock)
    return Pipeline(
      session: session, site: site, intent: intent,
      options: options, lanes: lanes,
      control: RunControl(session.run, interruption: interruption, window: window), chronicle: chronicle,
      progressStyle: options.progressStyle(beside: chronicle.log), isPlanning: isPlanning)
  }

  /// Reads the records of a run's rows back, on its own.
  ///
  /// - Throws: `UserError`: 74 if the run file cannot be used; otherwise the reason it could not be verified.
  package func verify(_ session: RunSession, on site: any Site) throws(UserError) {
    let pipeline = try pipeline(
      session, on: site, RunIntent(confirmation: Confirmation(isKnown: true)))
    defer { pipeline.control.end() }
    let report = try pipeline.verification(on: site)
    if let error = report.error(of: session, at: site.location) { throw error }
  }

  /// Removes old runs of the plan's job as the job asks, once these runs have ended.
  package func prune(_ plan: RunPlan, after endings: [RunEnding]) {
    guard !endings.isEmpty, endings.allSatisfy(\.isFinished) else { return }
    Pruning(keep: plan.settings.keep, stateFolder: stateFolder, isVerbose: options.isVerbose)
      .prune(runsOf: plan.lockName, sparing: endings.map(\.directory))
  }

  /// Stages the plan's sheet as a new run and carries it out.
  ///
  /// - Parameters:
  ///   - site: `nil` to send nothing.
  ///   - earlier: the runs of this job that `--continue` has found.
  ///   - repetition: what to do if the sheet was sent before.
  /// - Returns: the ending, or `nil` if the sheet was not run, such as an empty sheet that the job allows.
  /// - Throws: `UserError` as `RunSession.start`, if no run was made; 64 if the sheet was sent before.
  package func perform(
    _ plan: RunPlan, isDryRun: Bool = false, on site: (any Site)?, _ intent: RunIntent,
    after earlier: EarlierRuns = EarlierRuns(), _ repetition: Repetition
  ) throws(UserError) -> RunEnding? {
    if let number = interruption.received {
      throw .stoppedBeforeReading(plan.sheetName, by: number)
    }
    if !plan.isSpooled {
      if try isRolledBack(plan, plan.sheet, by: earlier) { return nil }
      if try isPassedOver(plan, plan.sheet, repetition) { return nil }
    }
    let (session, source) = try RunSession.start(
      plan, isDryRun: isDryRun, stoppedBy: interruption, options: options)
    var isLeftAlone = true
    // Skipped or refused, the run leaves nothing behind.
    defer {
      if isLeftAlone {
        session.end()
        try? FileManager.default.removeItem(atPath: session.directory.path)
      }
    }
    if source.sheet.isEmpty {
      note("\(plan.sheetName) has no rows: nothing to do")
      try tellOfNoRows(session, isRehearsal: isDryRun || site == nil)
      return nil
    }
    if plan.isSpooled {
      let spool = session.directory.spool
      if try isRolledBack(plan, spool, by: earlier) { return nil }
      if try isPassedOver(plan, spool, repetition, otherThan: session.directory.id) { return nil }
    }
    isLeftAlone = false
    return carryOut(session, on: site, intent) { try $0.stage(from: source) }
  }

  /// Reports through summary, hooks and metrics that the job's sheet was empty and all is well.
  ///
  /// - Throws: `UserError` with exit code 74 if the run file cannot be read, or output cannot be written.
  private func tellOfNoRows(_ session: RunSession, isRehearsal: Bool) throws(UserError) {
    chronicle.began(session, isResume: false, isRehearsal: isRehearsal)
    let summary = try session.summaryOfNoRows()
    let ending = RunEnding(session.directory, .success, summary: summary, isFinished: true)
    chronicle.ended(ending)
    if !isRehearsal { Hooks(session.plan).tell(ending) }
    guard options.wantsJSON else { return }
    var details = summary.details
    details["folder"] = .null
    let output = Output.standardOutput()
    output.write(details.text(.indented(2)) + "\n")
    try output.finish()
  }

  /// Resumes a run from its checkpoints.
  ///
  /// - Parameters:
  ///   - isSheetNeeded: refuses a sheet that has changed since it was staged.
  ///   - claims: the user's statements about the run.
  ///   - prepare: called first, under the run's lock.
  /// - Throws: `UserError`: 11 if another process works on it, 74 if its file cannot be used.
  package func goOn(
    with directory: RunDirectory, _ plan: RunPlan, on site: (any Site)?, _ intent: RunIntent,
    isSheetNeeded: Bool = true, claims: RunClaims = RunClaims(),
    preparing prepare: (RunSession) throws -> Void = { _ in }
  ) throws(UserError) -> RunEnding {
    let session = try RunSession(
      takingUp: directory, plan: plan, in: stateFolder, claims: claims,
      forShards: intent.errand != .send, options: options)
    var intent = intent
    intent.isResume = true
    // Splitting and gathering send nothing.
    if intent.errand == .send { try tellResumption(session, intent) }
    return carryOut(session, on: site, intent) { pipeline in
      try prepare(session)
      // Read under the lock: its previous holder may have resumed the run.
      let record = try session.record()
      if record.staged != nil {
        try session.checkSheet(record, isNeeded: isSheetNeeded)
      } else if let scope = plan.purpose.scope, let site {
        try pipeline.stage(from: RollbackSource(plan, scope, site: site, in: stateFolder))
      } else {
        return try pipeline.stage(from: session.reopenSource(record))
      }
      return nil
    }
  }

  /// Says in one line what is resumed, until when, and that it can be stopped.
  private func tellResumption(_ session: RunSession, _ intent: RunIntent) throws(UserError) {
    let record = try session.record()
    let counts = try session.counts()
    let left = counts[.staged] + counts[.sending]
    let what =
      record.staged == nil
      ? "its sheet is read again"
      : "\(Quantity.count(left)) of \(Quantity.rows(record.rowsRead ?? counts.total)) not done yet"
    let verb = intent.approvesPlan && record.approved == nil ? "applying" : "resuming"
    let stop = window.text.map { ", stops \($0)" } ?? ""
    note(
      "\(verb) run \(record.id): \(what), at \(record.site) (\(record.siteURL))\(stop); Ctrl-C is safe, "
        + "it can be resumed")
  }
}
