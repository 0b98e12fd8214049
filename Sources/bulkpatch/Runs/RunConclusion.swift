import Execution
import Foundation
import JSON
import Reports
import Sites
import Staging

/// The end of a process's work on a run: what came of it, in the run file, in files, in words and as exit code.
struct RunConclusion {
  /// How `run` and `resume` can end.
  static let exitCodes: [(ExitCode, String)] = [
    .success, .rowsFailed, .stoppedEarly, .outcomesUnknown, .conflicts, .locked, .usage, .unreadableSheet,
    .noSuchFile, .unreachable, .internalError, .inputOutput, .tryLater, .refused, .configuration,
    .interrupted, .terminated,
  ].map { ($0, $0.meaning) }

  let session: RunSession
  let global: GlobalOptions

  private var run: RunFile { session.run }
  private var plan: RunPlan { session.plan }

  /// Sends what is staged, unless there is a reason not to, and puts down how it went.
  ///
  /// - Parameter site: `nil` to send nothing (`--stage-only`).
  /// - Throws: `ExitCode` when everything has been said; `UserError` when something still has to be.
  func conclude(after work: RunWork, on site: (any Site)?, retryingFailed: Bool = false) throws {
    let started = Date()
    var execution = RunWork.Execution()
    let objection = try objectionToSending()
    if let site, objection == nil {
      execution = try work.execute(on: site, retryingFailed: retryingFailed)
    }
    let counts = try counts()
    var code = ExitCode(counts, stoppedBy: execution.stopReason)
    if let objection { code = .worst([code, objection.code]) }
    let summary: RunSummary
    do throws(UserError) { summary = try put(down: code, execution, since: started) } catch {
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
    if let error = objection ?? execution.error(resume: resumeCommand(after: execution.stopReason)) {
      throw error
    }
    try show(summary, code)
    guard code == .success else { throw code }
  }

  /// Why nothing of the sheet may be sent, if so.
  private func objectionToSending() throws(UserError) -> UserError? {
    let counts = try counts()
    let rejections = session.directory.file("failed.\(summaryEnding)")
    if counts.total == counts[.rejected] {
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
    return nil
  }

  private var summaryEnding: String {
    (try? run.record())?.sheetFormat == "jsonl" ? "jsonl" : "csv"
  }

  private func counts() throws(UserError) -> StateCounts {
    do throws(StagingError) { return try run.counts() } catch { throw UserError(error) }
  }

  /// Notes the end in the run file and writes the result files and `summary.json`.
  private func put(
    down code: ExitCode, _ execution: RunWork.Execution, since started: Date
  ) throws(UserError) -> RunSummary {
    do throws(StagingError) {
      // The files first: a run whose end is on record has them.
      let files = try ResultFiles.write(run)
      try run.finish(exitCode: Int(code.rawValue), stoppedBecause: execution.stopReason?.text)
      var summary = try RunSummary(
        reading: run, run: session.name,
        workingFolder: FileManager.default.currentDirectoryPath)
      var figures = RunFigures(
        requests: execution.requests, retries: execution.retries, throttled: execution.throttled,
        peakMemoryBytes: PeakMemory.bytes, started: started, finished: Date())
      if let earlier = summary.figures { figures = figures.adding(earlier) }
      summary.figures = figures
      summary.suppressed = plan.suppressed.map(\.rawValue).sorted()
      summary.sheetFlags = plan.flagsForResultFiles
      summary.files = files
      try summary.write()
      return summary
    } catch { throw session.userError(error) }
  }

  private func show(_ summary: RunSummary, _ code: ExitCode) throws(UserError) {
    guard !global.isQuiet || code != .success || global.wantsJSON else { return }
    let output = Output.standardOutput()
    output.write(global.wantsJSON ? summary.details.text(.indented(2)) + "\n" : summary.text)
    try output.finish()
  }

  /// What to type when the cause is mended; an address that was wrong on the command line has to be given anew.
  private func resumeCommand(after reason: StopReason?) -> String {
    switch (reason, plan.settings.site) {
    case (.unreachable, .url), (.unusable, .url): "\(session.resumeCommand) --site URL"
    default: session.resumeCommand
    }
  }
}

extension RunWork.Execution {
  /// What a user has to mend before the run can go on; `nil` when the summary says it all.
  fileprivate func error(resume: String) -> UserError? {
    guard let stopReason, !hasSent else { return nil }
    func error(_ code: ExitCode, _ refusal: Refusal, _ fact: String, _ advice: String) -> UserError {
      UserError(
        code, place: location, "\(fact): \(refusal.message)",
        hint: "\(refusal.hint ?? advice); then '\(resume)': every row is staged, nothing was sent")
    }
    return switch stopReason {
    case .loginRefused(let refusal):
      error(.refused, refusal, "the login was refused", "check user, password and the account's permissions")
    case .unreachable(let refusal):
      error(.unreachable, refusal, "the site cannot be reached", "check its URL and the network")
    case .siteDown(let refusal):
      error(.tryLater, refusal, "the site does not serve requests now", "wait a while")
    case .unusable(let refusal):
      error(.configuration, refusal, "this cannot be used as the site", "check the site's URL")
    case .signal, .failures, .storage: nil
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
    switch reason {
    case .signal(let number): codes.append(number == SIGINT ? .interrupted : .terminated)
    case .failures: codes.append(.stoppedEarly)
    case .loginRefused: codes.append(.refused)
    case .unreachable: codes.append(.unreachable)
    case .siteDown: codes.append(.tryLater)
    case .unusable: codes.append(.configuration)
    case .storage: codes.append(.inputOutput)
    case nil: break
    }
    self = .worst(codes)
  }
}
