/// The state of a run's throttle at one moment, as far as it lasts longer than a request.
public struct ThrottleStanding: Sendable, Equatable {
  /// The largest number of requests in flight.
  public var lanes: Int
  /// The largest number of requests per second, to the tenth; `nil` for no limit.
  public var rate: Double?
  /// Indicates that the site is not known to answer, so that one request at a time asks it.
  public var isBreakerOpen: Bool
  /// Indicates that the user has asked for a pause.
  public var isPaused: Bool

  public init(lanes: Int, rate: Double? = nil, isBreakerOpen: Bool = false, isPaused: Bool = false) {
    self.lanes = lanes
    self.rate = rate
    self.isBreakerOpen = isBreakerOpen
    self.isPaused = isPaused
  }
}

extension RunState {
  /// The standing of the throttle.
  var standing: ThrottleStanding {
    ThrottleStanding(
      lanes: throttle.lanes.limit, rate: throttle.rate.map { ($0 * 10).rounded() / 10 },
      isBreakerOpen: throttle.breaker.isOpen, isPaused: isHeld)
  }

  /// Returns the wait that the site has asked all lanes for; zero if none.
  func askedWait(now: Duration) -> Duration { max(.zero, throttle.gate - now) }
}
