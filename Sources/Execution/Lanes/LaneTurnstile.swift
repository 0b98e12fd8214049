import Sites
import Staging
import Synchronization

/// Admits the requests of one connection as the run's throttle allows.
final class LaneTurnstile: RequestPacing {
  private let executor: RunExecutor
  /// The lane; `nil` for the looking queue.
  private let lane: Int?
  private let standing = Mutex(Standing())

  private struct Standing {
    /// Indicates that the next request is admitted already: `RunState` did that along with the delivery.
    var isGranted = false
    /// The time of that admission.
    var granted = Duration.zero
    /// Indicates that the current work must not continue after a long wait.
    var isHurried = false
    /// The departure of the first request of the current work.
    var began: Duration?
    /// The time the further requests have waited: for the throttle, the site, a login.
    var waited = Duration.zero
    /// The time since which none of them has been on its way.
    var quietSince: Duration?

    /// Takes in that a request leaves, and returns whether it may.
    mutating func departs(at now: Duration) -> Bool {
      began = began ?? now
      if let since = quietSince { waited += now - since }
      return !isHurried || !LookAge.isTooLate(waited)
    }
  }

  /// The longest time between admission and request, unless the process was suspended.
  private static let instant = Duration.milliseconds(20)

  init(executor: RunExecutor, lane: Int?) {
    self.executor = executor
    self.lane = lane
  }

  /// Begins work whose first request is admitted already.
  ///
  /// - Parameter isAlone: the work is a single write, which must not overtake the look it was decided by; each part
  ///   of a batch has its own condition.
  func grant(isAlone: Bool, at now: Duration) {
    standing.withLock { $0 = Standing(isGranted: true, granted: now, isHurried: isAlone) }
  }

  /// Begins work whose requests must all be admitted.
  func begin() { standing.withLock { $0 = Standing() } }

  /// The time the current work has taken since its first request left, and the part of it spent waiting.
  var times: (taken: Duration, waited: Duration) {
    let now = executor.now
    return standing.withLock { (now - ($0.began ?? now), $0.waited) }
  }

  func admit() -> Bool {
    let now = executor.now
    let isAdmitted: Bool? = standing.withLock { standing in
      guard standing.isGranted, now - standing.granted <= LaneTurnstile.instant else { return nil }
      standing.isGranted = false
      return standing.departs(at: now)
    }
    return isAdmitted ?? admitLater()
  }

  /// Admits a request that was not granted just now.
  private func admitLater() -> Bool {
    let wasGranted = standing.withLock { standing in
      defer { standing.isGranted = false }
      return standing.isGranted
    }
    // The process was suspended meanwhile, and another one may have resumed the run.
    guard wasGranted ? executor.reasonToStop() == nil : executor.admit(lane) else { return false }
    let now = executor.now
    return standing.withLock { $0.departs(at: now) }
  }

  func ended() {
    let now = executor.now
    standing.withLock { $0.quietSince = now }
  }

  func refused(after: Duration?, tries: Int) -> Bool { tries < 5 && executor.readRefused(after, lane) }

  func rest(_ time: Duration) { executor.rest(time) }
}

extension RunExecutor {
  /// Waits until a further request may leave; returns `false` if the run stops.
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

  /// Waits between the requests of a look; in slices, so that a stop need not wait for the site.
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
