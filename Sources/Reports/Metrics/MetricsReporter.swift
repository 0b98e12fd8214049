import Dispatch
public import Foundation
public import Staging
import Synchronization

/// Updates a metrics file while a run is under way, on its own queue, and writes the run's end.
///
/// A failure to write is reported once, and never delays the run.
public final class MetricsReporter: Sendable {
  private struct State {
    /// The source of the metrics; `nil` before the start and after the end.
    var snapshot: (@Sendable () -> RunMetrics?)?
    /// The values that an earlier process has left in the file.
    var history: (lastEnd: RunMetrics.End?, lastSuccess: Date?)?
    var hasFailed = false
  }

  private let file: MetricsFile
  private let interval: Duration
  private let failed: @Sendable (StagingError) -> Void
  private let queue = DispatchQueue(label: "bulkpatch.metrics")
  private let state = Mutex(State())

  /// Creates a reporter that has not written yet.
  ///
  /// - Parameters:
  ///   - interval: the time between two writes; Prometheus usually polls every 15 seconds.
  ///   - failed: called for the first failure.
  public init(
    _ file: MetricsFile, interval: Duration = .seconds(15), failed: @escaping @Sendable (StagingError) -> Void
  ) {
    self.file = file
    self.interval = interval
    self.failed = failed
  }

  /// Writes for the first time, and then once per interval.
  ///
  /// The caller holds the job's lock, so from here on the file belongs to this process.
  ///
  /// - Parameter snapshot: called on the reporter's queue; returns `nil` if there is nothing to report any more.
  public func start(_ snapshot: @escaping @Sendable () -> RunMetrics?) {
    state.withLock { $0.snapshot = snapshot }
    queue.async { self.tick() }
  }

  /// Writes the run's end; nothing is written after it returns.
  public func finish(_ metrics: RunMetrics, exitCode: Int, at end: Date = Date()) {
    state.withLock { $0.snapshot = nil }
    queue.sync {
      var metrics = metrics
      metrics.isInProgress = false
      metrics.lastEnd = RunMetrics.End(
        at: end, exitCode: exitCode, duration: .seconds(max(0, end.timeIntervalSince(metrics.started))))
      metrics.lastSuccess = exitCode == 0 ? end : history.lastSuccess
      write(metrics)
    }
  }

  private func tick() {
    guard let snapshot = state.withLock({ $0.snapshot }), var metrics = snapshot() else { return }
    (metrics.lastEnd, metrics.lastSuccess) = history
    write(metrics)
    queue.asyncAfter(deadline: .now() + interval / .seconds(1)) { [weak self] in self?.tick() }
  }

  /// Read when it is first needed: until then another process may still be writing.
  private var history: (lastEnd: RunMetrics.End?, lastSuccess: Date?) {
    state.withLock { state in
      let history = state.history ?? file.history
      state.history = history
      return history
    }
  }

  private func write(_ metrics: RunMetrics) {
    do throws(StagingError) { try file.write(metrics) } catch {
      let isFirst = state.withLock { state in
        defer { state.hasFailed = true }
        return !state.hasFailed
      }
      if isFirst { failed(error) }
    }
  }
}
