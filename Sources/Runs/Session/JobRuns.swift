import Console
import Reports
import Staging

/// The runs of one job in a state folder.
struct JobRuns {
  struct Entry {
    package var directory: RunDirectory
    var record: RunRecord
    var counts: StateCounts
    var standing: RunStanding
    /// Indicates that the run stopped after its first records for a review (`canary`).
    var awaitsReview: Bool
  }

  /// The job's runs, oldest first.
  var entries: [Entry] = []
  /// The source runs of other runs, of any job; their snapshots are needed.
  var sources: Set<String> = []
  /// The unreadable runs of any job, with the reasons.
  var unreadable: [(directory: RunDirectory, problem: StagingError)] = []

  /// Reads every run of a state folder.
  ///
  /// - Parameter lockName: identifies the job.
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

  /// Checks that every run can be read that may belong to the job, or be a rollback of such a run.
  ///
  /// - Parameter job: the job's name, which is part of its runs' folder names.
  /// - Throws: `UserError` with exit code 74 that names the first unreadable one, because its progress is unknown.
  func requireReadable(_ job: String) throws(UserError) {
    let names = [job, "\(job)-rollback"]
    guard let run = unreadable.first(where: { run in names.contains { run.directory.isNamed(after: $0) } })
    else { return }
    throw UserError(
      .inputOutput, place: run.directory.path,
      "this run may belong to the job but cannot be read, so its progress is unknown: "
        + run.problem.message,
      hint: [
        run.problem.kind == .newer ? run.problem.hint : nil,
        "check on the site which rows were applied, then move the folder out of the state folder; "
          + "'run' without --continue leaves it as it is",
      ].compactMap { $0 }.joined(separator: "; "))
  }

  /// Returns the lock name of the run's job; `nil` for a run that no job or sheet has started.
  private static func lockName(of record: RunRecord) -> String? {
    guard record.kind == .update, !record.request.source.isEmpty else { return nil }
    return RunPlan.lockName(of: record.request.source, in: record.request.folder)
  }
}

extension JobRuns.Entry {
  /// Indicates that `run --continue` resumes the run unless it is being rolled back: it has begun and not ended.
  ///
  /// Runs that were only staged, await a review, or are unapproved dry runs wait for the user. A run that was cut
  /// short while staging and then given up does not count, either.
  var isToContinue: Bool {
    guard !record.isPlanning, !awaitsReview else { return false }
    switch standing {
    case .stopped, .cutShort: return true
    case .stagingCutShort: return record.finished == nil
    case .underWay, .onlyStaged, .planned, .split, .finished: return false
    }
  }

  /// Indicates that the run stopped after its first records, and only the user can send the rest.
  var waitsForReview: Bool {
    guard case .stopped = standing, awaitsReview, !record.isPlanning else { return false }
    return counts[.staged] + counts[.sending] > 0
  }

  /// Indicates that the run has nothing left to resume, so that `keep` may remove it.
  ///
  /// Failed rows do not count, although `--retry-failed` could resend them. Otherwise a job with one each night would
  /// keep every run.
  var isOver: Bool { standing == .finished && counts[.unknown] + counts[.blocked] == 0 }
}
