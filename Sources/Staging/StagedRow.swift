public import Records

/// A valid row from the run file, with everything needed to send it.
public struct StagedRow: Sendable, Hashable {
  /// The data row of the sheet, from 1.
  public var number: Int
  /// The physical line of the sheet, from 1.
  public var line: Int
  public var recordID: RecordID
  /// The row's position among the rows of its record, from 1, in sheet order, and the number of these rows.
  public var ordinal: Int
  public var recordRows: Int
  /// The request body, JSON.
  public var patch: String
  /// Indicates that sending it twice has the same effect as once.
  public var isIdempotent: Bool
  /// The attempts so far that counted.
  public var attempts: Int
  /// Indicates that an earlier process may have sent it: its intent is durable, its outcome is not.
  public var isInDoubt: Bool
  private var rest: Rest?

  /// What most rows do not have, behind one reference: a row is copied at every step on its way.
  private final class Rest: Sendable, Hashable {
    let extras: Extras

    init(_ extras: Extras) { self.extras = extras }

    static func == (one: Rest, other: Rest) -> Bool { one === other || one.extras == other.extras }
    func hash(into hasher: inout Hasher) { hasher.combine(extras) }
  }

  private struct Extras: Sendable, Hashable {
    var live: String?
    var element: ElementAddress?
    var inDoubtFor = Duration.zero
    var announcedFor = Duration.zero
    var snapshot: Snapshot?
    var plan: PlannedRow?
    var expected: ExpectedState?
    var kept: [KeptChange] = []
  }

  private var extras: Extras {
    get { rest?.extras ?? Extras() }
    set { rest = newValue == Extras() ? nil : Rest(newValue) }
  }

  /// The staged body with the places where values of the record go; `nil` if there are none.
  public var live: String? {
    get { rest?.extras.live }
    set { extras.live = newValue }
  }
  /// The list element that the body is for; `nil` for the record itself.
  public var element: ElementAddress? {
    get { rest?.extras.element }
    set { extras.element = newValue }
  }
  /// The least time since it may have been sent, when the row was leased.
  public var inDoubtFor: Duration {
    get { rest?.extras.inDoubtFor ?? .zero }
    set { extras.inDoubtFor = newValue }
  }
  /// The time between its intent and the lease, if it may have been sent; its last request may be later.
  public var announcedFor: Duration {
    get { rest?.extras.announcedFor ?? .zero }
    set { extras.announcedFor = newValue }
  }
  /// The record before it was sent, if it was looked at.
  public var snapshot: Snapshot? {
    get { rest?.extras.snapshot }
    set { extras.snapshot = newValue }
  }
  /// The row's part of a dry run's plan, if there is one.
  public var plan: PlannedRow? {
    get { rest?.extras.plan }
    set { extras.plan = newValue }
  }
  /// The values that the source row has written, for a rollback.
  public var expected: ExpectedState? {
    get { rest?.extras.expected }
    set { extras.expected = newValue }
  }
  /// The changes that a rollback keeps, as far as the record has been looked at.
  public var kept: [KeptChange] {
    get { rest?.extras.kept ?? [] }
    set { extras.kept = newValue }
  }

  public init(
    number: Int, line: Int, recordID: RecordID, ordinal: Int, recordRows: Int, patch: String,
    element: ElementAddress?, isIdempotent: Bool, attempts: Int, isInDoubt: Bool = false,
    snapshot: Snapshot? = nil, plan: PlannedRow? = nil
  ) {
    self.number = number
    self.line = line
    self.recordID = recordID
    self.ordinal = ordinal
    self.recordRows = recordRows
    self.patch = patch
    self.isIdempotent = isIdempotent
    self.attempts = attempts
    self.isInDoubt = isInDoubt
    guard element != nil || snapshot != nil || plan != nil else { return }
    extras = Extras(element: element, snapshot: snapshot, plan: plan)
  }
}

/// The outcome of a row, ready to be made durable.
public struct RowOutcome: Sendable, Hashable {
  public var number: Int
  public var state: RowState
  public var attempts: Int
  public var httpStatus: Int?
  /// The site's error code, or a stable name of ours.
  public var errorCode: String?
  public var error: String?
  /// The advice for the user, if any is known.
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

/// The remaining part of a rollback's row after a look at its record, ready to be made durable.
public struct RowNarrowing: Sendable, Hashable {
  public var number: Int
  /// The body that replaces the staged one; `nil` leaves it as it is.
  public var patch: String?
  /// The changes that are kept.
  public var kept: [KeptChange]

  public init(number: Int, patch: String?, kept: [KeptChange]) {
    self.number = number
    self.patch = patch
    self.kept = kept
  }
}

/// One exchange that did not end well, kept to explain why a row took so long.
public struct AttemptRecord: Sendable, Hashable {
  public var row: Int
  /// The exchange's number, from 1, among those of the row in this process.
  public var attempt: Int
  /// The outcome's name: `refused`, `conflict`, `retry-later`, `unknown`, `foreign`, `login-refused`.
  public var outcome: String
  public var httpStatus: Int?
  public var errorCode: String
  public var error: String
  /// The advice for the user, if any is known; only the row keeps it.
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

  /// Indicates that it leaves open whether the row was carried out.
  var leavesDoubt: Bool { ["unknown", "foreign"].contains(outcome) }
}
