public import Foundation
public import Staging

/// The facts of a job's run at one moment, as numbers for monitoring.
public struct RunMetrics: Sendable {
  public var job: String
  /// The number of the shard, if the run is part of another.
  public var shard: Int?
  public var counts = StateCounts()
  /// The requests of this process by HTTP status; 0 stands for no answer.
  public var requests: [Int: Int] = [:]
  public var latency = LatencyHistogram()
  public var retries = 0
  /// The time that rows were held back although they could have been sent, by reason.
  public var throttled: [String: Duration] = [:]
  public var isInProgress = true
  /// The time this process began with the run.
  public var started: Date
  /// The end of the last run; `nil` if none ever ended.
  public var lastEnd: End?
  /// The time a run last ended with exit code 0; it outlives failed runs and those under way.
  public var lastSuccess: Date?

  /// The ending of a run.
  public struct End: Sendable, Equatable {
    public var at: Date
    public var exitCode: Int
    public var duration: Duration

    public init(at: Date, exitCode: Int, duration: Duration) {
      self.at = at
      self.exitCode = exitCode
      self.duration = duration
    }
  }

  public init(job: String, started: Date) {
    self.job = job
    self.started = started
  }

  /// The file's text.
  var text: String {
    var text = PrometheusText()
    addRows(to: &text)
    addRequests(to: &text)
    addRuns(to: &text)
    return text.text
  }

  private func addRows(to text: inout PrometheusText) {
    text.add(
      "bulkpatch_rows", .gauge, "Rows of the job's newest run, by the state they are in.",
      RowState.allCases.map { sample(Double(counts[$0]), ("state", $0.rawValue)) })
  }

  private func addRequests(to text: inout PrometheusText) {
    text.add(
      "bulkpatch_requests_total", .counter,
      "Requests of the newest run's process by HTTP status; none stands for no answer.",
      requests.sorted { $0.key < $1.key }.map { status, count in
        sample(Double(count), ("status", status == 0 ? "none" : String(status)))
      })
    let buckets = zip(LatencyHistogram.bounds, latency.cumulative).map { ($0.text, $1) }
    text.add(
      "bulkpatch_request_duration_seconds", .histogram,
      "How long the requests of the newest run's process took, from the first byte sent to the last received.",
      (buckets + [("+Inf", latency.count)]).map { bound, count in
        sample(Double(count), ("le", bound), suffix: "_bucket")
      } + [
        sample(latency.sum.seconds, suffix: "_sum"), sample(Double(latency.count), suffix: "_count"),
      ])
    text.add(
      "bulkpatch_retries_total", .counter, "Rows that the newest run's process retried.",
      [sample(Double(retries))])
    text.add(
      "bulkpatch_throttled_seconds_total", .counter,
      "How long the newest run's process held back rows that were ready to send, by reason.",
      throttled.sorted { $0.key < $1.key }.map { sample($1.seconds, ("reason", $0)) })
  }

  private func addRuns(to text: inout PrometheusText) {
    text.add(
      "bulkpatch_run_in_progress", .gauge, "Whether a run of the job is under way: 1 or 0.",
      [sample(isInProgress ? 1 : 0)])
    text.add(
      "bulkpatch_run_start_timestamp_seconds", .gauge, "When the newest run's process began, in Unix time.",
      [sample(started.unixTime)])
    text.add(
      MetricsFile.lastSuccess, .gauge, "When a run of the job last ended with exit code 0, in Unix time.",
      lastSuccess.map { [sample($0.unixTime)] } ?? [])
    text.add(
      MetricsFile.lastEnd, .gauge, "When the last run of the job ended, in Unix time.",
      lastEnd.map { [sample($0.at.unixTime)] } ?? [])
    text.add(
      MetricsFile.lastExitCode, .gauge, "The exit code of the last run of the job that ended.",
      lastEnd.map { [sample(Double($0.exitCode))] } ?? [])
    text.add(
      MetricsFile.lastDuration, .gauge, "How long the last run of the job that ended took.",
      lastEnd.map { [sample($0.duration.seconds)] } ?? [])
  }

  private func sample(_ value: Double, _ label: (String, String)? = nil, suffix: String = "")
    -> PrometheusText.Sample
  {
    let labels = [("job", job)] + (shard.map { [("shard", String($0))] } ?? []) + (label.map { [$0] } ?? [])
    return PrometheusText.Sample(
      suffix: suffix, labels: labels.map { (name: $0.0, value: $0.1) }, value: value)
  }
}

extension Duration {
  fileprivate var seconds: Double { (self / .milliseconds(1)).rounded() / 1000 }
}

extension Date {
  /// The time in seconds, to the millisecond.
  fileprivate var unixTime: Double { (timeIntervalSince1970 * 1000).rounded() / 1000 }
}
