import ArgumentParser
import Reports
import Staging

/// The runs of one job that a state folder keeps.
struct JobRuns {
  struct Entry {
    var directory: RunDirectory
    var record: RunRecord
    var standing: RunStanding
    /// Whether it stopped after its first records, to be looked at by a person (`canary`).
    var awaitsReview: Bool
  }

  /// The oldest first.
  var entries: [Entry] = []
  /// The runs that another run, of whatever job, is about: it needs their snapshots.
  var sources: Set<String> = []

  /// Looks at every run of a state folder; one that cannot be read is nobody's.
  ///
  /// - Parameter lockName: what tells the job from others.
  init(of lockName: String, in stateFolder: String) {
    for directory in RunDirectory.all(in: stateFolder) {
      guard case .run(let record, _, let standing) = RunListEntry(directory).contents else { continue }
      if let source = record.sourceRun { sources.insert(source) }
      guard JobRuns.lockName(of: record) == lockName else { continue }
      let awaitsReview =
        record.canaryEnd != nil && (try? RunFile(reading: directory).awaitsReview()) ?? true
      entries.append(
        Entry(directory: directory, record: record, standing: standing, awaitsReview: awaitsReview))
    }
  }

  /// The name under which the run's job is locked; `nil` for a run that no job or sheet has started.
  private static func lockName(of record: RunRecord) -> String? {
    guard record.kind == .update,
      let command = (try? Bulkpatch.parseAsRoot(record.arguments)) as? RunCommand
    else { return nil }
    return RunPlan.lockName(of: command.job.jobOrSheet, in: record.workingFolder)
  }
}

extension JobRuns.Entry {
  /// Whether `run --continue` goes on with it: begun, and not ended.
  ///
  /// What was only staged, is to be reviewed, or is a dry run that nobody has approved, waits for a person. One whose staging was cut
  /// short and that has been given up already is left alone, too.
  var isToContinue: Bool {
    guard !record.isDryRun || record.approved != nil, !awaitsReview else { return false }
    switch standing {
    case .stopped, .cutShort: return true
    case .stagingCutShort: return record.finished == nil
    case .underWay, .onlyStaged, .planned, .finished: return false
    }
  }
}
