import Dispatch

/// Waiting by the clock, for those whom nobody can wake.
enum Pause {
  static func wait(_ time: Duration) {
    guard time > .zero else { return }
    _ = DispatchSemaphore(value: 0).wait(timeout: .now() + .nanoseconds(Int(time / .nanoseconds(1))))
  }
}
