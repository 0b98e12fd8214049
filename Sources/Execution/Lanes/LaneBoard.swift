/// The lanes: which are working, which wait and for how long, and when each last sent a request.
struct LaneBoard: Sendable {
  private struct Lane: Sendable {
    /// The time before which its connection sends nothing, because the site asked this connection to wait.
    var gate = Duration.zero
    /// The time it wakes by itself; `nil` if it is not waiting.
    var wakes: Duration?
    /// The departure of its last request.
    var sentAt = Duration.zero
  }

  private var lanes: [Lane]
  private var idleCount = 0
  /// A time that never comes.
  private static let never = Duration.seconds(Int64.max)

  init(count: Int) { lanes = Array(repeating: Lane(), count: count) }

  var count: Int { lanes.count }

  // MARK: Requests

  /// Returns the departure of a lane's last request.
  func sentAt(_ lane: Int) -> Duration { lanes[lane].sentAt }

  mutating func sent(by lane: Int, at now: Duration) { lanes[lane].sentAt = now }

  // MARK: Gates

  /// Returns the time before which a lane sends nothing.
  func gate(of lane: Int) -> Duration { lanes[lane].gate }

  /// The earliest time that a lane may send, as far as the site has asked single lanes to wait.
  var earliestGate: Duration? { lanes.map(\.gate).min() }

  /// Returns whether every lane was asked to wait.
  func areAllResting(_ now: Duration) -> Bool { lanes.allSatisfy { $0.gate > now } }

  mutating func rest(_ lane: Int, until time: Duration) { lanes[lane].gate = max(lanes[lane].gate, time) }

  // MARK: Sleep

  /// Indicates that a lane is idle.
  var hasIdle: Bool { idleCount > 0 }

  /// Puts a lane to sleep; `nil` until it is woken.
  mutating func sleeps(_ lane: Int, until time: Duration?) {
    if lanes[lane].wakes == nil { idleCount += 1 }
    lanes[lane].wakes = time ?? LaneBoard.never
  }

  mutating func woke(_ lane: Int) {
    if lanes[lane].wakes != nil { idleCount -= 1 }
    lanes[lane].wakes = nil
  }

  /// Returns whether a waiting lane is awake by then.
  func isOneUp(by time: Duration) -> Bool { lanes.contains { $0.wakes.map { $0 <= time } ?? false } }

  /// Wakes every waiting lane.
  mutating func wakeAll() -> [Int] { wake(idle) }

  /// Wakes at most this many of the waiting lanes that may send.
  mutating func wake(_ count: Int, now: Duration) -> [Int] {
    wake(Array(idle.filter { lanes[$0].gate <= now }.prefix(max(count, 0))))
  }

  /// Wakes one waiting lane, so that a lane is awake at a time when work may continue.
  ///
  /// It wakes none if a lane is awake by then anyway, and none whose gate opens later, which could only sleep again.
  mutating func wakeOne(for time: Duration) -> [Int] {
    guard !isOneUp(by: time), let lane = idle.first(where: { lanes[$0].gate <= time }) else { return [] }
    return wake([lane])
  }

  private var idle: [Int] { lanes.indices.filter { lanes[$0].wakes != nil } }

  private mutating func wake(_ chosen: [Int]) -> [Int] {
    for lane in chosen { woke(lane) }
    return chosen
  }
}
