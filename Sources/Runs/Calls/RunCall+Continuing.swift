import Console
import Foundation
import JSON
import Reports
import Sheets
package import Staging

/// The unfinished runs that `--continue` has found, to be finished before the new sheet is run.
package struct EarlierRuns {
  /// The endings of the runs that were resumed; the last one may still be unfinished.
  package var endings: [RunEnding] = []
  /// The runs that the user has begun to roll back, which `--continue` leaves alone.
  var rolledBack: [RunRecord] = []

  package init() {}
}

extension RunCall {
  /// Resumes the unfinished runs of the plan's job, oldest first, and stops at the first that does not finish.
  ///
  /// The sheets of these runs are not needed, because all their rows are in the run file. A run whose staging was cut
  /// short is the exception: its sheet is read again. If that sheet is gone or has changed its form, the run is given
  /// up. It can never finish, and has sent nothing.
  ///
  /// Runs that are being rolled back, or that wait for a review, are left to the user.
  ///
  /// - Parameter flags: the flags of this call, which override those each run was started with.
  /// - Throws: `UserError` if a run cannot be resumed, or one that may have to be cannot be read.
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
            + "(\(entry.record.siteURL)); 'bulkpatch show \(entry.directory.id)' says how to resume it")
      }
      if case .split = entry.standing {
        // The sheets of a job are sent in turn, and this one is still under way elsewhere.
        do throws(StagingError) { try RunFile(reading: entry.directory).requireOwnRows() } catch {
          throw UserError(error)
        }
      }
      guard entry.isToContinue else { continue }
      if let rollback = Rollbacks.begun(of: entry.record, in: entry.directory).last {
        let left = Quantity.rows(entry.counts[.staged] + entry.counts[.sending])
        note(
          "run \(entry.directory.id) has been rolled back by \(rollback.id); its last \(left) wait for your decision"
        )
        earlier.rolledBack.append(entry.record)
        continue
      }
      guard let ending = try goOn(with: entry, overriding: flags, intent) else { continue }
      earlier.endings.append(ending)
      guard ending.isFinished else { break }
    }
    return earlier
  }

  /// - Returns: `nil` if the run was given up.
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
            .unreadableSheet, place: entry.record.sheetPath, "its header can no longer be used")
        }
      }
      tellFound(entry)
      return try goOn(
        with: entry.directory, plan, on: plan.makeSite(keepingBodies: chronicle.log.holdsBodies),
        intent, isSheetNeeded: false)
    } catch let error as UserError {
      guard entry.record.staged == nil,
        [.configuration, .noSuchFile, .unreadableSheet].contains(error.code)
      else {
        var error = error
        error.message = "run \(id) cannot be resumed: \(error.message)"
        error.hint = [error.hint, "'run' without --continue leaves it as it is"].compactMap { $0 }
          .joined(separator: "; ")
        throw error
      }
      try giveUp(entry.directory, error)
      return nil
    }
  }

  /// Says that an unfinished run is resumed first; of one that was cut short also under --quiet, since a process was
  /// killed or a machine went down.
  private func tellFound(_ entry: JobRuns.Entry) {
    let text =
      "note: found run \(entry.directory.id) unfinished: \(entry.standing.reason); resuming it first\n"
    switch entry.standing {
    case .cutShort, .stagingCutShort: Output.toStandardError(text.harmless)
    default: if !options.isQuiet { Output.toStandardError(text.harmless) }
    }
  }

  /// Records in a run that it can never finish, so that this is reported only once.
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

  /// Reports and returns whether a run of this very sheet, with the same mapping, is being rolled back, so that the
  /// sheet is not run again.
  ///
  /// - Throws: `UserError` when the sheet cannot be read.
  func isRolledBack(_ plan: RunPlan, _ path: String, by earlier: EarlierRuns) throws(UserError) -> Bool {
    guard !earlier.rolledBack.isEmpty, Sheet.isFile(path) else { return false }
    let digests: Set<SheetDigest>
    do throws(SheetError) { digests = try Sheet.digests(of: path) } catch { throw plan.userError(error) }
    let isTwin = { (record: RunRecord) in
      record.sheetDigest.map(digests.contains) == true && record.mappingSHA256 == plan.mappingHash
    }
    guard let twin = earlier.rolledBack.first(where: isTwin) else { return false }
    // Shown under --quiet too: nothing is done, night after night, until the user replaces the sheet.
    Output.toStandardError(
      """
      note: \(plan.sheetName.printable()) is the sheet of run \(twin.id), which has been rolled back; it is not run again \
      ('run' without --continue does)

      """)
    return true
  }

  /// Writes a message that --quiet suppresses.
  func note(_ text: String) {
    if !options.isQuiet { Output.toStandardError("note: \(text.printable())\n") }
  }
}
