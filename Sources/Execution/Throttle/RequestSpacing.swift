/// Spreads requests evenly: a limiter without a burst refuses the second of two that come together.
///
/// Under a rate of our own finding, lateness is made up a little at a time. If requests are only a few milliseconds
/// apart, it is made up at once, as timers are no better than that. There is no other burst.
struct RequestSpacing: Sendable {
  /// The planned and the real departure of the last request.
  private var slot: Duration?
  private var left = Duration.zero

  private static let resolution = Duration.milliseconds(5)

  /// Returns the departure of the next request; `nil` for the first.
  ///
  /// - Parameter isExact: never sends two closer together than the rate allows.
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
