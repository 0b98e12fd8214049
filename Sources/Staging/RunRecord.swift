public import Sheets

/// The kind of work a run does with its rows.
public enum RunKind: String, Sendable {
  /// Applies the rows of a sheet.
  case update
  /// Rolls back what another run changed.
  case rollback
}

/// The run file's facts about the run as a whole: one row of the table `run`.
public struct RunRecord: Sendable, Equatable {
  public var id: String
  /// The job file's name without its extension, or the sheet's.
  public var job: String
  public var resource: String
  /// The site's name and address, for messages.
  public var site: String
  public var siteURL: String
  /// The sheet's absolute path; for standard input, that of the copy in the run's folder.
  public var sheetPath: String
  public var sheetFormat: String
  /// The names of a CSV sheet's columns; empty for JSONL.
  public var sheetHeader: [String]
  /// The delimiter of a CSV sheet, one ASCII character; `nil` for JSONL, and in runs of older versions.
  public var sheetDelimiter: String?
  /// The sheet's digest, known once it has been read to its end.
  public var sheetDigest: SheetDigest?
  /// The hash of everything that decides how rows become patches.
  public var mappingSHA256: String
  /// The hash of the part that decides what rows add to their records; `nil` for a rollback, and in older runs.
  public var additionsSHA256: String?
  /// The request, from which a resume makes the same plan again.
  public var request: RunRequest
  public var toolVersion: String
  /// ISO 8601, UTC.
  public var created: String
  /// The time staging was complete; `nil` means that it was cut short, so that nothing can have been sent.
  public var staged: String?
  /// The time, code and stop reason of the last exit.
  public var finished: String?
  public var exitCode: Int?
  public var stoppedBecause: String?
  /// The number of rows read from the sheet; the counts by state must add up to it.
  public var rowsRead: Int?
  public var kind = RunKind.update
  /// The id of the run that this one rolls back; its folder is beside this one.
  public var sourceRun: String?
  /// Indicates a run that began as a dry run: nothing is sent before the user approves it.
  public var isDryRun = false
  /// The time the plan of a dry run was complete.
  public var planned: String?
  /// The time a dry run was first applied; from then on, rows go out only if their records are as planned.
  public var approved: String?
  /// The first row that waits for a review of the ones before it (`canary`); `nil` if none ever did.
  public var canaryEnd: Int?
  /// The time the run was resumed after that review; `nil` if it was not yet.
  public var reviewed: String?
  /// The user who approved the dry run, as `user@host`; `nil` without approval, and in runs of older versions.
  public var approvedBy: String?
  /// The user's reason for starting the run.
  public var reason: String?
  /// The job file, with its text when the run was made; `nil` for a sheet without a job.
  public var jobPath: String?
  public var jobText: String?
  /// What the site added to the catalogue when the run was made, as JSON; `nil` for nothing.
  public var overlay: String?
  /// The moves of the run's site to another address, oldest first.
  public var siteMoves: [SiteMove] = []

  /// The part of another run that this run is; `nil` for a run of its own.
  public var part: ShardPart?
  /// The number of shards that have some of its rows.
  public var shardsOut = 0

  /// Indicates a dry run that is not approved: the run shows its plan, and sends nothing.
  public var isPlanning: Bool { isDryRun && approved == nil }

  /// The job name of a run that rolls this one back.
  public var rollbackJob: String { kind == .rollback ? job : "\(job)-rollback" }

  /// The site's name for `--site`; for a site given as a URL that is the URL, as its name is only its host.
  public var siteArgument: String { siteURL.contains("://\(site)") ? siteURL : site }

  public init(
    id: String, job: String, resource: String, site: String, siteURL: String, sheetPath: String,
    sheetFormat: String, sheetHeader: [String], mappingSHA256: String, request: RunRequest,
    toolVersion: String, created: String
  ) {
    self.id = id
    self.job = job
    self.resource = resource
    self.site = site
    self.siteURL = siteURL
    self.sheetPath = sheetPath
    self.sheetFormat = sheetFormat
    self.sheetHeader = sheetHeader
    self.mappingSHA256 = mappingSHA256
    self.request = request
    self.toolVersion = toolVersion
    self.created = created
  }
}
