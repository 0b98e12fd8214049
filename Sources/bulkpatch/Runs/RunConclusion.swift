import Console
import Execution
import Foundation
import JSON
import Reports
import Sheets
import Sites
import Staging

/// The end of a process's work on a run: what came of it, in the run file, in files, in words and as exit code.
struct RunConclusion {
  /// How `run` and `resume` can end.
  static let exitCodes: [(ExitCode, String)] = [
    .success, .rowsFailed, .changesPending, .stoppedEarly, .outcomesUnknown, .conflicts, .locked,
    .windowClosed,
    .usage, .unreadableSheet, .noSuchFile, .unreachable, .internalError, .inputOutput, .tryLater, .refused,
    .configuration,
    .interrupted, .terminated,
  ].map { ($0, $0.meaning) }

  let session: RunSession
  let global: GlobalOptions
  /// Who is asked before the first row is sent.
  let confirmation: Confirmation
  /// Whether the plan of a dry run is carried out from now on.
  var approvesPlan = false
  /// What of a plan is shown, and how pending changes are told.
  var planOptions = PlanOptions()
  /// Whether the sheet is meant to be sent although it was sent before.
  var isRepetitionMeant = false

  private var run: RunFile { session.run }
  private var plan: RunPlan { session.plan }

  /// Sends what is staged, unless there is a reason not to, and puts down how it went.
  ///
  /// - Parameter site: `nil` to send nothing (`--stage-only`).
  /// - Throws: `UserError` when how it went could not be put down.
  func conclude(
    after work: RunWork, on site: (any Site)?, retryingFailed: Bool = false
  ) throws(UserError) -> RunEnding {
    let started = Date()
    var execution = RunWork.Execution()
    let isPlanning = try isPlanning()
    let earlier = site == nil || isPlanning ? nil : try earlierSending()
    let objection = try objectionToSending(again: earlier)
    var isDeclined = false
    if let site, objection == nil {
      if isPlanning {
        execution = try work.makePlan(on: site)
      } else if let done = try send(through: work, to: site, again: earlier, retryingFailed: retryingFailed) {
        execution = done
      } else {
        isDeclined = true
      }
    }
    if run.loss != nil { return RunEnding(session.directory, session.lossError) }
    let counts = try counts()
    let verification = objection == nil ? try verify(after: &execution, through: work, on: site) : nil
    let notVerified = site.flatMap { verification?.error(of: session, at: $0.location) }
    var code = ExitCode(counts, stoppedBy: execution.stopReason)
    if let rollback = try rollbackReport() {
      code = ExitCode(rollback, unknown: counts[.unknown], stoppedBy: execution.stopReason)
    }
    if isDeclined { code = .worst([code, .stoppedEarly]) }
    if execution.stopReason == nil, let planned = try pending() { code = .worst([code, planned]) }
    if let objection { code = .worst([code, objection.code]) }
    if let notVerified { code = .worst([code, notVerified.code]) }
    if verification != nil, notVerified == nil { code = .worst([code, try verificationCode()]) }
    execution.latency = work.chronicle.latency
    execution.tempo = work.chronicle.tempo
    let stopped = execution.stopReason?.text ?? notVerified?.message
    let summary: RunSummary
    do throws(UserError) {
      summary = try put(down: code, execution, stoppedBecause: stopped, since: started)
    } catch {
      // The disk that stopped the run is the news, not the result files that it has no room for either.
      if case .storage(let failure)? = execution.stopReason { throw session.userError(failure) }
      throw error
    }
    if !summary.addsUp {
      throw UserError(
        .internalError, place: session.directory.runFile,
        "\(summary.rows) rows were read, but the states add up to \(summary.counts.total)",
        hint: "this is a bug in bulkpatch; please report it, with the run's folder")
    }
    // Who has just said no knows how it stands.
    if isDeclined { return RunEnding(session.directory, declined(earlier)) }
    let isUntouched = try !hasSent()
    if let error = objection
      ?? execution.error(resume: resumeCommand(after: execution.stopReason), isUntouched: isUntouched)
    {
      var ending = RunEnding(session.directory, error, summary: summary)
      // A sheet without a valid row has come to its end, too.
      ending.isFinished = objection != nil && counts.total == counts[.rejected]
      return ending
    }
    try show(summary, code, isVerified: verification != nil && notVerified == nil)
    if var notVerified {
      if Output.isStandardErrorLeft, !work.chronicle.log.holdsBodies { notVerified.reply = nil }
      Output.toStandardError(notVerified.text)
    }
    return RunEnding(
      session.directory, code, summary: summary,
      isFinished: site != nil && !isPlanning && stopped == nil)
  }

