import ArgumentParser
import Console
import Foundation
import Sites

/// The flags that stand for a job's `execution` and `suppress` keys; for commands that send.
struct ExecutionArguments: ParsableArguments {
  @Option(help: ArgumentHelp("Requests in flight at once, 1 to 128 (default: 4).", valueName: "n"))
  var lanes: String?

  @Option(
    help: ArgumentHelp(
      "Requests at most, such as 10/s or 600/min (default: as many as the site bears).", valueName: "rate"))
  var rate: String?

  @Option(
    name: .customLong("breaker-failures"),
    help: ArgumentHelp(
      "Pause when so many requests in a row get no answer (default: as many as lanes, at least 5).",
      valueName: "n"))
  var breakerFailures: String?

  @Option(
    name: .customLong("breaker-patience"),
    help: ArgumentHelp(
      "How long to wait for a site that does not answer before stopping (default: 30m).",
      valueName: "duration"))
  var breakerPatience: String?

  @Option(
    name: .customLong("retries-attempts"),
    help: ArgumentHelp("How often a row is sent at most (default: 5).", valueName: "n"))
  var attempts: String?

  @Option(
    name: .customLong("retries-base"),
    help: ArgumentHelp("The first pause before sending again, doubling (default: 1s).", valueName: "duration")
  )
  var base: String?

  @Option(
    name: .customLong("retries-cap"),
    help: ArgumentHelp("The longest such pause (default: 60s).", valueName: "duration"))
  var cap: String?

  @Option(
    name: .customLong("stop-after-failures"),
    help: ArgumentHelp("Stop when so many rows have failed (default: never).", valueName: "n"))
  var stopAfterFailures: String?

  @Option(
    name: .customLong("stop-after-failure-rate"),
    help: ArgumentHelp("Stop when this share of rows has failed, such as 5%.", valueName: "percent"))
  var stopAfterFailureRate: String?

  @Option(
    name: .customLong("stop-after-same-reason"),
    help: ArgumentHelp(
      "Stop after N rows in a row refused for one reason, or the first 20 (default: 50).",
      valueName: "n|never"))
  var stopAfterSameReason: String?

  @Option(
    name: .customLong("on-failure"),
    help: ArgumentHelp(
      "When a row fails, hold or continue with the later rows of its record (default: hold).",
      valueName: "hold|continue"))
  var onFailure: String?

  @Option(
    help: ArgumentHelp(
      "auto sends several rows in one request, where the API can (default: off).", valueName: "auto|off"))
  var batch: String?

  @Option(
    help: ArgumentHelp(
      "How long to wait before looking for a write whose answer was lost (default: 2s).",
      valueName: "duration"))
  var settle: String?

  @Flag(
    name: .customLong("snapshot"), inversion: .prefixedNo,
    help: "Read each record before it is written, and keep what it was (default: --snapshot).")
  var takesSnapshots: Bool?

  @Option(
    name: .customLong("max-records"),
    help: ArgumentHelp(
      "Send nothing at all when the sheet touches more records than this.", valueName: "n"))
  var maxRecords: String?

  @Option(
    help: ArgumentHelp(
      "Stop for a review after the first so many records; resume goes on.", valueName: "n"))
  var canary: String?

  @Flag(
    name: .customLong("verify"), inversion: .prefixedNo,
    help: "Read every record back at the end and compare it with what was asked (default: --no-verify).")
  var verifies: Bool?

  @Option(
    help: ArgumentHelp(
      "Write the job's metrics to this file, for node_exporter's textfile collector.", valueName: "path"),
    completion: .file())
  var metrics: String?

  @Option(
    name: .customLong("suppress"),
    help: ArgumentHelp(
      "Keep the site's rules or external-events from running; repeatable.", valueName: "reaction"))
  var suppressed: [String] = []

  /// Puts what these flags say into `settings`.
  ///
  /// - Throws: `UserError` with exit code 64 that names the flag and what it must be.
  func apply(to settings: inout JobSettings) throws(UserError) {
    settings.execution = ExecutionRequest(
      lanes: try Form.lanes.value(ofFlag: "lanes", lanes),
      rate: try Form.rate.value(ofFlag: "rate", rate),
      breakerFailures: try Form.failures.value(ofFlag: "breaker-failures", breakerFailures),
      breakerPatience: try Form.duration.value(ofFlag: "breaker-patience", breakerPatience),
      attempts: try Form.attempts.value(ofFlag: "retries-attempts", attempts),
      base: try Form.duration.value(ofFlag: "retries-base", base),
      cap: try Form.duration.value(ofFlag: "retries-cap", cap),
      stopAfterFailures: try Form.failures.value(ofFlag: "stop-after-failures", stopAfterFailures),
      stopAfterFailureRate: try Form.percent.value(
        ofFlag: "stop-after-failure-rate", stopAfterFailureRate),
      stopAfterSameReason: try Form.limit.value(ofFlag: "stop-after-same-reason", stopAfterSameReason),
      onFailure: try Form.word.value(ofFlag: "on-failure", onFailure),
      batch: try Form.word.value(ofFlag: "batch", batch),
      settle: try Form.duration.value(ofFlag: "settle", settle), takesSnapshots: takesSnapshots,
      maxRecords: try Form.records.value(ofFlag: "max-records", maxRecords),
      canary: try Form.records.value(ofFlag: "canary", canary), verifies: verifies)
    // A resume works in the folder of the run that it goes on with.
    settings.metricsPath = try Form.text.value(ofFlag: "metrics", metrics).map {
      URL(fileURLWithPath: $0).path
    }
    for text in suppressed {
      if let reaction = try Form<Suppression>.word.value(ofFlag: "suppress", text) {
        settings.suppressed.insert(reaction)
      }
    }
  }
}
