import JSON
import Records
import Sites
import Staging

/// The state machine that drives the lanes, without lock, clock or input/output.
///
/// Events go in with their times (since the run began); steps and effects come out. A row is leased from the run
/// file. It is *due* when no earlier row of its record is under way. It is *looked at* in a group, which reads its
/// record and makes its intent durable. Then it is *ready* for a lane, *in flight*, and *settling* until its outcome
/// is durable. Two rules always hold. Rows of one record are between due and settled one at a time and in sheet
/// order. A row is sent only once its intent is durable. There is one state of a run, behind its lock: a copy would share
/// the rows.
struct RunState: Sendable {
  struct Settings: Sendable {
    var throttle = Throttle.Settings()
    var retry = RetryPolicy()
    var stopRule = StopRule()
    /// Blocks later rows of a record when an earlier one is not done.
    var holdsRecords = true
    /// Reads records before they are written, so that a lost answer can be told from a lost request.
    var takesSnapshots = false
    /// Counts no row as one that may be repeated.
    var repeatsNothing = false
    /// The wait before looking for a row that may have been carried out: a site may finish after our time-out.
    var settle = Duration.seconds(2)
    /// The longest wait for an answer; a request is on its way this long plus `settle`, even if its answer was lost.
    var requestTimeout = Duration.seconds(60)
    /// The longest time-out of this and earlier processes: their requests may be under way that long.
    var longestTimeout = Duration.zero
    /// The number of writes in one request.
    var batch = BatchSizing(limit: 1)
    /// How many rows a lane takes at once, to send them one after the other.
    var handful = HandfulSizing(limit: 1)

    var lanes: Int { throttle.lanes }
  }

  /// The answer to a lane that asks what to do.
  enum Step: Sendable, Equatable {
    /// One delivery, or several for different records in one request.
    case send([Delivery])
    /// Several deliveries, each in a request of its own, as long as `mayContinue`.
    case sendEach([Delivery])
    /// Nothing to do before that time, or before it is woken.
    case wait(until: Duration?)
    /// Nothing to do any more.
    case exit
  }

  /// The changes to make durable because of an event.
  struct Effects: Sendable, Equatable {
    var outcomes: [RowOutcome] = []
    var attempts: [AttemptRecord] = []
  }

  enum Phase { case waiting, due, looking, ready, delayed, inFlight, settling }

  /// A row in memory, in its place: events change it a dozen times on its way.
  ///
  /// Nobody but its state has it, whose lock therefore guards it.
  final class Entry: @unchecked Sendable {
    var row: StagedRow
    var phase: Phase
    /// The attempts that counted; waits at the site's request do not.
    var attempts: Int
    /// Indicates that the run file has it as `sending`.
    var isAnnounced: Bool
    /// Indicates that it may have been carried out already.
    var isInDoubt: Bool
    /// The time before which it is not looked at, if any.
    var opens: Duration?
    /// The number of looks for it since it came to be in doubt.
    var doubtLooks = 0
    /// The time its request had been under way when its answer was lost: the site may need as long again.
    var lateness = Duration.zero
    /// The time until which a request with a lost answer may take effect; `nil` if no answer was lost.
    var mayComeUntil: Duration?
    /// The final state if a last look does not find that it was carried out.
    var lastWord: LastWord?
    /// The site's refusal that ended it, if an answer did.
    var lastRefusal: Refusal?
    /// The time of the decision to send it, based on its record then.
    var decidedAt = Duration.zero
    /// The number of times in a row that this decision was out of date.
    var renewals = 0
    /// The number of failed reads of its record together with others, though the site answered.
    var failedLooks = 0
    /// The delivery, once it is decided.
    var delivery: Delivery?
    var exchanges = 0
    var firstSent: Duration?

    init(_ row: StagedRow) {
      self.row = row
      phase = .waiting
      attempts = row.attempts
      isAnnounced = row.isInDoubt
      isInDoubt = row.isInDoubt
    }
  }

  let settings: Settings
  var counts: StateCounts
  var figures = Figures()
  private(set) var stopReason: StopReason?
  /// Indicates that the user asked for a pause: nothing is looked at or sent until it is over.
  private(set) var isHeld = false

  var entries: [Int: Entry] = [:]
  var order = RecordOrder()
  var queues = RowQueues()
  var throttle: Throttle
  var lanes: LaneBoard
  var leases: LeasePacing
  var batch: BatchSizing
  var handfuls: HandfulSizing
  var looking: LookStanding
  var age = LookAge()
  var lastGoodAnswer: Duration?
  /// The ends of the last exchanges, to tell a failing row from a failing site.
  var troubles = TroubleHistory()
  /// The answers to writes that did not come from the API.
  var foreignAnswers = ForeignAnswers()
  /// Rows in a row that were refused for the same reason.
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
    handfuls = settings.handful
    looking = LookStanding(start: leases.limit)
  }

  /// The measurements of a run.
  struct Figures: Sendable, Equatable {
    private(set) var retries = 0
    /// The rows finished in this process, and those of them that failed.
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

  /// Stops sending; requests in flight still end.
  ///
  /// The first reason stays.
  mutating func stop(_ reason: StopReason) {
    if stopReason == nil { stopReason = reason }
  }

  /// Pauses or resumes sending; requests in flight still end.
  mutating func hold(_ isHeld: Bool, now: Duration) {
    age.pause(until: now)
    self.isHeld = isHeld
  }

  /// Indicates that every row is finished and every outcome is durable.
  var isFinished: Bool { entries.isEmpty && leases.isExhausted }

  /// Returns the wait of a row before its next attempt.
  mutating func pause(after attempts: Int) -> Duration {
    settings.retry.delay(after: max(attempts, 1), random: &random)
  }
}

/// One row on its way out, as decided when its record was looked at.
struct Delivery: Sendable, Equatable {
  var row: StagedRow
  /// The changes of the row's patch, or what is left of them; of elements it creates, only their place.
  ///
  /// It is `nil` for the row as it was staged, which is read only if an answer shows its record.
  var changes: PatchChanges?
  /// JSON, or base64 for an enclosure.
  var body: String
  /// The record's token when it was looked at.
  var token: String?
  /// The attribute whose bytes the body is, if it goes to an enclosure's own address.
  var enclosure: String?
  /// The number of times the row has been sent, this one included.
  var attempt = 1
  /// Indicates that it may have been carried out before.
  var isInDoubt = false

  /// Creates the delivery of a row as it was staged, which goes to the record's own address.
  init(_ row: StagedRow) {
    self.row = row
    body = row.patch
  }

  init(_ row: StagedRow, _ changes: PatchChanges, token: String? = nil) {
    self.row = row
    self.changes = changes.ofDelivery
    self.token = token
    let enclosure = changes.enclosure
    body = enclosure?.base64 ?? row.patch
    self.enclosure = enclosure?.attribute
  }

  /// Indicates that it may share a request with others.
  var fitsABatch: Bool { row.isIdempotent && row.element == nil && enclosure == nil }
}

extension PatchChanges {
  /// The changes as far as a delivery needs them: an answer does not show created elements, and files are large.
  var ofDelivery: PatchChanges {
    var known = self
    known.creations = creations.map { ElementCreation(list: $0.list, attributes: JSONObject()) }
    return known
  }
}
