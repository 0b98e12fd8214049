package import Console
import JSON
import Reports
package import Staging

/// The removal of one run at the user's word.
package struct RunDeletion {
  private let directory: RunDirectory
  private let options: CallOptions

  package init(of directory: RunDirectory, options: CallOptions) {
    self.directory = directory
    self.options = options
  }

  /// Asks the user, and removes the run with all its files.
  ///
  /// - Throws: `UserError`: 11 if a process works on it, 64 if another run needs it or there is no answer, 3 if the
  ///   answer is no, 74 if it cannot be read or removed.
  package func perform(_ confirmation: Confirmation) throws(UserError) {
    let entry = RunListEntry(directory)
    guard case .run(let record, let counts, let standing) = entry.contents else {
      throw UserError(
        .inputOutput, place: directory.path, "the run cannot be read, so it is not known what of it was sent",
        hint: "if you know, remove the folder yourself")
    }
    if case .underWay(let holder) = standing { throw underWay(holder) }
    if case .split = standing {
      throw UserError(
        .locked, place: directory.id, standing.reason,
        hint: "gather them first: bulkpatch gather \(options.word(for: directory))")
    }
    try requireUnused()
    let answer = confirmation.ask {
      Confirmation.Question(
        outline: outline(record, counts, standing), questions: ["Delete run \(directory.id)?"])
    }
    let command = "bulkpatch runs --delete \(options.word(for: directory)) --yes"
    switch answer {
    case .yes: break
    case .none:
      throw UserError(
        .usage, place: directory.id,
        "nothing was deleted: there is no terminal to ask on, and no answer on standard input",
        hint: "'\(command)' does not ask")
    case .no, .stopped:
      throw UserError(.stoppedEarly, place: directory.id, "nothing was deleted: not confirmed")
    }
    let isRemoved: Bool
    do throws(StagingError) {
      // The mark prevents its sheet from being sent again.
      let run = try RunFile(reading: directory)
      if try run.hasSent() {
        try run.leaveMark(isFinished: standing == .finished, in: directory.stateFolder)
      }
      run.end()
      isRemoved = try directory.remove(holder: RunSession.holder)
    } catch { throw UserError(error) }
    guard isRemoved else { throw underWay("another process") }
    if !options.isQuiet { Output.toStandardError("note: deleted run \(directory.id)\n") }
  }

  private func underWay(_ holder: String) -> UserError {
    UserError(
      .locked, place: directory.id, "the run is under way: \(holder)", hint: "stop it, or wait for its end")
  }

  /// Checks that no other run needs this one, such as a rollback that puts its values back.
  private func requireUnused() throws(UserError) {
    for other in RunDirectory.all(in: directory.stateFolder) where other.id != directory.id {
      guard case .run(let record, _, _) = RunListEntry(other).contents, record.sourceRun == directory.id
      else { continue }
      throw UserError(
        .usage, place: directory.id, "run \(other.id) rolls it back, and is made from it",
        hint: "delete that one first")
    }
  }

  private func outline(_ record: RunRecord, _ counts: StateCounts, _ standing: RunStanding) -> String {
    let rows = Quantity.rows(record.rowsRead ?? counts.total)
    var text = "\(record.job.printable()): \(rows), \(standing.name), created \(record.created)\n"
    let left = counts[.staged] + counts[.sending]
    if standing.isResumable, left > 0 { text += "It is not finished: \(Quantity.rows(left)) not done yet\n" }
    if counts[.unknown] > 0 { text += "It has open questions: \(Quantity.rows(counts[.unknown])) unknown\n" }
    return text + "It can no longer be resumed, rolled back or reported on\n"
  }
}
