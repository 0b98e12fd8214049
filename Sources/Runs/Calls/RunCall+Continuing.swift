import Console
import Foundation
import JSON
import Reports
import Sheets
package import Staging

/// The runs that `--continue` has found unfinished, before the new sheet.
package struct EarlierRuns {
  /// How each of them ended that was gone on with; the last one may be unfinished.
  package var endings: [RunEnding] = []
  /// Those that somebody has put back, which wait for a person.
  var rolledBack: [RunRecord] = []

  package init() {}
}

extension RunCall {
  /// Goes on with every unfinished run of the plan's job, the oldest first, until one does not come to its end
  /// now either.
  ///
  /// The sheets of these runs are not needed: all their rows are in the run file. Only where staging was cut short
  /// the sheet is read again; when it is gone or has another form by now, the run can never be finished, has sent
  /// nothing, and is given up.
  ///
  /// What somebody has begun to put back is left to a person, as is what waits for a review.
  ///
  /// - Parameter flags: what is asked for now, put over what each run was started with.
  /// - Throws: `UserError` when a run cannot be gone on with, or one cannot be read that may have to be.
  package func continueUnfinished(
    of plan: RunPlan, overriding flags: [RunRequest.Flag], _ intent: RunIntent
  ) throws -> EarlierRuns {
    var earlier = EarlierRuns()
    let runs = JobRuns(of: plan.lockName, in: stateFolder)
    try runs.requireReadable(plan.jobName)
    for entry in runs.entries {
      if entry.waitsForReview {
        let left = Quantity.rows(entry.counts[.staged] + entry.counts[.sending])
        note(
          "run \(entry.directory.id) waits for a review with \(left) left, at \(entry.record.site) "
            + "(\(entry.record.siteURL)); 'bulkpatch show \(entry.directory.id)' says how to go on")
      }
      guard entry.isToContinue else { continue }
      if let rollback = Rollbacks.begun(of: entry.record, in: entry.directory).last {
        let left = Quantity.rows(entry.counts[.staged] + entry.counts[.sending])
        note(
          "run \(entry.directory.id) has been put back by \(rollback.id); its last \(left) wait for a person")
        earlier.rolledBack.append(entry.record)
        continue
      }
      guard let ending = try goOn(with: entry, overriding: flags, intent) else { continue }
      earlier.endings.append(ending)
      guard ending.isFinished else { break }
    }
    return earlier
  }

  /// - Returns: `nil` when the run was given up.
  private func goOn(
    with entry: JobRuns.Entry, overriding flags: [RunRequest.Flag], _ intent: RunIntent
  ) throws -> RunEnding? {
    let id = entry.directory.id
    do throws(StagingError) { try entry.directory.requireCustody() } catch { throw UserError(error) }
    do {
      let plan = try RunPlan(of: entry.record, in: entry.directory, overriding: flags)
      if entry.record.staged == nil {
        let source = try PatchSource(plan, path: entry.record.sheetPath)
        guard source.isUsable else {
          throw UserError(
            .unreadableSheet, place: entry.record.sheetPath, "its header cannot be used any more")
        }
      }
      note("going on with the unfinished run \(id)")
      return try goOn(
        with: entry.directory, plan, on: plan.makeSite(keepingBodies: chronicle.log.holdsBodies),
        intent, isSheetNeeded: false)
    } catch let error as UserError {
      guard entry.record.staged == nil,
        [.configuration, .noSuchFile, .unreadableSheet].contains(error.code)
      else {
        var error = error
        error.message = "run \(id) cannot be gone on with: \(error.message)"
        error.hint = [error.hint, "'run' without --continue leaves it as it is"].compactMap { $0 }
          .joined(separator: "; ")
        throw error
      }
      try giveUp(entry.directory, error)
      return nil
    }
  }

  /// Notes in a run that nothing can come of it any more, so that it is told of only once.
  private func giveUp(_ directory: RunDirectory, _ reason: UserError) throws(UserError) {
    Output.toStandardError(
      """
      note: run \(directory.id) was cut short while its sheet was read, has sent nothing, and cannot be finished: \
      \([reason.place, reason.fullMessage].compactMap { $0?.printable() }.joined(separator: ": "))

      """)
    do throws(StagingError) {
      let lock = try FileLock(path: directory.lockFile, holder: RunSession.holder)
      let run = try RunFile(opening: directory)
      try run.requireNewest(in: stateFolder)
      try run.finish(exitCode: Int(reason.code.rawValue), stoppedBecause: reason.message)
      run.end()
      lock.release()
    } catch { throw UserError(error) }
  }

  /// Whether somebody has begun to put back a run of the very same sheet, mapped in the same way, so that it is not run
  /// again; says so.
  ///
  /// - Throws: `UserError` when the sheet cannot be read.
  func isPutBack(_ plan: RunPlan, _ path: String, by earlier: EarlierRuns) throws(UserError) -> Bool {
    guard !earlier.rolledBack.isEmpty, Sheet.isFile(path) else { return false }
    let digests: Set<SheetDigest>
    do throws(SheetError) { digests = try Sheet.digests(of: path) } catch { throw plan.userError(error) }
    let isTwin = { (record: RunRecord) in
      record.sheetDigest.map(digests.contains) == true && record.mappingSHA256 == plan.mappingHash
    }
    guard let twin = earlier.rolledBack.first(where: isTwin) else { return false }
    // Also under --quiet: nothing is done, night after night, until somebody puts another sheet there.
    Output.toStandardError(
      """
      note: \(plan.sheetName.printable()) is the very sheet of run \(twin.id), which has been put back; it is not run again \
      ('run' without --continue does)

      """)
    return true
  }

  /// Says something that nobody has to know who asked for silence.
  func note(_ text: String) {
    if !options.isQuiet { Output.toStandardError("note: \(text.printable())\n") }
  }
}
