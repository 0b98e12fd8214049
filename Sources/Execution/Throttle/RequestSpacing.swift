/// Spreads requests evenly: a limiter without a burst refuses the second of two that come together.
///
/// What left late is made good a little at a time where the rate is our own finding. Where requests are closer together
/// than a few milliseconds it is made good at once, as timers are no better than that; that is all the burst there is.
struct RequestSpacing: Sendable {
  /// When the last request was to leave, and when it left.
  private var slot: Duration?
  private var left = Duration.zero

  private static let resolution = Duration.milliseconds(5)

  /// When the next request may leave; `nil` when it is the first.
  ///
  /// - Parameter isExact: never two closer together than the rate says.
  func opens(_ rate: Double, isExact: Bool) -> Duration? {
    guard let slot else { return nil }
    let distance = Duration.seconds(1) / rate
    let least = distance < Self.resolution ? .zero : distance * (isExact ? 1 : 0.97)
    return max(slot + distance, left + least)
  }

  mutating func sent(_ rate: Double?, isExact: Bool, now: Duration) {
    left = now
    guard let rate, let slot else {
      self.slot = now
      return
    }
    let distance = Duration.seconds(1) / rate
    let credit = distance < Self.resolution ? Self.resolution - distance : distance * (isExact ? 0 : 2)
    self.slot = max(slot + distance, now - credit)
  }
}
