public import Records

/// A valid row as the run file holds it, with all that is needed to send it.
public struct StagedRow: Sendable, Hashable {
  /// The data row of the sheet, from 1.
  public var number: Int
  /// The physical line of the sheet, from 1.
  public var line: Int
  public var recordID: Int64
  /// Which row of its record this is, from 1, in sheet order, and how many the record has.
  public var ordinal: Int
  public var recordRows: Int
  /// The request body, JSON.
  public var patch: String
  /// The list element the body is for, when it is not for the record itself.
  public var element: ElementAddress?
  /// Whether sending it twice does the same as once.
  public var isIdempotent: Bool
  /// Attempts made so far that counted.
  public var attempts: Int
  /// Whether an earlier process may have sent it: its intent is durable, its outcome is not.
  public var isInDoubt: Bool
  /// For how long that has been over, at least, when the row was leased.
  public var inDoubtFor = Duration.zero
  /// How long before the lease its intent was written, when it may have been sent; not its last request.
  public var announcedFor = Duration.zero
  /// The record as it was before it was sent, when it was looked at.
  public var snapshot: Snapshot?
  /// What a dry run showed of it, when one did.
  public var plan: PlannedRow?
  /// Of a rollback: what the row that is put back has written.
  public var expected: ExpectedState?
  /// Of a rollback: what is left as it is, as far as the record has been looked at.
  public var kept: [KeptChange] = []

  public init(
    number: Int, line: Int, recordID: Int64, ordinal: Int, recordRows: Int, patch: String,
    element: ElementAddress?, isIdempotent: Bool, attempts: Int, isInDoubt: Bool = false,
    snapshot: Snapshot? = nil, plan: PlannedRow? = nil
  ) {
    self.number = number
    self.line = line
    self.recordID = recordID
    self.ordinal = ordinal
    self.recordRows = recordRows
    self.patch = patch
    self.element = element
    self.isIdempotent = isIdempotent
    self.attempts = attempts
    self.isInDoubt = isInDoubt
    self.snapshot = snapshot
    self.plan = plan
  }
}

/// What became of a row, ready to be made durable.
public struct RowOutcome: Sendable, Hashable {
  public var number: Int
  public var state: RowState
  public var attempts: Int
  public var httpStatus: Int?
  /// The site's error code, or a stable name of ours.
  public var errorCode: String?
  public var error: String?
  /// What a person can do about it, where that is known.
  public var hint: String?

  public init(
    number: Int, state: RowState, attempts: Int, httpStatus: Int? = nil, errorCode: String? = nil,
    error: String? = nil, hint: String? = nil
  ) {
    self.number = number
    self.state = state
    self.attempts = attempts
    self.httpStatus = httpStatus
    self.errorCode = errorCode
    self.error = error
    self.hint = hint
  }
}

/// What a look at its record has left of a rollback's row, ready to be made durable.
public struct RowNarrowing: Sendable, Hashable {
  public var number: Int
  /// The body that is sent in place of the staged one; `nil` leaves that as it is.
  public var patch: String?
  /// What is left as it is.
  public var kept: [KeptChange]

  public init(number: Int, patch: String?, kept: [KeptChange]) {
    self.number = number
    self.patch = patch
    self.kept = kept
  }
}

/// One exchange that did not end well, kept for whoever asks later why a row took so long.
public struct AttemptRecord: Sendable, Hashable {
  public var row: Int
  /// From 1, counting every exchange of the row in this process.
  public var attempt: Int
  /// The outcome's name: `refused`, `conflict`, `retry-later`, `unknown`, `foreign`, `login-refused`.
  public var outcome: String
  public var httpStatus: Int?
  public var errorCode: String
  public var error: String
  /// What a person can do about it, where that is known; only the row keeps it.
  public var hint: String?
  public var milliseconds: Int

  public init(
    row: Int, attempt: Int, outcome: String, httpStatus: Int?, errorCode: String, error: String,
    hint: String? = nil, milliseconds: Int
  ) {
    self.row = row
    self.attempt = attempt
    self.outcome = outcome
    self.httpStatus = httpStatus
    self.errorCode = errorCode
    self.error = error
    self.hint = hint
    self.milliseconds = milliseconds
  }

  /// Whether it leaves open if the row was carried out.
  var leavesDoubt: Bool { ["unknown", "foreign"].contains(outcome) }
}
