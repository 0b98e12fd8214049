import Sheets
import Sites
import Staging

/// A run taken up again, for `resume` and for `apply`.
struct RunContinuation {
  let directory: RunDirectory
  let record: RunRecord
  let plan: RunPlan
  let global: GlobalOptions
  /// Whether a canary is asked for now; the one that was asked for then may be over.
  private let asksForCanary: Bool

  /// - Parameter flags: what is asked for now, put over what was asked for when the run was started.
  /// - Throws: as `RunPlan.init(of:in:overriding:)`.
  init(
    of directory: RunDirectory, _ record: RunRecord, overriding flags: JobSettings, global: GlobalOptions
  ) throws {
    self.directory = directory
    self.record = record
    plan = try RunPlan(of: record, in: directory, overriding: flags)
    self.global = global
    asksForCanary = flags.execution.canary != nil
  }

  /// Goes on where the run is, to its end.
  ///
  /// - Parameters:
  ///   - approvesPlan: whether the plan of a dry run is carried out from now on.
  ///   - confirmation: who is asked first.
  ///   - prepare: what is done first with the run, once nobody else can work on it.
  /// - Throws: as `RunConclusion.conclude`; `UserError` with exit code 11 when somebody works on it, 78 when its sheet has
  ///   changed.
  func goOn(
    retryingFailed: Bool = false, approvesPlan: Bool = false,
    asking confirmation: (Interruption) -> Confirmation,
    preparing prepare: (RunSession) throws -> Void = { _ in }
  ) throws {
    let site = try plan.makeSite()
    let interruption = Interruption()
    let session = try RunSession(takingUp: directory, plan: plan, global: global)
    defer { session.end() }
    let work = RunWork(session: session, interruption: interruption, progressStyle: global.progressStyle)
    try prepare(session)
    if asksForCanary { try session.forgetCanary() }
    if record.staged == nil, let scope = plan.rollback {
      try work.stage(from: RollbackSource(plan, scope, site: site))
    } else if record.staged == nil {
      try work.stage(from: session.reopenSource(record))
    } else {
      try session.checkSheet(record)
    }
    let conclusion = RunConclusion(
      session: session, global: global, confirmation: confirmation(interruption), approvesPlan: approvesPlan)
    try conclusion.conclude(after: work, on: site, retryingFailed: retryingFailed)
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
  fileprivate func reopenSource(_ record: RunRecord) throws(UserError) -> PatchSource {
    try PatchSource(plan, path: record.sheetPath)
  }

  /// Makes sure that the sheet is the one that was staged, if it is still there at all.
  ///
  /// - Throws: `UserError` with exit code 78 that says what differs.
  fileprivate func checkSheet(_ record: RunRecord) throws(UserError) {
    guard let staged = record.sheetDigest else { return }
    let now: SheetDigest
    do throws(SheetError) { now = try Sheet.digest(of: record.sheetPath) } catch {
      guard error.kind == .notFound else { throw plan.userError(error) }
      // Nightly sheets are moved away; every row that matters is in the run file.
      Output.toStandardError("note: \(record.sheetPath) is gone; going on from what was staged\n")
      return
    }
    guard now != staged else { return }
    let difference =
      now.size == staged.size
      ? "same size, other content" : "\(now.size) bytes now, \(staged.size) when it was staged"
    throw UserError(
      .configuration, place: record.sheetPath,
      "the sheet is not the one that run \(record.id) was staged from: \(difference)",
      hint: "put the sheet back as it was, or start a new run with 'bulkpatch run'")
  }
}
