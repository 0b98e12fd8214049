import Dispatch
import Foundation
import Synchronization

/// Shows a run's progress on standard error until it is stopped.
///
/// It takes snapshots on its own queue, five times a second on a terminal and once per interval elsewhere; nothing
/// waits for it.
public final class ProgressDisplay: Sendable {
  private struct State {
    var isRunning = false
    var window = RateWindow()
    var isLineShown = false
  }

  private let descriptor: Int32
  private let style: ProgressStyle
  private let interval: Duration
  private let snapshot: @Sendable () -> ProgressSnapshot?
  private let queue = DispatchQueue(label: "bulkpatch.progress")
  private let state = Mutex(State())

  /// Creates a progress display that is not started yet.
  ///
  /// - Parameters:
  ///   - descriptor: the output, usually standard error.
  ///   - interval: the time between two lines of the plain style; the first comes after five seconds at the latest.
  ///   - snapshot: called on the display's queue; returns `nil` if there is nothing to show yet. It must not call
  ///     this object.
  public init(
    descriptor: Int32, style: ProgressStyle, interval: Duration = .seconds(30),
    snapshot: @escaping @Sendable () -> ProgressSnapshot?
  ) {
    self.descriptor = descriptor
    self.style = style
    self.interval = interval
    self.snapshot = snapshot
  }

  public func start() {
    guard style != .silent else {
      // The rate of later reports is measured from here.
      if let snapshot = snapshot() { _ = state.withLock { $0.window.rate(snapshot) } }
      return
    }
    state.withLock { $0.isRunning = true }
    // Short runs leave no line in a log.
    schedule(after: style == .plain ? min(interval, .seconds(5)) : .zero)
  }

  /// Ends the display and removes its line from the terminal; returns when nothing more will be drawn.
  public func stop() {
    queue.sync {
      state.withLock { $0.isRunning = false }
      clear()
    }
  }

  /// Writes the current progress on one line, in any style.
  public func report() {
    queue.async {
      guard let snapshot = self.snapshot() else { return }
      let text = ProgressText(
        snapshot: snapshot, rate: self.state.withLock { $0.window.rate(snapshot) })
      self.clear()
      self.put("bulkpatch: \(text.status)\n")
    }
  }

  /// Writes another message to the same stream, without breaking the line.
  ///
  /// - Parameter text: the message with its line end.
  public func write(_ text: String) {
    queue.sync {
      clear()
      put(text)
    }
  }

  private func schedule(after delay: Duration) {
    queue.asyncAfter(deadline: .now() + delay / .seconds(1)) { [weak self] in self?.tick() }
  }

  private func tick() {
    guard state.withLock({ $0.isRunning }) else { return }
    if let snapshot = snapshot() { show(snapshot) }
    schedule(after: style == .plain ? interval : .milliseconds(200))
  }

  private func show(_ snapshot: ProgressSnapshot) {
    var text = ProgressText(snapshot: snapshot, rate: state.withLock { $0.window.rate(snapshot) })
    switch style {
    case .silent: break
    case .plain: put(text.plain + "\n")
    case .line(let isColored):
      text.isColored = isColored
      state.withLock { $0.isLineShown = true }
      put("\r\(text.line(width: Terminal.width(descriptor)))\u{1B}[K")
    }
  }

  private func clear() {
    let wasShown = state.withLock { state in
      defer { state.isLineShown = false }
      return state.isLineShown
    }
    if wasShown { put("\r\u{1B}[K") }
  }

  /// Writes as much as possible: progress that cannot be shown must not stop the work.
  private func put(_ text: String) {
    let bytes = Array(text.utf8)
    var start = 0
    while start < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe Foundation.write(descriptor, buffer.baseAddress?.advanced(by: start), bytes.count - start)
      }
      if count > 0 { start += count } else if count == 0 || errno != EINTR { return }
    }
  }
}
