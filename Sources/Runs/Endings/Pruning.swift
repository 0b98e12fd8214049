import Console
import Foundation
import Reports
import Staging

/// Removes old finished runs of a job: never one that can be gone on with, that has rows whose fate is open, that
/// somebody works on, or that another run is about.
struct Pruning {
  package var keep: KeepRule
  package var stateFolder: String
  var isVerbose: Bool

  /// Removes what the rule does not keep; what cannot be removed is told of and stays.
  package func prune(runsOf lockName: String, sparing ended: [RunDirectory]) {
    guard keep != KeepRule() else { return }
    RunDirectory.finishRemoving(in: stateFolder)
    let runs = JobRuns(of: lockName, in: stateFolder)
    let finished = runs.entries.compactMap { entry -> (entry: JobRuns.Entry, end: Date)? in
      guard entry.isOver, let end = entry.record.finished.flatMap(Timestamp.date) else {
        return nil
      }
      return (entry, end)
    }
    for index in keep.outdated(finished.map(\.end), now: Date()) {
      let entry = finished[index].entry
      guard !ended.contains(entry.directory), !runs.sources.contains(entry.directory.id),
        !runs.unreadable.contains(where: { $0.directory.isNamed(after: entry.record.rollbackJob) })
      else { continue }
      do throws(StagingError) {
        // What it has sent must not be sent again because it is forgotten.
        try RunFile(reading: entry.directory).leaveMark(in: stateFolder)
        guard try entry.directory.remove(holder: RunSession.holder) else { continue }
        if isVerbose {
          Output.toStandardError(
            "note: removed run \(entry.directory.id), finished \(entry.record.finished ?? "")\n")
        }
      } catch {
        Output.toStandardError("note: the old run \(entry.directory.id) stays: \(error)\n")
      }
    }
  }
}
