import ArgumentParser
import Sheets
import Staging

/// `bulkpatch resume RUN`: go on from the checkpoints of a run that did not come to its end.
struct ResumeCommand: DocumentedCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume", abstract: "Go on with a run from its checkpoints.")

  static let manual = Manual(
    examples: [
      "bulkpatch resume latest": "go on with the newest run",
      "bulkpatch resume latest --retry-failed": "and send the failed rows once more",
      "bulkpatch resume 20261121T174105123Z-reassign-tier2 --lanes 2": "more gently than before",
    ],
    notes: """
      Nothing has to be unlocked first, however the run ended. Rows whose outcome is known are not sent again.
      The sheet and its mapping must be what they were; the site and how fast it is used may change.
      """,
    exitCodes: RunConclusion.exitCodes)

  @OptionGroup var target: RunArgument
  @OptionGroup var execution: ExecutionArguments
  @OptionGroup var global: GlobalOptions

  @Flag(help: "Send the failed rows once more.")
  var retryFailed = false

  @Option(help: ArgumentHelp("Another site than the run was started with.", valueName: "name|url"))
  var site: String?

  func run() throws {
    let directory = try target.directory(in: global.stateFolder())
    let record = try directory.readRecord()
    var flags = JobSettings()
    try execution.apply(to: &flags)
    flags.site = try Form.siteName.value(ofFlag: "site", site).map(SiteReference.init)
    let plan = try RunPlan(of: record, overriding: flags)
    let site = try plan.makeSite()
    let interruption = Interruption()
    let session = try RunSession(takingUp: directory, plan: plan, global: global)
    defer { session.end() }
    let work = RunWork(session: session, interruption: interruption, progressStyle: global.progressStyle)
    if record.staged == nil {
      try work.stage(from: session.reopenSource(record))
    } else {
      try session.checkSheet(record)
    }
    try RunConclusion(session: session, global: global)
      .conclude(after: work, on: site, retryingFailed: retryFailed)
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
