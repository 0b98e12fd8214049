public import Foundation
public import Staging

/// The file from which node_exporter's textfile collector reads a job's metrics.
///
/// It appears complete or not at all, under a temporary name that the collector ignores. It is readable for
/// everybody: the exporter runs as another user, and the file contains only numbers and the job's name.
public struct MetricsFile: Sendable {
  static let lastSuccess = "bulkpatch_last_success_timestamp_seconds"
  static let lastEnd = "bulkpatch_last_run_end_timestamp_seconds"
  static let lastExitCode = "bulkpatch_last_run_exit_code"
  static let lastDuration = "bulkpatch_last_run_duration_seconds"

  public var path: String

  public init(path: String) { self.path = path }

  /// Replaces the older metrics by these; a link is kept, and its target is written.
  ///
  /// - Throws: `StagingError` of kind `io`, also for anything but a regular file, such as a device.
  public func write(_ metrics: RunMetrics) throws(StagingError) {
    guard let target = WholeFile.target(of: path) else {
      throw StagingError(
        .io, place: path, "metrics: exists and is not a regular file",
        hint: "name a file of its own, such as one that ends in .prom; the run itself continues")
    }
    let url = URL(fileURLWithPath: target)
    // Two processes that write at the same time must not write into one file.
    let process = ProcessInfo.processInfo.processIdentifier
    do throws(StagingError) { try Custody.require(folder: url.deletingLastPathComponent().path) } catch {
      throw StagingError(
        error.kind, place: error.place, "metrics: \(error.message)",
        hint: "write them to a folder of your own, which the exporter may read; the run itself continues")
    }
    let temporary = url.deletingLastPathComponent().appendingPathComponent(
      ".\(url.lastPathComponent).\(process).new")
    do throws(StagingError) {
      let file = try WholeFile(path: url.path, temporaryPath: temporary.path, isForAll: true)
      try file.append(Array(metrics.text.utf8))
      try file.prepare()
      try file.commit()
    } catch {
      throw StagingError(
        error.kind, place: path, "metrics: \(error.message)",
        hint: "check that the folder is there and this user may write to it; the run itself continues")
    }
  }

  /// The end of the last run, and the time of the last success, from an earlier process's file.
  ///
  /// Missing or unreadable values are `nil`: these numbers must never stop a run.
  public var history: (lastEnd: RunMetrics.End?, lastSuccess: Date?) {
    guard let target = WholeFile.target(of: path), let bytes = FileManager.default.contents(atPath: target)
    else { return (nil, nil) }
    var values: [Substring: Double] = [:]
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") where !line.hasPrefix("#") {
      // A job's name, in quotes before the last blank, may contain blanks too.
      guard let blank = line.lastIndex(of: " "), let value = Double(line[line.index(after: blank)...])
      else { continue }
      values[line.prefix { $0 != "{" && $0 != " " }] = value
    }
    func date(_ name: String) -> Date? {
      values[name[...]].flatMap { $0.isFinite ? Date(timeIntervalSince1970: $0) : nil }
    }
    var end: RunMetrics.End?
    if let at = date(MetricsFile.lastEnd), let duration = values[MetricsFile.lastDuration[...]],
      let code = values[MetricsFile.lastExitCode[...]].flatMap({ Int(exactly: $0) }),
      (0...1e9).contains(duration)
    {
      end = RunMetrics.End(at: at, exitCode: code, duration: .seconds(duration))
    }
    return (end, date(MetricsFile.lastSuccess))
  }
}