  /// Sends what is staged, once nobody minds.
  ///
  /// - Returns: what that came to; `nil` when somebody minds.
  private func send(
    through work: RunWork, to site: any Site, again earlier: EarlierSending?, retryingFailed: Bool
  ) throws(UserError) -> RunWork.Execution? {
    switch try confirm(earlier, under: work.control) {
    case .yes:
      if approvesPlan { try approve() }
      return try work.execute(on: site, retryingFailed: retryingFailed)
    case .no: return nil
    case .stopped(let reason):
      var execution = RunWork.Execution()
      execution.stopReason = reason
      return execution
    }
  }

  /// Whether the run is a dry run that stays one.
  func isPlanning() throws(UserError) -> Bool {
    let record = try record()
    return record.isDryRun && record.approved == nil && !approvesPlan
  }

  /// Asks, unless something was sent before: then it has been decided, if nobody has put it back since.
  private func confirm(_ earlier: EarlierSending?, under control: RunControl) throws(UserError)
    -> Confirmation.Answer
  {
    let patience = max(plan.execution.breaker.patience, .seconds(60))
    func question() throws(UserError) -> (outline: String, question: String)? {
      guard try !hasSent() || !session.rollbacks.isEmpty else { return nil }
      let question = try SendingQuestion(session, earlier)
      return question.outline.rows == 0 ? nil : (question.text, question.question)
    }
    return try confirmation.ask(patience: patience, reasonToStop: { control.reasonToStop }, question)
  }

  /// Where the very sheet of this run was sent before, as long as nothing of this run was and nobody has said that it is
  /// meant.
  private func earlierSending() throws(UserError) -> EarlierSending? {
    let record = try record()
    guard record.kind == .update, let sheet = record.sheetDigest, try !hasSent(), !isRepetitionMeant,
      !record.request.isRepetitionMeant
    else { return nil }
    return try EarlierSending(
      of: sheet.size, { [sheet] }, by: plan, otherThan: record.id, in: session.home, global: global)
  }

  private func declined(_ earlier: EarlierSending?) -> UserError {
    let flag = earlier.map { $0.adds ? "\(Repetition.flag) --yes" : "--yes" } ?? "--yes"
    return UserError(
      .stoppedEarly, place: session.directory.id, "nothing was sent: the question was not answered with yes",
      hint: "every row is kept as it was; '\(sendCommand)' asks again, and with \(flag) does not ask")
  }

  /// What to type to have sent after all what was not sent now.
  private var sendCommand: String {
    approvesPlan ? "bulkpatch apply \(ShellWord.quoted(session.name))" : session.resumeCommand
  }

  private func approve() throws(UserError) {
    do throws(StagingError) { try run.approve(by: CallRecord.person) } catch {
      throw session.userError(error)
    }
  }

  /// How a dry run ends: rows that would fail count as failed.
  private func pending() throws(UserError) -> ExitCode? {
    guard try isPlanning() else { return nil }
    let counts: PlanCounts
    do throws(StagingError) { counts = try run.planCounts() } catch { throw session.userError(error) }
    var codes: [ExitCode] = []
    if counts[.missing] + counts[.blocked] > 0 { codes.append(.rowsFailed) }
    if counts[.change] > 0, planOptions.tellsPendingChanges { codes.append(.changesPending) }
    return .worst(codes)
  }

  private func record() throws(UserError) -> RunRecord {
    do throws(StagingError) { return try run.record() } catch { throw session.userError(error) }
  }

  /// Reads back what was done, when that is asked for and the run has come as far as it was to come.
  private func verify(
    after execution: inout RunWork.Execution, through work: RunWork, on site: (any Site)?
  ) throws(UserError) -> Verification.Report? {
    guard plan.verifies, let site, execution.hasSent else { return nil }
    switch execution.stopReason {
    case nil, .canary: break
    default: return nil
    }
    let report = try work.verify(on: site)
    execution.requests.merge(report.requests) { $0 + $1 }
    return report
  }

