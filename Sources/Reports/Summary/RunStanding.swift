import JSON
public import Staging

/// The standing of a run as a whole, and whether the user must resume it.
public enum RunStanding: Sendable, Equatable {
  /// A process works on it; the lock's text names the process.
  case underWay(String)
  /// The sheet was not read to its end, so that nothing can have been sent.
  case stagingCutShort
  /// The process that worked on it was killed, or the machine went down.
  case cutShort
  /// It stopped by itself before every row was done, for this reason.
  case stopped(String)
  /// It was only staged, on purpose, and nothing was sent.
  case onlyStaged
  /// A dry run with a complete plan that is not approved.
  case planned
  /// Its rows are with this number of shards, and the run itself waits for them.
  case split(Int)
  /// Nothing more will happen by itself.
  case finished

  /// - Parameter holder: the holder of the run's lock, if it is not this process.
  public init(_ record: RunRecord, _ counts: StateCounts, holder: String?) {
    let unsent = counts[.staged]
    if let holder {
      self = .underWay(holder)
    } else if record.shardsOut > 0 {
      self = .split(record.shardsOut)
    } else if record.staged == nil {
      self = .stagingCutShort
    } else if record.isPlanning, record.planned != nil {
      // Whatever became of the process: the plan exists, and nothing was sent.
      self = .planned
    } else if record.finished == nil {
      self = .cutShort
    } else if let reason = record.stoppedBecause {
      // Rows with a lost answer may be left for the next process to look for.
      self = .stopped(reason)
    } else if counts[.sending] > 0 {
      self = .cutShort
    } else if unsent > 0 {
      self =
        unsent + counts[.rejected] + counts[.skipped] == counts.total
        ? .onlyStaged : .stopped("not every row was sent")
    } else {
      self = .finished
    }
  }

  /// Indicates that `bulkpatch resume` has something to do.
  public var isResumable: Bool {
    switch self {
    case .stagingCutShort, .cutShort, .stopped, .onlyStaged: true
    case .underWay, .planned, .split, .finished: false
    }
  }

  /// Indicates that the run has not come to its end: it is under way, or can be resumed.
  var isUnfinished: Bool {
    switch self {
    case .underWay, .split: true
    case .stagingCutShort, .cutShort, .stopped, .onlyStaged, .planned, .finished: isResumable
    }
  }

  /// The standing in one or two words, for tables and programs.
  public var name: String {
    switch self {
    case .underWay: "under-way"
    case .stagingCutShort: "staging-cut-short"
    case .cutShort: "cut-short"
    case .stopped: "stopped"
    case .onlyStaged: "staged"
    case .planned: "planned"
    case .split: "split"
    case .finished: "finished"
    }
  }

  /// The reason it is not finished, in words; empty if it is.
  public var reason: String {
    switch self {
    case .stagingCutShort: "cut short while its sheet was read"
    case .cutShort: "cut short: its process was killed or the machine went down"
    case .stopped(let cause): cause.printable()
    case .onlyStaged: "only staged"
    case .underWay(let holder): "under way (\(holder.printable()))"
    case .split(let shards): "its rows are with \(Quantity.count(shards)) \(shards == 1 ? "shard" : "shards")"
    case .planned, .finished: ""
    }
  }
}
