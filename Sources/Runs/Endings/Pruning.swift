import Console
import Foundation
import Reports
import Staging

/// Removes old finished runs of a job.
///
/// It keeps runs that can be resumed, have unresolved rows, are being worked on, or are the source of another run.
struct Pruning {
  package var keep: KeepRule
  package var stateFolder: String
  var isVerbose: Bool

  /// Removes the runs that the rule does not keep; reports those it cannot remove.
  package func prune(runsOf lockName: String, sparing ended: [RunDirectory]) {
    let now = Date()
    // Every night reads every run only when there may be an old one.
    guard
      RunDirectory.all(in: stateFolder).contains(where: { run in
        run.made.map { !keep.keepsAll(since: $0, now: now) } ?? true
      })
    else { return }
    RunDirectory.finishRemoving(in: stateFolder)
    let runs = JobRuns(of: lockName, in: stateFolder)
    let finished = runs.entries.compactMap { entry -> (entry: JobRuns.Entry, end: Date)? in
      guard entry.isOver, !keep.isUsual || entry.counts[.conflict] == 0,
        let end = entry.record.finished.flatMap(Timestamp.date)
      else {
        return nil
      }
      return (entry, end)
    }
    for index in keep.outdated(finished.map(\.end), now: now) {
      let entry = finished[index].entry
      guard !ended.contains(entry.directory), !runs.sources.contains(entry.directory.id),
        !runs.unreadable.contains(where: { $0.directory.isNamed(after: entry.record.rollbackJob) })
      else { continue }
      do throws(StagingError) {
        // The mark prevents a removed run's sheet from being sent again.
        try RunFile(reading: entry.directory).leaveMark(isFinished: true, in: stateFolder)
        guard try entry.directory.remove(holder: RunSession.holder) else { continue }
        if isVerbose {
          Output.toStandardError(
            "note: removed run \(entry.directory.id), finished \(entry.record.finished ?? "")\n")
        }
      } catch {
        Output.toStandardError("note: the old run \(entry.directory.id) was not removed: \(error)\n")
      }
    }
  }
}
