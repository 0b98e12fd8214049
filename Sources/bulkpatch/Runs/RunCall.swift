import Console
import Dispatch
import Execution
import Foundation
import Reports
import Sheets
import Sites
import Staging

/// What one call of a command that sends works under, whatever runs it works on: the signals, the time window and the
/// lock of its job.
struct RunCall {
  let global: GlobalOptions
  let stateFolder: String
  let interruption: Interruption
  let chronicle: RunChronicle
  /// How many lanes there are threads for.
  private let lanes: Int
  private let window: RunWindow
  /// Held until the call ends; the kernel frees it however the process ends.
  private let jobLock: FileLock

  /// Begins to listen to signals and takes the lock of the plan's job.
  ///
  /// The window opens here, so that time spent waiting for the lock counts.
  ///
  /// - Parameters:
  ///   - folder: the state folder of the run that is taken up, whose locks are meant; the one of the options when not given.
  ///   - lockWait: how long to wait for another run of the job to end.
  ///   - window: in place of the plan's.
  ///   - chronicle: told of its runs; one that nobody reads when not given.
  /// - Throws: `UserError`: 11 when the job is running, 74 when the state folder cannot be written to or there are too few
  ///   threads, 130 or 143 when a signal ended the wait.
  init(
    for plan: RunPlan, in folder: String? = nil, lockWait: Duration? = nil, window: RunWindow? = nil,
    chronicle: RunChronicle? = nil, global: GlobalOptions
  ) throws(UserError) {
    self.global = global
    // First of all: whatever comes now needs threads, and would wait for them without a word.
    lanes = try RunCall.affordableLanes(of: plan.execution.lanes)
    self.chronicle = chronicle ?? RunChronicle(plan, log: RunLog())
    if let folder { stateFolder = folder } else { stateFolder = try global.stateFolder() }
    interruption = try Interruption()
    let request = plan.settings.execution
    self.window = window ?? RunWindow(until: request.until, maximum: request.maximumDuration)
    jobLock = try RunCall.lock(
      plan.lockName, in: stateFolder, wait: lockWait ?? .zero, interruption: interruption, global)
  }

  /// How many of the lanes that are asked for there are threads for; says so when it is fewer.
  ///
  /// - Throws: `UserError` with exit code 74 when there is not even one.
  static func affordableLanes(of wanted: Int) throws(UserError) -> Int {
    let connected = DescriptorSupply.lanes(of: wanted)
    let lanes = ThreadSupply.lanes(of: connected)
    guard lanes > 0 else { throw UserError.tooFewThreads }
    if lanes < wanted {
      let (scarce, hint) =
        lanes < connected
        ? ("threads", UserError.moreThreadsHint) : ("open files", UserError.moreDescriptorsHint)
      Output.toStandardError(
        "warning: the system gives this process too few \(scarce) for \(wanted) lanes; it works with \(lanes)\n"
          + "hint: \(hint)\n")
    }
    return lanes
  }

  /// How often a lock that is waited for is tried.
  private static let interval = Duration.milliseconds(500)

