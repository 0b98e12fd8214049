import Console
import Reports
import Staging

/// The runs of one job that a state folder keeps.
struct JobRuns {
  struct Entry {
    package var directory: RunDirectory
    var record: RunRecord
    var counts: StateCounts
    var standing: RunStanding
    /// Whether it stopped after its first records, to be looked at by a person (`canary`).
    var awaitsReview: Bool
  }

  /// The oldest first.
  var entries: [Entry] = []
  /// The runs that another run, of whatever job, is about: it needs their snapshots.
  var sources: Set<String> = []
  /// Runs of whatever job that cannot be read, and why.
  var unreadable: [(directory: RunDirectory, problem: StagingError)] = []

  /// Looks at every run of a state folder.
  ///
  /// - Parameter lockName: what tells the job from others.
  init(of lockName: String, in stateFolder: String) {
    for directory in RunDirectory.all(in: stateFolder) {
      switch RunListEntry(directory).contents {
      case .unreadable(let problem): unreadable.append((directory, problem))
      case .run(let record, let counts, let standing):
        if let source = record.sourceRun { sources.insert(source) }
        guard JobRuns.lockName(of: record) == lockName else { continue }
        let awaitsReview =
          record.canaryEnd != nil && (try? RunFile(reading: directory).awaitsReview()) ?? true
        entries.append(
          Entry(
            directory: directory, record: record, counts: counts, standing: standing,
            awaitsReview: awaitsReview))
      }
    }
  }

  /// Makes sure that every run can be read that may be one of the job, or put one of them back.
  ///
  /// - Parameter job: the job's name, which the folders of its runs have in theirs.
  /// - Throws: `UserError` with exit code 74 that names the first that cannot: nobody knows what of it has been sent.
  func requireReadable(_ job: String) throws(UserError) {
    let names = [job, "\(job)-rollback"]
    guard let run = unreadable.first(where: { run in names.contains { run.directory.isNamed(after: $0) } })
    else { return }
    throw UserError(
      .inputOutput, place: run.directory.path,
      "this run may be one of the job and cannot be read, so that nobody knows what of it is done: "
        + run.problem.message,
      hint: [
        run.problem.kind == .newer ? run.problem.hint : nil,
        "find out what of it the site has, then move the folder out of the state folder; "
          + "'run' without --continue leaves it as it is",
      ].compactMap { $0 }.joined(separator: "; "))
  }

  /// The name under which the run's job is locked; `nil` for a run that no job or sheet has started.
  private static func lockName(of record: RunRecord) -> String? {
    guard record.kind == .update, !record.request.source.isEmpty else { return nil }
    return RunPlan.lockName(of: record.request.source, in: record.request.folder)
  }
}

extension JobRuns.Entry {
  /// Whether `run --continue` goes on with it, unless it has been put back: begun, and not ended.
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

  /// Whether it stopped after its first records, with rows left that nobody but a person sends.
  var waitsForReview: Bool {
    guard case .stopped = standing, awaitsReview, !record.isDryRun || record.approved != nil else {
      return false
    }
    return counts[.staged] + counts[.sending] > 0
  }

  /// Whether nothing of it is left that a person may want to go on with, so that `keep` may remove it.
  ///
  /// Failed rows do not count, although `--retry-failed` would send them again: a job with one of them every night would
  /// keep its runs for ever.
  var isOver: Bool { standing == .finished && counts[.unknown] + counts[.blocked] == 0 }
}
