import Dispatch

/// Waits by the clock, for threads that nothing can wake.
enum Pause {
  static func wait(_ time: Duration) {
    guard time > .zero else { return }
    _ = DispatchSemaphore(value: 0).wait(timeout: .now() + time.dispatchInterval)
  }
}

extension Duration {
  /// The duration for Dispatch, in nanoseconds: not below zero, not above a year.
  var dispatchInterval: DispatchTimeInterval {
    .nanoseconds(Int(min(max(self, .zero), .seconds(366 * 86_400)) / .nanoseconds(1)))
  }
}