  private func verificationCode() throws(UserError) -> ExitCode {
    do throws(StagingError) { return ExitCode(try run.verification()) } catch { throw UserError(error) }
  }

  /// Why nothing of the sheet may be sent, if so.
  private func objectionToSending(again earlier: EarlierSending?) throws(UserError) -> UserError? {
    let counts = try counts()
    let rejections = session.directory.file("failed.\(summaryEnding)")
    // Rows of a rollback of which nothing can be put back are no mistakes.
    if plan.rollback == nil, counts.total == counts[.rejected] {
      return UserError(
        .unreadableSheet, place: plan.sheetName, "none of its \(counts.total) rows is valid",
        hint: "see \(rejections), or 'bulkpatch check' for every finding")
    }
    if plan.isStrict, counts[.rejected] > 0 {
      return UserError(
        .unreadableSheet, place: plan.sheetName,
        "\(counts[.rejected]) of its \(counts.total) rows are not valid, and the job is strict",
        hint: "see \(rejections); nothing was sent")
    }
    // Who has once gone beyond the guard has decided, and a dry run is there to be looked at.
    if let limit = plan.maxRecords, try !isPlanning(), try !hasSent() {
      let records = try recordsToSend()
      guard records <= limit else {
        return UserError(
          .unreadableSheet, place: plan.sheetName,
          "its \(counts[.staged]) valid rows touch \(records) records, and no more than \(limit) are allowed "
            + "(max_records)",
          hint: "nothing was sent; if so many are meant: '\(sendCommand) --max-records \(records)'")
      }
    }
    if let earlier, earlier.adds, !confirmation.isAsked { return earlier.refusal(plan.sheetName) }
    return nil
  }

  private var summaryEnding: String {
    (try? run.record())?.sheetFormat == "jsonl" ? "jsonl" : "csv"
  }

  private func recordsToSend() throws(UserError) -> Int {
    do throws(StagingError) { return try run.recordsToSend() } catch { throw UserError(error) }
  }

  private func hasSent() throws(UserError) -> Bool {
    do throws(StagingError) { return try run.hasSent() } catch { throw session.userError(error) }
  }

  private func counts() throws(UserError) -> StateCounts {
    do throws(StagingError) { return try run.counts() } catch { throw UserError(error) }
  }

  /// What a rollback came to; `nil` for other runs.
  private func rollbackReport() throws(UserError) -> RollbackReport? {
    guard let scope = plan.rollback else { return nil }
    do throws(StagingError) { return try RollbackReport(reading: run, sourceRun: scope.source.id) } catch {
      throw session.userError(error)
    }
  }

  /// Notes the end in the run file and writes the result files and `summary.json`.
  private func put(
    down code: ExitCode, _ execution: RunWork.Execution, stoppedBecause: String?, since started: Date
  ) throws(UserError) -> RunSummary {
    do throws(StagingError) {
      // What another process has taken over is not described from here.
      try run.checkHeld()
      // The files first: a run whose end is on record has them.
      var files = try ResultFiles.write(run, changes: plan.carriedOutChanges)
      var record = try run.record()
      if record.isDryRun, record.approved == nil { files.append(try PlanFile.write(run)) }
      record.finished = Timestamp.now
      record.exitCode = Int(code.rawValue)
      record.stoppedBecause = stoppedBecause
      var summary = try RunSummary(
        reading: run, run: session.name,
        workingFolder: Bulkpatch.folder, ending: record)
      var figures = RunFigures(
        requests: execution.requests, retries: execution.retries,
        throttled: Dictionary(
          uniqueKeysWithValues: execution.throttled.map { ($0.key.rawValue, $0.value) }),
        latency: execution.latency, peakMemoryBytes: PeakMemory.bytes, started: started, finished: Date())
      if let earlier = summary.figures { figures = figures.adding(earlier) }
      summary.figures = figures
      summary.suppressed = plan.suppressed.map(\.rawValue).sorted()
      summary.files = files
      try summary.write()
      try run.note(execution.tempo)
      // Last: that the run has ended, for a review above all, is not on record before anybody can see how.
      try run.finish(record)
      try run.endSending(isFinished: summary.standing == .finished, in: session.home)
      return summary
    } catch { throw session.userError(error) }
  }

