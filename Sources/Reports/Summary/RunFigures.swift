public import Foundation
import JSON
public import Staging

/// The measurements of a run's execution; none of them is in the run file.
public struct RunFigures: Sendable, Equatable {
  /// The number of requests by HTTP status; 0 stands for those without an answer.
  public var requests: [Int: Int]
  /// The number of rows sent again after an attempt that did not count.
  public var retries: Int
  /// The time that rows were held back although they could have been sent, by reason: `rate`, `adaptive`,
  /// `site_asked`, `breaker`.
  public var throttledByReason: [String: Duration]
  /// The total of these times.
  public var throttled: Duration { throttledByReason.values.reduce(.zero, +) }
  /// The durations of requests in the last process that made any; `nil` if none did.
  public var latency: LatencyFigures?
  public var peakMemoryBytes: Int
  public var started: Date
  public var finished: Date

  /// Creates figures that start now, unless told otherwise.
  public init(
    requests: [Int: Int] = [:], retries: Int = 0, throttled: [String: Duration] = [:],
    latency: LatencyFigures? = nil, peakMemoryBytes: Int = 0, started: Date = Date(), finished: Date = Date()
  ) {
    self.requests = requests
    self.retries = retries
    throttledByReason = throttled
    self.latency = latency
    self.peakMemoryBytes = peakMemoryBytes
    self.started = started
    self.finished = finished
  }

  public var duration: Duration { .seconds(max(0, finished.timeIntervalSince(started))) }

  /// Returns the figures of the run as a whole, with those of earlier processes.
  public func adding(_ earlier: RunFigures) -> RunFigures {
    RunFigures(
      requests: requests.merging(earlier.requests, uniquingKeysWith: +), retries: retries + earlier.retries,
      throttled: throttledByReason.merging(earlier.throttledByReason, uniquingKeysWith: +),
      latency: latency ?? earlier.latency,
      peakMemoryBytes: max(peakMemoryBytes, earlier.peakMemoryBytes),
      started: min(started, earlier.started), finished: max(finished, earlier.finished))
  }

  /// Reads the figures in the `summary.json` of a run's folder; `nil` if there are none, as after a kill.
  public init?(summaryIn directory: RunDirectory) {
    guard let summary = RunSummary.stored(in: directory),
      let requests = summary["requests"]?.object, let retries = summary["retries"]?.integer,
      let throttled = summary["throttled_by_reason"]?.object,
      let memory = summary["peak_memory_bytes"]?.integer,
      let started = summary["started"]?.string.flatMap(Timestamp.date)
    else { return nil }
    // Unknown while a process works on the run, and after one that was killed.
    let finished = summary["finished"]?.string.flatMap(Timestamp.date) ?? started
    let counts = requests.compactMap { status, count in
      Int(status).flatMap { status in count.integer.map { (status, Int($0)) } }
    }
    self.init(
      requests: Dictionary(counts, uniquingKeysWith: +), retries: Int(retries),
      throttled: Dictionary(
        throttled.compactMap { reason, value in value.number.map { (reason, .seconds($0)) } },
        uniquingKeysWith: +),
      latency: LatencyFigures(summary["latency_ms"]),
      peakMemoryBytes: Int(memory), started: started, finished: finished)
  }
}

/// The largest amount of memory that this process has used.
public enum PeakMemory {
  /// The largest resident set, in bytes.
  public static var bytes: Int {
    var usage = rusage()
    #if os(Linux)
      guard unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return 0 }
      // getrusage(2): kibibytes on Linux, bytes on macOS.
      return usage.ru_maxrss * 1024
    #else
      guard unsafe getrusage(RUSAGE_SELF, &usage) == 0 else { return 0 }
      return usage.ru_maxrss
    #endif
  }
}

extension LatencyFigures {
  /// The form of `summary.json`; milliseconds with one decimal.
  var json: JSONObject {
    func milliseconds(_ duration: Duration) -> JSONValue {
      .real((duration / .milliseconds(1) * 10).rounded() / 10)
    }
    return [
      "p50": milliseconds(p50), "p95": milliseconds(p95), "p99": milliseconds(p99),
      "max": milliseconds(longest),
    ]
  }

  /// Reads the form of `json`; `nil` if a member is missing.
  fileprivate init?(_ json: JSONValue?) {
    guard let p50 = json?["p50"]?.number, let p95 = json?["p95"]?.number, let p99 = json?["p99"]?.number,
      let longest = json?["max"]?.number, [p50, p95, p99, longest].allSatisfy({ (0...1e12).contains($0) })
    else { return nil }
    self.init(
      p50: .milliseconds(p50), p95: .milliseconds(p95), p99: .milliseconds(p99),
      longest: .milliseconds(longest))
  }
}

extension JSONValue {
  /// A number, whole or not.
  fileprivate var number: Double? {
    if case .decimal(let decimal) = self { return decimal.double }
    return integer.map(Double.init)
  }
}
