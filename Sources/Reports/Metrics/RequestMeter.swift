import Foundation
public import Staging

/// Counts and times the requests of one process, on all lanes.
public final class RequestMeter: Sendable {
  private struct State {
    var byStatus: [Int: Int] = [:]
    var latency = LatencyHistogram()
    var tempo = Tempo(began: Date())
  }

  private let state = SleepingLock(State())

  public init() {}

  /// Takes in one request.
  ///
  /// - Parameters:
  ///   - status: `nil` if there was no answer.
  ///   - duration: zero if the request never left.
  public func record(status: Int?, duration: Duration) {
    state.withLock { state in
      state.byStatus[status ?? 0, default: 0] += 1
      // A connection that is refused at once says nothing about the site's speed.
      if status != nil || duration > .zero { state.latency.record(duration) }
      state.tempo.record(status: status, duration: duration, at: Date())
    }
  }

  /// The number of requests by HTTP status so far; 0 stands for no answer.
  public var byStatus: [Int: Int] { state.withLock { $0.byStatus } }

  /// The durations by time slice.
  public var tempo: [TempoSlice] { state.withLock { $0.tempo.slices } }

  /// The durations.
  public var latency: LatencyHistogram { state.withLock { $0.latency } }
}
