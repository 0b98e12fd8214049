import Sites
import Staging
import Synchronization

/// Lets the requests of one connection through as the run's throttle has it.
final class LaneTurnstile: RequestPacing {
  private let executor: RunExecutor
  /// `nil` for the one who looks.
  private let lane: Int?
  private let standing = Mutex(Standing())

  private struct Standing {
    /// Whether the next request has its leave already: `RunState` gave it with what is sent.
    var isGranted = false
    /// When it was given.
    var granted = Duration.zero
    /// Whether what is under way must not go on when it has waited for too long.
    var isHurried = false
    /// When the first request of what is under way left.
    var began: Duration?
    /// How long the others have waited for one another: for the throttle, the site, a login.
    var waited = Duration.zero
    /// Since when none of them has been on its way.
    var quietSince: Duration?
  }

  /// Between a leave and its request lies no longer time than this, unless the process did not run.
  private static let instant = Duration.milliseconds(20)

  init(executor: RunExecutor, lane: Int?) {
    self.executor = executor
    self.lane = lane
  }

  /// Something begins whose first request has its leave.
  ///
  /// - Parameter isAlone: whether it is one write, which must not overtake what it was decided by; of a batch, each part
  ///   has its condition.
  func grant(isAlone: Bool) {
    let now = executor.now
    standing.withLock { $0 = Standing(isGranted: true, granted: now, isHurried: isAlone) }
  }

  /// Something begins whose requests all have to ask.
  func begin() { standing.withLock { $0 = Standing() } }

  /// How long what is under way has taken since its first request left, and how much of that it has waited.
  var times: (taken: Duration, waited: Duration) {
    let now = executor.now
    return standing.withLock { (now - ($0.began ?? now), $0.waited) }
  }

  func admit() -> Bool {
    let (wasGranted, granted) = standing.withLock { standing in
      defer { standing.isGranted = false }
      return (standing.isGranted, standing.granted)
    }
    guard wasGranted || executor.admit(lane) else { return false }
    let now = executor.now
    // Somebody has suspended this process meanwhile, and may have let another one go on.
    if wasGranted, now - granted > LaneTurnstile.instant, executor.reasonToStop() != nil { return false }
    return standing.withLock { standing in
      standing.began = standing.began ?? now
      if let since = standing.quietSince { standing.waited += now - since }
      return !standing.isHurried || !LookAge.isTooLate(standing.waited)
    }
  }

  func ended() {
    let now = executor.now
    standing.withLock { $0.quietSince = now }
  }

  func refused(after: Duration?, tries: Int) -> Bool { tries < 5 && executor.readRefused(after, lane) }

  func rest(_ time: Duration) { executor.rest(time) }
}

extension RunExecutor {
  /// Waits until a further request may leave; `false` when the run stops.
  func admit(_ lane: Int?) -> Bool {
    while true {
      switch state.withLock({ $0.admit(lane: lane, now: now) }) {
      case .admitted: return true
      case .refused: return false
      // In slices, so that a stop need not wait for the site.
      case .wait(let until): Pause.wait(min(until - now, .milliseconds(100)))
      }
    }
  }

  /// Waits amid the requests of a look; in slices, so that a stop need not wait for the site.
  func rest(_ time: Duration) {
    let end = now + time
    restsUntil.withLock { $0 = max($0 ?? end, end) }
    while now < end, state.withLock({ $0.stopReason }) == nil {
      Pause.wait(min(end - now, .milliseconds(100)))
    }
  }

  func readRefused(_ after: Duration?, _ lane: Int?) -> Bool {
    act { state, now in (state.readRefused(after: after, lane: lane, now: now), Checkpoint()) }
  }
}
