import Dispatch
import Foundation
import Staging
import Synchronization
import TestSupport
import Testing

@testable import Reports

/// The file that node_exporter reads: always complete, always right, and never older than it says.
@Suite struct MetricsFileTests {
  private let folder: TemporaryFolder
  private var path: String { folder.path("job.prom") }

  init() throws { folder = try TemporaryFolder() }

  private func metrics(job: String = "nightly") -> RunMetrics {
    var metrics = RunMetrics(job: job, started: Date(timeIntervalSince1970: 1_700_000_000.25))
    metrics.counts[.applied] = 1_180
    metrics.counts[.failed] = 9
    metrics.requests = [200: 1_190, 503: 4, 0: 2]
    metrics.retries = 6
    metrics.throttled = ["site_asked": .milliseconds(2_500)]
    for milliseconds in [3, 40, 700, 90_000] { metrics.latency.record(.milliseconds(milliseconds)) }
    return metrics
  }

  private func written() throws -> MetricsText { try MetricsText(parsing: folder.read("job.prom")) }

  @Test func holdsEveryNumberUnderItsName() throws {
    try MetricsFile(path: path).write(metrics())
    let text = try written()
    #expect(text.samples.allSatisfy { $0.labels["job"] == "nightly" })
    #expect(text.value("bulkpatch_rows", ["state": "applied"]) == 1_180)
    #expect(text.value("bulkpatch_rows", ["state": "blocked"]) == 0)
    #expect(text.value("bulkpatch_requests_total", ["status": "503"]) == 4)
    #expect(text.value("bulkpatch_requests_total", ["status": "none"]) == 2)
    #expect(text.value("bulkpatch_retries_total") == 6)
    #expect(text.value("bulkpatch_throttled_seconds_total", ["reason": "site_asked"]) == 2.5)
    #expect(text.value("bulkpatch_request_duration_seconds_bucket", ["le": "0.05"]) == 2)
    #expect(text.value("bulkpatch_request_duration_seconds_sum") == 90.743)
    #expect(text.value("bulkpatch_run_start_timestamp_seconds") == 1_700_000_000.25)
    #expect(text.value("bulkpatch_run_in_progress") == 1)
    // Nothing has ended yet, so nothing is reported about it.
    #expect(!text.samples.contains { $0.name.hasPrefix("bulkpatch_last_") })
  }

  @Test func takesThePlaceOfNothingButAFile() throws {
    try #require(unsafe mkfifo(folder.path("pipe"), 0o600) == 0)
    try FileManager.default.createDirectory(atPath: folder.path("in"), withIntermediateDirectories: true)
    for name in ["pipe", "in"] {
      let file = MetricsFile(path: folder.path(name))
      #expect(file.history.lastSuccess == nil)
      let error = #expect(throws: StagingError.self) { try file.write(metrics()) }
      #expect(error?.message.contains("not a regular file") == true)
    }
    var facts = stat()
    #expect(unsafe lstat(folder.path("pipe"), &facts) == 0 && facts.st_mode & S_IFMT == S_IFIFO)
  }

  @Test func writesWhatALinkLeadsTo() throws {
    try FileManager.default.createDirectory(atPath: folder.path("in"), withIntermediateDirectories: true)
    for (link, target) in [("job.prom", "in/link"), ("in/link", "../real.prom")] {
      try FileManager.default.createSymbolicLink(atPath: folder.path(link), withDestinationPath: target)
    }
    // With or without the file.
    for _ in 1...2 {
      try MetricsFile(path: path).write(metrics())
      #expect(try FileManager.default.destinationOfSymbolicLink(atPath: path) == "in/link")
      #expect(try folder.read("real.prom") == folder.read("job.prom"))
    }
  }

