import Catalog
import Console
import Foundation
import JSON
import Logging
import Reports
import Sites
import Staging

/// The log of a run: events with stable names and facts, which docs/reference/log-and-metrics.md lists.
///
/// The words of a site or a sheet may contain a record's texts, so they are logged only with bodies. Codes, numbers
/// and ids show where to look in the run file. No event contains a login.
package struct RunLog: Sendable {
  private var logger: Logger?
  private let file: LogFile?
  /// Indicates that texts may be logged.
  package let holdsBodies: Bool
  /// Indicates that standard error is for the log alone, so that a program can read it.
  let ownsStandardError: Bool
  /// Indicates that standard error shows the log and no progress.
  let isOnStandardError: Bool

  /// Creates a log that writes nothing.
  package init() {
    (logger, file, holdsBodies, ownsStandardError, isOnStandardError) = (nil, nil, false, false, false)
  }

  package init(_ file: LogFile, _ format: LogFormat, isVerbose: Bool, holdsBodies: Bool) {
    logger = Logger(label: "bulkpatch") { _ in
      EventLogHandler(file, format, level: isVerbose ? .debug : .info)
    }
    self.file = file
    self.holdsBodies = holdsBodies
    isOnStandardError = file.path == nil
    ownsStandardError = isOnStandardError && format == .json
  }

  /// Returns this log with the job on every line.
  func about(job: String) -> RunLog { adding("job", job) }

  /// Returns this log with the run on every line.
  func about(run: String) -> RunLog { adding("run", run) }

  private func adding(_ name: String, _ value: String) -> RunLog {
    var log = self
    log.logger?[metadataKey: name] = .string(value)
    return log
  }

  /// Logs an event without the facts that are `nil`.
  func note(
    _ event: String, _ level: Logger.Level = .info,
    _ facts: @autoclosure () -> [String: Logger.MetadataValue?] = [:]
  ) {
    guard let logger, logger.logLevel <= level else { return }
    logger.log(level: level, "\(event)", metadata: facts().compactMapValues { $0 })
  }

  /// The message on standard error about lost lines; `nil` if there were none.
  var complaint: String? {
    guard let file, let path = file.path, file.lostLines > 0 else { return nil }
    return "warning: \(path.printable()): \(file.lostLines) lines of the log could not be written\n"
  }
}

// MARK: - Events

extension RunLog {
  func started(_ session: RunSession, isResume: Bool) {
    let plan = session.plan
    note(
      "run.started", .info,
      [
        "resource": .string(plan.resource.name), "site": .optional(plan.site?.name),
        "site_url": .optional(plan.site?.url), "sheet": .string(plan.sheet),
        "resumed": .stringConvertible(isResume),
        "folder": .string(session.directory.path), "version": .string(Program.version),
        "process": .stringConvertible(Int(ProcessInfo.processInfo.processIdentifier)),
      ])
  }

  func staged(_ counts: StateCounts) {
    note(
      "run.staged", .info,
      ["rows": .stringConvertible(counts.total), "rejected": .stringConvertible(counts[.rejected])])
  }

  func finished(_ summary: RunSummary, _ code: ExitCode) {
    var facts: [String: Logger.MetadataValue?] = [
      "exit_code": .stringConvertible(Int(code.rawValue)), "exit": .string(code.name),
      "rows": .stringConvertible(summary.rows),
      "states": .dictionary(
        Dictionary(
          uniqueKeysWithValues: RowState.allCases.map {
            ($0.rawValue, .stringConvertible(summary.counts[$0]))
          })),
      "summary": .string(summary.directory.file("summary.json")),
    ]
    if let figures = summary.figures {
      facts["requests"] = .stringConvertible(figures.requests.values.reduce(0, +))
      facts["retries"] = .stringConvertible(figures.retries)
      facts["duration_ms"] = .milliseconds(figures.duration)
    }
    note("run.finished", code == .success ? .info : .warning, facts)
  }

  /// Logs the error that ends the process.
  func failed(_ error: UserError) {
    note(
      "error", .error,
      [
        "message": .string(holdsBodies ? error.fullMessage : error.message), "place": .optional(error.place),
        "hint": .optional(error.hint),
        "exit_code": .stringConvertible(Int(error.code.rawValue)), "exit": .string(error.code.name),
      ])
  }

  /// Logs a message that would have gone to standard error.
  func message(_ text: String) {
    note("message", .warning, ["text": .string(text.trimmingCharacters(in: .whitespacesAndNewlines))])
  }
}
