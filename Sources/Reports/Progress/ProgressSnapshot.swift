public import Staging

/// The progress of a run at one moment.
public struct ProgressSnapshot: Sendable, Equatable {
  public enum Phase: Sendable, Equatable {
    /// The site is checked, and keys are looked up.
    case preparing
    /// Rows are read and checked; their total is not known.
    case staging(rows: Int)
    /// Records are looked at for a dry run; this many rows are planned.
    case planning(rows: Int)
    /// Rows are sent.
    case executing
    /// Records are read back.
    case verifying(rows: Int)
  }

  public var phase: Phase
  public var counts: StateCounts
  /// The number of rows of the run.
  public var total: Int
  /// The time since this process began with the phase.
  public var elapsed: Duration
  /// A note for the user, such as `waiting 2 s: the site asked`.
  public var note: String?
  /// The number of requests that wait for their answer.
  public var inFlight: Int

  public init(
    counts: StateCounts, total: Int, elapsed: Duration, note: String? = nil, inFlight: Int = 0
  ) {
    phase = .executing
    self.counts = counts
    self.total = total
    self.elapsed = elapsed
    self.note = note
    self.inFlight = inFlight
  }

  /// Returns a snapshot of a wait before anything is sent.
  public static func preparing(_ note: String) -> ProgressSnapshot {
    var snapshot = ProgressSnapshot(counts: StateCounts(), total: 0, elapsed: .zero, note: note)
    snapshot.phase = .preparing
    return snapshot
  }

  /// Returns a snapshot of staging, which knows only the number of rows read.
  public static func staging(rows: Int, elapsed: Duration) -> ProgressSnapshot {
    var snapshot = ProgressSnapshot(counts: StateCounts(), total: 0, elapsed: elapsed)
    snapshot.phase = .staging(rows: rows)
    return snapshot
  }

  /// Returns a snapshot of a dry run's planning.
  public static func planning(rows: Int, of total: Int, elapsed: Duration, note: String? = nil)
    -> ProgressSnapshot
  {
    var snapshot = ProgressSnapshot(
      counts: StateCounts(), total: total, elapsed: elapsed, note: note ?? "nothing is sent")
    snapshot.phase = .planning(rows: min(rows, total))
    return snapshot
  }

  /// Returns a snapshot of a verification.
  public static func verifying(rows: Int, of total: Int, elapsed: Duration, note: String? = nil)
    -> ProgressSnapshot
  {
    var snapshot = ProgressSnapshot(
      counts: StateCounts(), total: total, elapsed: elapsed, note: note ?? "verifying")
    snapshot.phase = .verifying(rows: min(rows, total))
    return snapshot
  }

  /// The number that the rate is measured on.
  var done: Int {
    switch phase {
    case .preparing: 0
    case .staging(let rows), .planning(let rows), .verifying(let rows): rows
    case .executing: counts.finished
    }
  }

  var isStaging: Bool { if case .staging = phase { true } else { false } }
}

/// The rows per second over the last few seconds, so that a pause shows and an old burst does not.
struct RateWindow {
  private static let length = Duration.seconds(10)

  private var samples: [(done: Int, at: Duration)] = []
  private var isStaging = false

  /// Takes in one more snapshot and returns the rate, once there is one.
  mutating func rate(_ snapshot: ProgressSnapshot) -> Double? {
    if snapshot.isStaging != isStaging { samples = [] }
    isStaging = snapshot.isStaging
    samples.append((snapshot.done, snapshot.elapsed))
    // The newest sample older than the window stays: snapshots may be farther apart than that.
    while samples.count > 2, samples[1].at <= snapshot.elapsed - RateWindow.length { samples.removeFirst() }
    guard let first = samples.first else { return nil }
    let seconds = (snapshot.elapsed - first.at) / .seconds(1)
    return seconds < 0.5 ? nil : Double(max(0, snapshot.done - first.done)) / seconds
  }
}
