/// Which lanes are at work, which wait and for how long, and when each of them sent something last.
struct LaneBoard: Sendable {
  private struct Lane: Sendable {
    /// Its connection sends nothing before this: the site asked just that one.
    var gate = Duration.zero
    /// Until when it waits if nobody wakes it; `nil` when it does not wait.
    var wakes: Duration?
    /// When its last request left.
    var sentAt = Duration.zero
  }

  private var lanes: [Lane]
  /// A time that never comes.
  private static let never = Duration.seconds(Int64.max)

  init(count: Int) { lanes = Array(repeating: Lane(), count: count) }

  var count: Int { lanes.count }

  // MARK: Requests

  /// When a lane's last request left.
  func sentAt(_ lane: Int) -> Duration { lanes[lane].sentAt }

  mutating func sent(by lane: Int, at now: Duration) { lanes[lane].sentAt = now }

  // MARK: Gates

  /// Before when a lane sends nothing.
  func gate(of lane: Int) -> Duration { lanes[lane].gate }

  /// When the first of them may send something, as far as the site has asked single lanes to wait.
  var earliestGate: Duration? { lanes.map(\.gate).min() }

  /// Whether every lane was asked to wait.
  func areAllResting(_ now: Duration) -> Bool { lanes.allSatisfy { $0.gate > now } }

  mutating func rest(_ lane: Int, until time: Duration) { lanes[lane].gate = max(lanes[lane].gate, time) }

  // MARK: Sleep

  /// Whether a lane sits idle.
  var hasIdle: Bool { lanes.contains { $0.wakes != nil } }

  /// A lane lies down; `nil` until somebody wakes it.
  mutating func sleeps(_ lane: Int, until time: Duration?) { lanes[lane].wakes = time ?? LaneBoard.never }

  mutating func woke(_ lane: Int) { lanes[lane].wakes = nil }

  /// Whether a lane that waits is up by then.
  func isOneUp(by time: Duration) -> Bool { lanes.contains { $0.wakes.map { $0 <= time } ?? false } }

  /// Wakes every lane that waits.
  mutating func wakeAll() -> [Int] { wake(idle) }

  /// Wakes at most so many of the lanes that wait and may send.
  mutating func wake(_ count: Int, now: Duration) -> [Int] {
    wake(Array(idle.filter { lanes[$0].gate <= now }.prefix(max(count, 0))))
  }

  /// Wakes one of the lanes that wait, so that somebody is up when something may go on; none when one is up by then anyway,
  /// and none whose gate opens later, which could only lie down again.
  mutating func wakeOne(for time: Duration) -> [Int] {
    guard !isOneUp(by: time), let lane = idle.first(where: { lanes[$0].gate <= time }) else { return [] }
    return wake([lane])
  }

  private var idle: [Int] { lanes.indices.filter { lanes[$0].wakes != nil } }

  private mutating func wake(_ chosen: [Int]) -> [Int] {
    for lane in chosen { lanes[lane].wakes = nil }
    return chosen
  }
}