  private func show(_ summary: RunSummary, _ code: ExitCode, isVerified: Bool) throws(UserError) {
    guard !global.isQuiet || code != .success || global.wantsJSON else { return }
    let output = Output.standardOutput()
    try output.write(summary, from: run, isFull: planOptions.isFull, wantsJSON: global.wantsJSON)
    if isVerified, !global.wantsJSON {
      do throws(StagingError) {
        try VerificationReport(run, run: session.name).writeRows { output.write($0) }
      } catch { throw session.userError(error) }
    }
    try output.finish()
  }

  /// What to type when the cause is mended; an address that was wrong on the command line has to be given anew, unless
  /// what is in the run is about that site's records already.
  private func resumeCommand(after reason: StopReason?) -> String {
    switch (reason, plan.settings.site) {
    case (.unreachable, .url), (.unusable, .url):
      (try? run.isBoundToSite()) == false ? "\(session.resumeCommand) --site URL" : session.resumeCommand
    default: session.resumeCommand
    }
  }
}

extension RunWork.Execution {
  /// What a user has to mend before the run can go on; `nil` when the summary says it all.
  ///
  /// - Parameter isUntouched: whether no process before has sent anything of the run either.
  fileprivate func error(resume: String, isUntouched: Bool) -> UserError? {
    guard let trouble = stopReason?.trouble, !hasSent else { return nil }
    let standing = isUntouched ? "every row is staged, nothing was sent" : "nothing was sent this time"
    return UserError(
      trouble.code, place: location, trouble.fact, of: trouble.refusal,
      hint: "\(trouble.advice); then '\(resume)': \(standing)")
  }
}

extension StopReason {
  /// What is the matter with the site, and what a user can do about it; `nil` when it is not the site.
  var trouble: (code: ExitCode, refusal: Refusal, fact: String, advice: String)? {
    func trouble(
      _ code: ExitCode, _ refusal: Refusal, _ fact: String, _ advice: String
    ) -> (ExitCode, Refusal, String, String) { (code, refusal, fact, refusal.hint ?? advice) }
    return switch self {
    case .loginRefused(let refusal):
      trouble(
        .refused, refusal, "the login was refused", "check user, password and the account's permissions")
    case .unreachable(let refusal):
      trouble(.unreachable, refusal, "the site cannot be reached", "check its URL and the network")
    case .siteDown(let refusal):
      trouble(.tryLater, refusal, "the site does not serve requests now", "wait a while")
    case .unusable(let refusal) where refusal.code == Refusal.unknownKeyCode:
      trouble(.configuration, refusal, "the key column cannot be used", "use another key column")
    case .unusable(let refusal):
      trouble(.configuration, refusal, "this cannot be used as the site", "check the site's URL")
    case .signal, .failures, .canary, .window, .stopFile, .storage, .recordLost: nil
    }
  }
}

extension ExitCode {
  /// How a run ends whose rows stand like this, and that stopped early for this reason if it did.
  init(_ counts: StateCounts, stoppedBy reason: StopReason?) {
    var codes: [ExitCode] = []
    if counts[.unknown] > 0 { codes.append(.outcomesUnknown) }
    if counts[.conflict] > 0 { codes.append(.conflicts) }
    if counts[.failed] + counts[.rejected] + counts[.blocked] > 0 { codes.append(.rowsFailed) }
    self = .worst(codes + ExitCode.reasons(reason))
  }

  /// How a rollback ends.
  init(_ rollback: RollbackReport, unknown: Int, stoppedBy reason: StopReason?) {
    var codes: [ExitCode] = []
    if unknown > 0 { codes.append(.outcomesUnknown) }
    if rollback.kept.changes + rollback.irreversible.changes > 0 { codes.append(.conflicts) }
    if rollback.failed.rows > 0 { codes.append(.rowsFailed) }
    self = .worst(codes + ExitCode.reasons(reason))
  }

  /// What stopped a run, if something did.
  private static func reasons(_ reason: StopReason?) -> [ExitCode] {
    switch reason {
    case .signal(let number): [number == SIGINT ? .interrupted : .terminated]
    case .failures, .canary, .stopFile: [.stoppedEarly]
    case .window: [.windowClosed]
    case .loginRefused: [.refused]
    case .unreachable: [.unreachable]
    case .siteDown: [.tryLater]
    case .unusable: [.configuration]
    case .storage, .recordLost: [.inputOutput]
    case nil: []
    }
  }
}
