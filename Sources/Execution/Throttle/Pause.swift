import Dispatch

/// Waiting by the clock, for those whom nobody can wake.
enum Pause {
  static func wait(_ time: Duration) {
    guard time > .zero else { return }
    _ = DispatchSemaphore(value: 0).wait(timeout: .now() + time.dispatchInterval)
  }
}

extension Duration {
  /// For Dispatch, which counts nanoseconds in a machine word; none below zero, none beyond a year.
  var dispatchInterval: DispatchTimeInterval {
    .nanoseconds(Int(min(max(self, .zero), .seconds(366 * 86_400)) / .nanoseconds(1)))
  }
}
