public import Staging

/// Where a run as a whole stands, and whether anybody has to go on with it.
public enum RunStanding: Sendable, Equatable {
  /// A process works on it; the lock's text says which.
  case underWay(String)
  /// The sheet was not read to its end, so that nothing can have been sent.
  case stagingCutShort
  /// The process that worked on it ended without a word: killed, or the machine went down.
  case cutShort
  /// It stopped by itself before every row was done; why.
  case stopped(String)
  /// Staged on purpose, and nothing sent.
  case onlyStaged
  /// A dry run whose plan is complete and that nobody has approved.
  case planned
  /// Nothing more will happen by itself.
  case finished

  /// - Parameter holder: who holds the run's lock, other than the process that asks.
  public init(_ record: RunRecord, _ counts: StateCounts, holder: String?) {
    let unsent = counts[.staged]
    if let holder {
      self = .underWay(holder)
    } else if record.staged == nil {
      self = .stagingCutShort
    } else if record.isDryRun, record.approved == nil, record.planned != nil {
      // Whatever became of a process since: the plan is there, and nothing has been sent.
      self = .planned
    } else if record.finished == nil {
      self = .cutShort
    } else if let reason = record.stoppedBecause {
      // Rows whose answer was lost may be left as they are, to be looked for by the next process.
      self = .stopped(reason)
    } else if counts[.sending] > 0 {
      self = .cutShort
    } else if unsent > 0 {
      self = unsent + counts[.rejected] == counts.total ? .onlyStaged : .stopped("not every row was sent")
    } else {
      self = .finished
    }
  }

  /// Whether `bulkpatch resume` has something to do.
  public var isResumable: Bool {
    switch self {
    case .stagingCutShort, .cutShort, .stopped, .onlyStaged: true
    case .underWay, .planned, .finished: false
    }
  }

  /// One or two words for a table and for programs.
  public var name: String {
    switch self {
    case .underWay: "under-way"
    case .stagingCutShort: "staging-cut-short"
    case .cutShort: "cut-short"
    case .stopped: "stopped"
    case .onlyStaged: "staged"
    case .planned: "planned"
    case .finished: "finished"
    }
  }
}
