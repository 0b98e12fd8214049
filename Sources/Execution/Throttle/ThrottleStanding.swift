/// How much a run is held back at one moment, by whatever lasts longer than a request.
public struct ThrottleStanding: Sendable, Equatable {
  /// Requests in flight at most.
  public var lanes: Int
  /// Requests per second at most, whoever says so, to the tenth; `nil` for as many as there can be.
  public var rate: Double?
  /// Whether the site is not known to answer, so that one request at a time asks it.
  public var isBreakerOpen: Bool
  /// Whether somebody has asked for a pause.
  public var isPaused: Bool

  public init(lanes: Int, rate: Double? = nil, isBreakerOpen: Bool = false, isPaused: Bool = false) {
    self.lanes = lanes
    self.rate = rate
    self.isBreakerOpen = isBreakerOpen
    self.isPaused = isPaused
  }
}

extension RunState {
  /// What holds the run back.
  var standing: ThrottleStanding {
    ThrottleStanding(
      lanes: throttle.lanes.limit, rate: throttle.rate.map { ($0 * 10).rounded() / 10 },
      isBreakerOpen: throttle.breaker.isOpen, isPaused: isHeld)
  }

  /// How long the site has asked everybody to wait; zero when it has not.
  func askedWait(now: Duration) -> Duration { max(.zero, throttle.gate - now) }
}
