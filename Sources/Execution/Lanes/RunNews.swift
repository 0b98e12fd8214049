/// The part of the state whose changes observers are told about.
struct RunNews {
  private let standing: ThrottleStanding
  private let wait: Duration
  private let stopReason: StopReason?

  init(_ state: borrowing RunState, now: Duration) {
    standing = state.standing
    wait = state.askedWait(now: now)
    stopReason = state.stopReason
  }

  /// Returns the events between this and later news.
  func events(until later: RunNews) -> [ExecutionEvent] {
    var events: [ExecutionEvent] = []
    if later.standing != standing { events.append(.throttled(later.standing, before: standing)) }
    if wait == .zero, later.wait > .zero { events.append(.askedToWait(later.wait)) }
    if stopReason == nil, let reason = later.stopReason { events.append(.stopping(reason)) }
    return events
  }
}
