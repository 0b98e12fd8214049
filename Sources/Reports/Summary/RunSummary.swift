public import Staging

/// What happened in a run: for people on the screen, for programs in `summary.json`.
public struct RunSummary: Sendable {
  public var directory: RunDirectory
  public var record: RunRecord
  public var counts: StateCounts
  public var standing: RunStanding
  /// Whether the run has stopped so that what it did so far can be reviewed.
  public var awaitsReview: Bool
  /// How the last verification came out, when there was one.
  public var verified: VerificationCounts?
  /// Failed rows that are never sent again as they are, because a later row of their record is done or may be.
  public var failedOutOfTurn = 0
  /// What went wrong, the largest group first.
  public var groups: [ErrorGroup]
  /// What is worth a look about rows that are valid; none of a rollback, which has no sheet.
  public var warnings: [WarningGroup] = []
  /// `nil` when they are not known, as after a kill.
  public var figures: RunFigures?
  /// Reactions of the site that were switched off, such as `rules`.
  public var suppressed: [String] = []
  /// What a rollback has put back; `nil` for other runs.
  public var rollback: RollbackReport?
  /// The runs that have put this one back, or have begun to, by their ids.
  public var rollbacks: [String]
  /// Of a rollback: how many rows of the run that it puts back are still to be sent; `nil` when that has come to its end.
  public var sourceRowsLeft: Int?
  /// The result files that were written just now.
  public var files: [ResultFile] = []
  /// What a user types to mean this run: its id, or its folder when that is not in the default place.
  public var run: String
  /// The folder the user is in, so that commands with relative paths can say where they work.
  public var workingFolder: String
  /// What a dry run found; `nil` of a run that is none, and once it is approved.
  public var plan: PlanOverview?

  /// Reads a run file; the figures are taken from its `summary.json` when there is one.
  ///
  /// - Parameters:
  ///   - holder: who works on the run now, other than this process (`FileLock.holder`).
  ///   - run: what a user types to mean the run; its id when not given.
  ///   - ending: the run as it is about to be noted; as it is in the file when not given.
  /// - Throws: `StagingError` when the run file cannot be read.
  public init(
    reading file: RunFile, holder: String? = nil, run: String? = nil, workingFolder: String,
    ending: RunRecord? = nil
  ) throws(StagingError) {
    directory = file.directory
    if let ending { record = ending } else { record = try file.record() }
    counts = try file.counts()
    groups = try file.errorGroups()
    if record.kind == .rollback {
      rollback = try RollbackReport(reading: file, sourceRun: record.sourceRun ?? "")
    }
    if record.kind == .update {
      warnings = try file.warningGroups()
      if counts[.failed] > 0 { failedOutOfTurn = try file.failedOutOfTurn() }
    }
    rollbacks = Rollbacks.begun(of: record, in: file.directory).map(\.id)
    if let source = record.sourceRun,
      case .run(_, let counts, let standing) = RunListEntry(file.directory.sibling(source)).contents,
      standing.isResumable
    {
      sourceRowsLeft = counts[.staged] + counts[.sending]
    }
    verified = try file.verification()
    standing = RunStanding(record, counts, holder: holder)
    awaitsReview = standing.isResumable ? try file.awaitsReview(endingWith: ending?.exitCode) : false
    figures = RunFigures(summaryIn: file.directory)
    if record.isDryRun, record.approved == nil, record.staged != nil {
      plan = try PlanOverview(reading: file)
    }
    self.run = run ?? file.directory.id
    self.workingFolder = workingFolder
  }

  /// Rows of the sheet as far as it was read.
  public var rows: Int { record.rowsRead ?? counts.total }

  /// Whether every row that was read is in exactly one state; anything else is a bug of ours.
  public var addsUp: Bool { rows == counts.total }

  /// Rows that nobody has tried for good.
  public var unprocessed: Int { counts[.staged] + counts[.sending] }
}
