public import Staging

/// The summary of a run: for people on the screen, for programs in `summary.json`.
public struct RunSummary: Sendable {
  public var directory: RunDirectory
  public var record: RunRecord
  public var counts: StateCounts
  public var standing: RunStanding
  /// Indicates that the run has stopped for a review.
  public var awaitsReview: Bool
  /// The result of the last verification, if there was one.
  public var verified: VerificationCounts?
  /// The number of failed rows that are never resent as they are, because a later row of their record is done or may
  /// be.
  public var failedOutOfTurn = 0
  /// The call that worked on the run last; `nil` in a file of an older version.
  public var caller: CallRecord?
  /// The failures by cause, the largest group first.
  public var groups: [ErrorGroup]
  /// The rows that the job leaves out, by reason.
  public var skipped: [ErrorGroup] = []
  /// The warnings about valid rows; none for a rollback, which has no sheet.
  public var warnings: [WarningGroup] = []
  /// The figures; `nil` if unknown, as after a kill.
  public var figures: RunFigures?
  /// The site's reactions that were switched off, such as `rules`.
  public var suppressed: [String] = []
  /// The report of a rollback; `nil` for other runs.
  public var rollback: RollbackReport?
  /// The ids of the runs that have rolled this one back, or have begun to.
  public var rollbacks: [String]
  /// The number of rows that a rollback's source run still has to send; `nil` if that has ended.
  public var sourceRowsLeft: Int?
  /// The result files that were written just now.
  public var files: [ResultFile] = []
  /// The run's name in a command: its id, or its folder if that is not in the default place.
  public var run: String
  /// The user's working folder, so that commands with relative paths can name it.
  public var workingFolder: String
  /// The results of a dry run; `nil` for other runs, and once it is approved.
  public var plan: PlanOverview?
  /// The shards of the run's split while some of them are not gathered.
  public var shards: [ShardStanding] = []

  /// Reads a run file; the figures come from its `summary.json` if there is one.
  ///
  /// - Parameters:
  ///   - holder: another process that works on the run now (`FileLock.holder`).
  ///   - run: the run's name in a command; its id by default.
  ///   - ending: the record that is about to be written; the stored one by default.
  /// - Throws: `StagingError` when the run file cannot be read.
  public init(
    reading file: RunFile, holder: String? = nil, run: String? = nil, workingFolder: String,
    ending: RunRecord? = nil
  ) throws(StagingError) {
    directory = file.directory
    if let ending { record = ending } else { record = try file.record() }
    counts = try file.counts()
    groups = try file.errorGroups().map { [record] in $0.namingColumn(of: record) }
    caller = try file.calls().last
    if counts[.skipped] > 0 { skipped = try file.skippedGroups() }
    if record.kind == .rollback {
      rollback = try RollbackReport(reading: file, sourceRun: record.sourceRun ?? "")
    }
    if record.kind == .update {
      warnings = try file.warningGroups()
      failedOutOfTurn = try file.failedOutOfTurn()
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
    if record.isPlanning, record.staged != nil {
      var overview = try PlanOverview(reading: file)
      overview.errors = overview.errors.map { [record] in $0.namingColumn(of: record) }
      plan = overview
    }
    if record.shardsOut > 0 { shards = try ShardStanding.all(of: file) }
    self.run = run ?? file.directory.id
    self.workingFolder = workingFolder
  }

  /// The number of rows of the sheet, as far as it was read.
  public var rows: Int { record.rowsRead ?? counts.total }

  /// Indicates that every row read is in exactly one state; anything else is a bug of ours.
  public var addsUp: Bool { rows == counts.total }

  /// The number of rows that have no outcome yet.
  public var unprocessed: Int { counts[.staged] + counts[.sending] }
}
