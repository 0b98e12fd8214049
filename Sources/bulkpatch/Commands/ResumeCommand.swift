import ArgumentParser
import Console
import Reports
import Runs
import Staging

/// The command `bulkpatch resume RUN`: continues an unfinished run from its checkpoints.
struct ResumeCommand: DocumentedCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume", abstract: "Resume a run from its checkpoints.")

  static let manual = Manual(
    examples: [
      "bulkpatch resume latest": "resume the newest run",
      "bulkpatch resume latest --retry-failed": "and retry the failed rows",
      "bulkpatch resume latest --assume applied --only 3,7-12":
        "these unknown rows were applied, as you have seen on the site",
      "bulkpatch resume 20261121T174105123Z-reassign-tier2 --lanes 2": "more gently than before",
    ],
    notes: """
      Nothing has to be unlocked first, however the run ended. Rows whose outcome is known are not sent again. A
      failed row is never retried once a later row of its record is done: rows of a record never change order.
      The sheet, its mapping and the site must be the same as before; the pace may change.
      Resuming a stopped dry run completes it; 'bulkpatch apply' applies a complete one.
      Resuming a rolled-back run asks for confirmation, or needs --yes.
      A run that stopped for a review (canary) continues to its end, or with --canary up to another review.
      """,
    exitCodes: ExitCode.ofRuns.filter { $0.0 != .changesPending })

  @OptionGroup var target: RunArgument
  @OptionGroup var confirmation: ConfirmationArguments

  @Flag(help: "Retry the failed rows.")
  var retryFailed = false

  @Option(
    help: ArgumentHelp(
      "The outcome you have established for unknown rows; not-applied sends them again.",
      valueName: "applied|not-applied"),
    completion: .list(Form<Assumption>.word.words))
  var assume: String?

  @Option(
    help: ArgumentHelp("With --assume: only these rows, by their numbers, such as 3,7-12.", valueName: "rows")
  )
  var only: String?

  @Flag(
    help:
      "Resume from an older copy of the run file if it is all you have; rows that add something wait for you."
  )
  var restored = false

  @OptionGroup var continuation: ContinuationArguments
  @OptionGroup(title: "Safety") var snapshot: SettingArguments<SnapshotSettings>
  @OptionGroup(title: "Unattended") var unattended: SettingArguments<UnattendedSettings>
  @OptionGroup(title: "Log and metrics") var logging: LogArguments
  @OptionGroup(title: "Log and metrics") var metrics: SettingArguments<MetricsSettings>
  @OptionGroup(title: "General") var global: GlobalOptions

  func run() throws {
    let directory = try target.ownDirectory(global)
    let lockWait = try continuation.lock.timeToWait()
    let record = try directory.readRecord(waiting: lockWait ?? .zero)
    let flags = try (continuation.flags + metrics.given + snapshot.given + unattended.given + logging.flags)
      .checked()
    let assumption = try Form<Assumption>.word.value(ofFlag: "assume", assume)
    let rows = try Form.rows.value(ofFlag: "only", only)
    guard assumption != nil || rows == nil else {
      throw UserError(.usage, "--only needs --assume")
    }
    try refuseCompletePlan(record, in: directory)
    let isMore = retryFailed || assumption != nil || flags.contains { $0.name == "on-failure" }
    if !isMore, try isFinishedShard(record, in: directory) { return }
    try RunContinuation(
      of: directory, record, overriding: flags,
      claims: RunClaims(isSiteMoved: continuation.site.isSiteMoved, isRestored: restored),
      options: global.options
    ).goOn(
      RunIntent(
        confirmation: confirmation.confirmation, isRepetitionMeant: continuation.repetition.isMeant,
        retriesFailed: retryFailed),
      lockWait: lockWait, logging: logging.request
    ) { session throws(UserError) in
      if let assumption { try session.assume(assumption, only: rows, isQuiet: global.isQuiet) }
      if retryFailed, record.kind == .update, !global.isQuiet { try session.tellOutOfTurn(record) }
    }
  }

  /// Returns whether the run is a shard that has ended, so that an engine may start it once more for nothing.
  private func isFinishedShard(_ record: RunRecord, in directory: RunDirectory) throws(UserError) -> Bool {
    guard let part = record.part, record.finished != nil, record.stoppedBecause == nil,
      FileLock.holder(of: directory.lockFile) == nil
    else { return false }
    do throws(StagingError) {
      let counts = try RunFile(reading: directory).counts()
      guard counts[.staged] + counts[.sending] == 0 else { return false }
    } catch { throw UserError(error) }
    if !global.isQuiet {
      Output.toStandardError("note: \(part.name) has ended already; nothing is left to send\n")
    }
    return true
  }

  /// Refuses to resume a complete plan: a user must approve it.
  private func refuseCompletePlan(_ record: RunRecord, in directory: RunDirectory) throws(UserError) {
    let run = global.options.word(for: directory)
    guard record.isPlanning, record.planned != nil else { return }
    throw UserError(
      .usage, place: target.run, "the dry run is complete, but its plan is not approved yet",
      hint: "apply it with 'bulkpatch apply \(run)', or review it with 'bulkpatch show \(run)'")
  }
}

extension RunSession {
  /// Reports how many failed rows are not retried, and what to do about them.
  ///
  /// - Throws: `UserError` with exit code 74.
  fileprivate func tellOutOfTurn(_ record: RunRecord) throws(UserError) {
    let rows: Int
    do throws(StagingError) { rows = try run.failedOutOfTurn() } catch { throw userError(error) }
    guard rows > 0 else { return }
    let isOne = rows == 1
    Output.toStandardError(
      """
      note: \(Quantity.count(rows)) failed \(isOne ? "row stays" : "rows stay") failed: a later row of the same record \
      was, or may have been, applied, and rows of a record never change order
        hint: if you still want \(isOne ? "it, run it" : "them, run them") again from a copy of \
      \(record.failedFile) in the run's folder\n
      """)
  }

  /// Sets the outcome of rows in the state `unknown` to the user's word, and reports their number.
  ///
  /// - Throws: `UserError` with exit code 64 if there are none: a wrong number must not go unnoticed.
  fileprivate func assume(_ assumption: Assumption, only rows: RowSelection?, isQuiet: Bool) throws(UserError)
  {
    let decided: Int
    do throws(StagingError) { decided = try run.assume(assumption, only: rows) } catch {
      throw userError(error)
    }
    guard decided > 0 else {
      let meant = rows.map { "none of the rows \($0.text)" } ?? "no row of the run"
      throw UserError(
        .usage, place: name, "\(meant) is in state unknown",
        hint: "'bulkpatch results \(ShellWord.quoted(name)) --state unknown' lists those that are")
    }
    guard !isQuiet else { return }
    let what = assumption == .applied ? "taken as applied" : "taken as never sent"
    Output.toStandardError("note: \(decided) \(decided == 1 ? "row" : "rows") \(what)\n")
  }
}
