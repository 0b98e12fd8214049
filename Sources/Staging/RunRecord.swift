public import Sheets

/// What a run does with its rows.
public enum RunKind: String, Sendable {
  /// Applies the rows of a sheet.
  case update
  /// Puts back what another run changed.
  case rollback
}

/// What a run file says of its run as a whole: one row of the table `run`.
public struct RunRecord: Sendable, Equatable {
  public var id: String
  /// The job file's name without its ending, or the sheet's.
  public var job: String
  public var resource: String
  /// The site's name and address, for people.
  public var site: String
  public var siteURL: String
  /// The sheet's absolute path; for standard input the spooled copy in the run's folder.
  public var sheetPath: String
  public var sheetFormat: String
  /// The names of a CSV sheet's columns; empty for JSONL.
  public var sheetHeader: [String]
  /// What separates the cells of a CSV sheet, one ASCII character; `nil` for JSONL, and in runs of older versions.
  public var sheetDelimiter: String?
  /// Known once the sheet has been read to its end.
  public var sheetDigest: SheetDigest?
  /// Over everything that decides how rows become patches.
  public var mappingSHA256: String
  /// Over what of that decides what rows add to their records; `nil` for a rollback, and in runs of older versions.
  public var additionsSHA256: String?
  /// What was asked for, from which a resume makes the same plan again.
  public var request: RunRequest
  public var toolVersion: String
  /// ISO 8601, UTC.
  public var created: String
  /// When staging was complete; `nil` means that it was cut short and nothing can have been sent.
  public var staged: String?
  /// The last exit: when, with which code, and why it stopped early if it did.
  public var finished: String?
  public var exitCode: Int?
  public var stoppedBecause: String?
  /// Rows read from the sheet; the states must add up to it.
  public var rowsRead: Int?
  public var kind = RunKind.update
  /// The id of the run whose changes this one puts back; it is beside this one.
  public var sourceRun: String?
  /// Whether it was started to show what it would change: nothing is sent before somebody approves.
  public var isDryRun = false
  /// When the plan of a dry run was complete.
  public var planned: String?
  /// When a dry run was first applied; from then on it is executed, and rows go out only if their records are as planned.
  public var approved: String?
  /// The first row that waits until somebody has reviewed the ones before it (`canary`); `nil`: none ever did.
  public var canaryEnd: Int?
  /// When somebody went on after that review; `nil`: nobody has yet.
  public var reviewed: String?
  /// Who let the plan of a dry run be carried out, as `user@host`; `nil` while nobody has, and in runs of older versions.
  public var approvedBy: String?
  /// Why the run was started, in the words of the person who did.
  public var reason: String?
  /// The job file, and its text as it was when the run was made; `nil` where a sheet was run without one.
  public var jobPath: String?
  public var jobText: String?
  /// Where the run has gone on with another address of its site, the oldest first.
  public var siteMoves: [SiteMove] = []

  /// What a run that puts this one back has as its job.
  public var rollbackJob: String { kind == .rollback ? job : "\(job)-rollback" }

  /// How the site is named to `--site`: one that was given as a URL has only its host as a name.
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
