import Foundation
import Reports
import Sheets
import Staging

extension RunCall {
  /// Goes on with every unfinished run of the plan's job, the oldest first, until one does not come to its end
  /// now either.
  ///
  /// The sheets of these runs are not needed: all their rows are in the run file. Only where staging was cut short
  /// the sheet is read again; when it is gone or has another form by now, the run can never be finished, has sent
  /// nothing, and is given up.
  ///
  /// - Parameter flags: what is asked for now, put over what each run was started with.
  /// - Returns: how each of them ended; the last one may be unfinished.
  /// - Throws: `UserError` when a run cannot be gone on with.
  func continueUnfinished(
    of plan: RunPlan, overriding flags: JobSettings, concluding: (RunSession) -> RunConclusion
  ) throws -> [RunEnding] {
    let folder = FileManager.default.currentDirectoryPath
    defer { _ = FileManager.default.changeCurrentDirectoryPath(folder) }
    var endings: [RunEnding] = []
    for entry in JobRuns(of: plan.lockName, in: stateFolder).entries where entry.isToContinue {
      guard let ending = try goOn(with: entry, overriding: flags, concluding) else { continue }
      endings.append(ending)
      guard ending.isFinished else { break }
    }
    return endings
  }

  /// - Returns: `nil` when the run was given up.
  private func goOn(
    with entry: JobRuns.Entry, overriding flags: JobSettings, _ concluding: (RunSession) -> RunConclusion
  ) throws -> RunEnding? {
    let id = entry.directory.id
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
        isSheetNeeded: false, concluding: concluding)
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
      \([reason.place, reason.message].compactMap { $0 }.joined(separator: ": "))

      """)
    do throws(StagingError) {
      let lock = try FileLock(path: directory.lockFile, holder: RunSession.holder)
      let run = try RunFile(opening: directory)
      try run.finish(exitCode: Int(reason.code.rawValue), stoppedBecause: reason.message)
      run.end()
      lock.release()
    } catch { throw UserError(error) }
  }

  /// The run among these that the very same sheet, mapped in the same way, was applied by.
  ///
  /// - Throws: `UserError` when the sheet cannot be read.
  func twin(of plan: RunPlan, at path: String, among endings: [RunEnding]) throws(UserError) -> RunDirectory?
  {
    guard !endings.isEmpty else { return nil }
    let digest: SheetDigest
    do throws(SheetError) { digest = try Sheet.digest(of: path) } catch { throw plan.userError(error) }
    return endings.first { ending in
      guard let record = ending.summary?.record else { return false }
      return record.sheetDigest == digest && record.mappingSHA256 == plan.mappingHash
    }?.directory
  }

  /// Says something that nobody has to know who asked for silence.
  func note(_ text: String) {
    if !global.isQuiet { Output.toStandardError("note: \(text)\n") }
  }
}