  @Test(arguments: [
    "nightly", #"quotes "and" \ strokes"#, "two\nlines", "blanks and {braces}=,", "größe-日本", "",
  ])
  func anyNameOfAJobIsALabel(job: String) throws {
    let file = MetricsFile(path: path)
    var metrics = metrics(job: job)
    metrics.lastSuccess = Date(timeIntervalSince1970: 1_600_000_000)
    try file.write(metrics)
    #expect(try written().samples.allSatisfy { $0.labels["job"] == job })
    #expect(file.history.lastSuccess == metrics.lastSuccess)
  }

  @Test func anyUserMayReadItAndNothingElseIsLeft() throws {
    try MetricsFile(path: path).write(metrics())
    try MetricsFile(path: path).write(metrics())
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(mode == 0o644)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["job.prom"])
  }

  @Test(arguments: [
    "", "bulkpatch_last_run_exit_code",
    "bulkpatch_last_run_exit_code NaN\nbulkpatch_last_run_end_timestamp_seconds x",
    "bulkpatch_last_run_end_timestamp_seconds 1\nbulkpatch_last_run_duration_seconds 1e300\nbulkpatch_last_run_exit_code 1",
    "\u{0}\u{1}", "bulkpatch_last_success_timestamp_seconds +Inf",
  ])
  func whatItCannotReadItForgets(text: String) throws {
    try folder.write("job.prom", text)
    let history = MetricsFile(path: path).history
    #expect(history.lastEnd == nil)
    #expect(history.lastSuccess == nil)
  }

  @Test func theLastSuccessOutlivesFailures() throws {
    let first = Date(timeIntervalSince1970: 1_700_000_100)
    MetricsReporter(MetricsFile(path: path), failed: { _ in }).finish(metrics(), exitCode: 0, at: first)
    #expect(try written().value("bulkpatch_last_success_timestamp_seconds") == 1_700_000_100)
    for (code, time) in [(1, 1_700_000_200.0), (75, 1_700_000_300.0)] {
      MetricsReporter(MetricsFile(path: path), failed: { _ in })
        .finish(metrics(), exitCode: code, at: Date(timeIntervalSince1970: time))
      let text = try written()
      #expect(text.value("bulkpatch_last_success_timestamp_seconds") == 1_700_000_100)
      #expect(text.value("bulkpatch_last_run_end_timestamp_seconds") == time)
      #expect(text.value("bulkpatch_last_run_exit_code") == Double(code))
      #expect(text.value("bulkpatch_run_in_progress") == 0)
    }
  }

  @Test func whileItRunsTheEndOfTheRunBeforeStays() throws {
    let file = MetricsFile(path: path)
    MetricsReporter(file, failed: { _ in }).finish(
      metrics(), exitCode: 1, at: Date(timeIntervalSince1970: 1_700_000_100))
    let reporter = MetricsReporter(file, interval: .milliseconds(1), failed: { _ in })
    let asked = DispatchSemaphore(value: 0)
    let metrics = metrics()
    reporter.start {
      asked.signal()
      return metrics
    }
    // Asked for the third time, it has written twice.
    for _ in 0..<3 { asked.wait() }
    let text = try written()
    #expect(text.value("bulkpatch_run_in_progress") == 1)
    #expect(text.value("bulkpatch_last_run_exit_code") == 1)
    reporter.finish(metrics, exitCode: 0)
    #expect(try written().value("bulkpatch_run_in_progress") == 0)
  }

  @Test func reportsAFailureOnce() throws {
    let failures = Failures()
    let reporter = MetricsReporter(MetricsFile(path: folder.path("nowhere/job.prom"))) { failures.add($0) }
    reporter.finish(metrics(), exitCode: 0)
    reporter.finish(metrics(), exitCode: 0)
    #expect(failures.all.count == 1)
    #expect(failures.all.first?.message == "metrics: cannot be written: No such file or directory")
  }
}

private final class Failures: Sendable {
  private let errors = Mutex<[StagingError]>([])
  var all: [StagingError] { errors.withLock { $0 } }
  func add(_ error: StagingError) { errors.withLock { $0.append(error) } }
}
