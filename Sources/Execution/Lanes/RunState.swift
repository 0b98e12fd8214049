import JSON
import Records
import Sites
import Staging

/// What the lanes do next: a state machine without lock, clock or input/output.
///
/// Events go in with the time they happened at (since the run began), steps and effects come out. A row's
/// way: leased from the run file; *due* when no earlier row of its record is under way; *looked at* in a group
/// with others, which reads its record and makes its intent durable; *ready* for a lane; *in flight*;
/// *settling* until its outcome is durable. Two rules hold whatever happens: rows of one record are between
/// due and settled one at a time and in sheet order, and nothing is sent whose intent is not durable.
struct RunState: Sendable {
  struct Settings: Sendable {
    var throttle = Throttle.Settings()
    var retry = RetryPolicy()
    var stopRule = StopRule()
    /// Whether later rows of a record are blocked when an earlier one is not done.
    var holdsRecords = true
    /// Whether records are read before they are written, so that a lost answer can be told from a lost request.
    var takesSnapshots = false
    /// How long to wait before looking for what may have been carried out: a site may finish after our time-out.
    var settle = Duration.seconds(2)
    /// How long an answer is waited for; a request is on its way for as long, and `settle`, also when its answer was lost.
    var requestTimeout = Duration.seconds(60)
    /// The longest of this and earlier processes: what those have sent may be under way for as long.
    var longestTimeout = Duration.zero
    /// How many writes go out in one request.
    var batch = BatchSizing(limit: 1)

    var lanes: Int { throttle.lanes }
  }

  /// What a lane that asks is told.
  enum Step: Sendable, Equatable {
    /// One delivery, or several for different records in one request.
    case send([Delivery])
    /// Nothing to do before that time, or before it is woken.
    case wait(until: Duration?)
    /// Nothing to do ever again.
    case exit
  }

  /// What has to be made durable because of an event.
  struct Effects: Sendable, Equatable {
    var outcomes: [RowOutcome] = []
    var attempts: [AttemptRecord] = []
  }

  enum Phase { case waiting, due, looking, ready, delayed, inFlight, settling }

  struct Entry {
    var row: StagedRow
    var phase: Phase
    /// Attempts that counted; waits that the site asked for do not.
    var attempts: Int
    /// Whether the run file has it as `sending`.
    var isAnnounced: Bool
    /// Whether it may have been carried out already.
    var isInDoubt: Bool
    /// Nobody looks at it before this time, if there is one.
    var opens: Duration?
    /// How often it was looked for since it came to be in doubt.
    var doubtLooks = 0
    /// How long its request had been under way when its answer was lost: the site may need as long again.
    var lateness = Duration.zero
    /// Until when a request of it whose answer was lost may be carried out; `nil` when no answer was lost.
    var mayComeUntil: Duration?
    /// What becomes of it if a last look does not find that it was carried out.
    var lastWord: LastWord?
    /// The site's own word that it ended with, when an answer ended it.
    var lastRefusal: Refusal?
    /// When it was decided that it goes out, by what its record was then.
    var decidedAt = Duration.zero
    /// How often in a row that was too long ago when it could leave.
    var renewals = 0
    /// How often its record was read with others in vain, though the site answered.
    var failedLooks = 0
    /// What goes out, once it has been decided.
    var delivery: Delivery?
    var exchanges = 0
    var firstSent: Duration?
  }

  let settings: Settings
  var counts: StateCounts
  var figures = Figures()
  private(set) var stopReason: StopReason?
  /// Whether somebody asked to pause: nothing is looked at or sent until that is over.
  private(set) var isHeld = false

  var entries: [Int: Entry] = [:]
  var order = RecordOrder()
  var queues = RowQueues()
  var throttle: Throttle
  var lanes: LaneBoard
  var leases: LeasePacing
  var batch: BatchSizing
  var looking: LookStanding
  var age = LookAge()
  var lastGoodAnswer: Duration?
  /// How the last exchanges ended, to tell a row that fails from a site that does.
  var troubles = TroubleHistory()
  /// Answers to writes that did not come from the API.
  var foreignAnswers = ForeignAnswers()
  /// Rows that were refused one after the other for the same reason.
  var sameRefusals = SameRefusals()
  var random: any RandomNumberGenerator & Sendable

  init(
    settings: Settings, counts: StateCounts, random: any RandomNumberGenerator & Sendable
  ) {
    self.settings = settings
    self.counts = counts
    self.random = random
    throttle = Throttle(settings.throttle)
    lanes = LaneBoard(count: settings.lanes)
    leases = LeasePacing(
      minimum: max(settings.lanes * settings.batch.limit, settings.takesSnapshots ? 64 : settings.lanes * 4),
      work: settings.takesSnapshots ? .seconds(1) : .milliseconds(250))
    batch = settings.batch
    looking = LookStanding(start: leases.limit)
  }

  /// What was measured on the way.
  struct Figures: Sendable, Equatable {
    private(set) var retries = 0
    /// Rows finished, and of them failed, in this process.
    private(set) var finished = 0
    private(set) var failed = 0
    /// The largest number of requests in flight at one time.
    private(set) var peakInFlight = 0
    private(set) var inFlight = 0

    mutating func requestBegan() {
      inFlight += 1
      peakInFlight = max(peakInFlight, inFlight)
    }

    mutating func requestEnded() { inFlight -= 1 }

    mutating func retried() { retries += 1 }

    mutating func rowFinished(isFailed: Bool) {
      finished += 1
      if isFailed { failed += 1 }
    }
  }

  /// Ends the sending; requests in flight still end.
  ///
  /// The first reason stays.
  mutating func stop(_ reason: StopReason) {
    if stopReason == nil { stopReason = reason }
  }

  /// Holds back what would be sent next, or lets it go on; requests in flight still end.
  mutating func hold(_ isHeld: Bool, now: Duration) {
    age.pause(until: now)
    self.isHeld = isHeld
  }

  /// Whether every row is finished and every outcome is durable.
  var isFinished: Bool { entries.isEmpty && leases.isExhausted }

  /// How long a row waits before its next attempt.
  mutating func pause(after attempts: Int) -> Duration {
    settings.retry.delay(after: max(attempts, 1), random: &random)
  }
}

/// One row on its way out: what is sent, decided when its record was looked at.
struct Delivery: Sendable, Equatable {
  var row: StagedRow
  /// What the row's patch changes, or what is left of it; of what it makes only where.
  var changes: PatchChanges
  /// JSON, or base64 for an enclosure.
  var body: String
  /// The record's token when it was looked at.
  var token: String?
  /// The attribute whose bytes the body is, when it goes to an enclosure's own address.
  var enclosure: String?
  /// How many times the row has gone out, this one included.
  var attempt = 1
  /// Whether nobody can tell that it was not carried out before.
  var isInDoubt = false

  init(_ row: StagedRow, _ changes: PatchChanges, token: String? = nil) {
    self.row = row
    self.changes = changes
    // An answer shows nothing of what was made, and files are large.
    self.changes.creations = changes.creations.map {
      ElementCreation(list: $0.list, attributes: JSONObject())
    }
    self.token = token
    let enclosure = changes.enclosure
    body = enclosure?.base64 ?? row.patch
    self.enclosure = enclosure?.attribute
  }

  /// Whether it may share a request with others.
  var fitsABatch: Bool { row.isIdempotent && row.element == nil && enclosure == nil }
}