  private static func lock(
    _ name: String, in stateFolder: String, wait: Duration, interruption: Interruption,
    _ global: GlobalOptions
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
        guard error.kind == .locked, left > .zero else { throw global.userError(error) }
        _ = bell.wait(timeout: .now() + min(left, interval) / .seconds(1))
        if let number = interruption.received {
          throw UserError(
            ExitCode(StateCounts(), stoppedBy: .signal(number)), place: error.place,
            "stopped while waiting for the lock; nothing was staged or sent")
        }
      }
    }
  }

  /// Works on a run that this process holds, and ends it whatever happens: its file is closed, its lock is free, and
  /// the job's command has been told.
  ///
  /// - Parameters:
  ///   - conclusion: of a session that is ended here.
  ///   - site: `nil` to send nothing.
  ///   - isResume: whether the run is an older one.
  ///   - prepare: what comes before rows are sent, such as staging.
  func carryOut(
    _ conclusion: RunConclusion, on site: (any Site)?, isResume: Bool = false, retryingFailed: Bool = false,
    after prepare: (RunWork) throws -> Void
  ) -> RunEnding {
    let session = conclusion.session
    // Nothing of a rehearsal has happened.
    let isRehearsal = site == nil || (try? conclusion.isPlanning()) ?? false
    chronicle.began(session, isResume: isResume, isRehearsal: isRehearsal)
    let work = work(on: session)
    var ending: RunEnding
    do {
      try session.sign(conclusion.callName(isResume: isResume))
      try prepare(work)
      try work.tellStaged()
      ending = try conclusion.conclude(after: work, on: site, retryingFailed: retryingFailed)
    } catch let error as UserError {
      ending = RunEnding(session.directory, session.run.loss == nil ? error : session.lossError)
    } catch {
      ending = RunEnding(session.directory, UserError(.internalError, "\(error)"))
    }
    work.control.end()
    session.end()
    if let summary = ending.summary, ending.error != nil, !global.wantsJSON {
      // The error says what to mend; whoever finds it in a mail needs to know of which run, and how that stands.
      let output = Output.standardOutput()
      output.write(summary.text(isColored: false) + "\n")
      output.flush()
    }
    chronicle.ended(ending)
    if !isRehearsal { Hooks(session.plan).tell(ending) }
    return ending
  }

  /// What a process does with a run that it holds, under this call's signals and window.
  func work(on session: RunSession) -> RunWork {
    session.run.rely(on: jobLock)
    let control = RunControl(session.run, interruption: interruption, window: window)
    return RunWork(
      session: session, lanes: lanes, control: control,
      progressStyle: global.progressStyle(beside: chronicle.log),
      chronicle: chronicle)
  }

  /// Removes old runs of the plan's job, as it says, when these have come to their ends.
  func prune(_ plan: RunPlan, after endings: [RunEnding]) {
    guard !endings.isEmpty, endings.allSatisfy(\.isFinished) else { return }
    Pruning(keep: plan.settings.keep, stateFolder: stateFolder, isVerbose: global.isVerbose)
      .prune(runsOf: plan.lockName, sparing: endings.map(\.directory))
  }

  /// Stages the plan's sheet as a new run and carries it out.
  ///
  /// - Parameters:
  ///   - site: `nil` to send nothing.
  ///   - earlier: the runs of this job that `--continue` has found.
  ///   - repetition: what is done when the sheet was sent before.
  /// - Returns: how it ended; `nil` when it was not run, as a sheet without rows that the job allows.
  /// - Throws: `UserError` as `RunSession.start`, when no run has come about; 64 when the sheet was sent before.
  func perform(
    _ plan: RunPlan, isDryRun: Bool = false, on site: (any Site)?,
    after earlier: EarlierRuns = EarlierRuns(), _ repetition: Repetition,
    concluding: (RunSession) -> RunConclusion
  ) throws(UserError) -> RunEnding? {
    if let number = interruption.received {
      throw .stoppedBeforeReading(plan.sheetName, by: number)
    }
    if !plan.readsStandardInput {
      if try isPutBack(plan, plan.sheet, by: earlier) { return nil }
      if try isPassedOver(plan, plan.sheet, repetition) { return nil }
    }
    let (session, source) = try RunSession.start(
      plan, isDryRun: isDryRun, stoppedBy: interruption, global: global)
    var isLeftAlone = true
    // Whether it is left alone or refused, nothing of the run stays.
    defer {
      if isLeftAlone {
        session.end()
        try? FileManager.default.removeItem(atPath: session.directory.path)
      }
    }
    if source.sheet.isEmpty {
      note("\(plan.sheetName) has no rows: there is nothing to do")
      if global.wantsJSON { try session.writeSummaryOfNoRows() }
      return nil
    }
    if plan.readsStandardInput {
      let spool = session.directory.spool
      if try isPutBack(plan, spool, by: earlier) { return nil }
      if try isPassedOver(plan, spool, repetition, otherThan: session.directory.id) { return nil }
    }
    isLeftAlone = false
    return carryOut(concluding(session), on: site) { try $0.stage(from: source) }
  }

  /// Goes on with a run from its checkpoints.
  ///
  /// - Parameters:
  ///   - isSheetNeeded: whether a sheet that has changed since it was staged is refused.
  ///   - claims: what a person says of the run.
  ///   - prepare: what is done first with the run, once nobody else can work on it.
  /// - Throws: `UserError`: 11 when somebody works on it, 74 when its file cannot be used.
  func goOn(
    with directory: RunDirectory, _ plan: RunPlan, on site: any Site, retryingFailed: Bool = false,
    isSheetNeeded: Bool = true, claims: RunClaims = RunClaims(),
    preparing prepare: (RunSession) throws -> Void = { _ in },
    concluding: (RunSession) -> RunConclusion
  ) throws(UserError) -> RunEnding {
    let session = try RunSession(
      takingUp: directory, plan: plan, in: stateFolder, claims: claims, global: global)
    return carryOut(concluding(session), on: site, isResume: true, retryingFailed: retryingFailed) { work in
      try prepare(session)
      // Read under the lock: whoever held it before may have gone on with the run.
      let record = try directory.readRecord()
      if record.staged == nil, let scope = plan.rollback {
        try work.stage(from: RollbackSource(plan, scope, site: site, in: stateFolder))
      } else if record.staged == nil {
        try work.stage(from: session.reopenSource(record))
      } else {
        try session.checkSheet(record, isNeeded: isSheetNeeded)
      }
    }
  }
}

extension UserError {
  fileprivate static let moreThreadsHint =
    "raise the limits of processes and of address space (ulimit -u, ulimit -v, a container's pids)"

  fileprivate static let moreDescriptorsHint = "raise the limit of open files (ulimit -n)"

  /// Nothing is begun with so few: what cannot be opened then looks like a site that is away, or a sheet that is not there.
  static let tooFewDescriptors = UserError(
    .inputOutput, "the system lets this process open too few files to work with: nothing was sent",
    hint: moreDescriptorsHint)

  /// Nothing is begun without the threads for it: Dispatch, which SQLite's queues need, would wait for them for ever.
  static let tooFewThreads = UserError(
    .inputOutput, "the system gives this process too few threads to work with: nothing was sent",
    hint: moreThreadsHint)
}
