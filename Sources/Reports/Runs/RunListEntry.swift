import JSON
public import Staging

/// One run as `bulkpatch runs` lists it.
public struct RunListEntry: Sendable {
  public var directory: RunDirectory
  /// The content of its run file.
  public var contents: Contents

  public enum Contents: Sendable {
    case run(RunRecord, StateCounts, RunStanding)
    /// The reason the run file cannot be read.
    case unreadable(StagingError)
  }

  /// Reads one run, without disturbing a process that works on it.
  public init(_ directory: RunDirectory) {
    self.directory = directory
    do throws(StagingError) {
      let file = try RunFile(reading: directory)
      let record = try file.record()
      let holder = FileLock.holder(of: directory.lockFile)
      let counts: StateCounts
      if let stored = RunListEntry.storedCounts(record, directory) {
        counts = stored
      } else {
        counts = try file.counts()
      }
      contents = .run(record, counts, RunStanding(record, counts, holder: holder))
    } catch {
      contents = .unreadable(error)
    }
  }

  /// What the user has to do about the run; `nil` if nothing, or if it is only to be applied when wanted.
  public var need: String? {
    switch contents {
    case .unreadable: return "look at it"
    case .run(let record, let counts, let standing):
      switch standing {
      case .stagingCutShort: return record.finished == nil ? "resume" : nil
      case .stopped where record.canaryEnd != nil && record.reviewed == nil: return "review"
      case .cutShort, .stopped: return "resume"
      case .onlyStaged: return "send"
      case .split: return "gather"
      case .finished where counts[.unknown] > 0: return "look up \(Quantity.count(counts[.unknown])) unknown"
      case .underWay, .planned, .finished: return nil
      }
    }
  }

  /// Returns the counts of `summary.json`, if it was written at the exit in the run file.
  ///
  /// Resuming a run makes the file forget that exit. Counting a million rows takes about a second, and there may be a
  /// year of nights to list.
  private static func storedCounts(_ record: RunRecord, _ directory: RunDirectory) -> StateCounts? {
    guard let finished = record.finished, let summary = RunSummary.stored(in: directory),
      summary["finished"] == .string(finished)
    else { return nil }
    return summary["states"]?.object.flatMap(StateCounts.init)
  }
}
