import Console
import Foundation
import JSON
import Reports
import Sites
package import Staging

/// Runs the job's commands at the end of a run, with facts in the environment and the summary on standard input.
///
/// A failing command does not change the exit code.
package struct Hooks {
  var commands: HookCommands
  /// The job's name, which tells the hook what failed if there is no run.
  var job: String
  /// Environment variables with secrets, which hooks do not get; `nil` if it is not known which these are.
  var secrets: Set<String>?
  /// The working folder of the commands.
  var folder: String
  var timeout = Duration.seconds(60)

  init(_ plan: RunPlan) {
    self.init(
      plan.purpose.hooks(plan.settings.hooks), job: plan.jobName,
      secrets: plan.site?.secretVariables ?? [], in: plan.request.folder)
  }

  init(_ commands: HookCommands, job: String, secrets: Set<String>?, in folder: String) {
    self.folder = folder
    self.commands = commands
    self.job = job
    self.secrets = secrets
  }

  /// Creates the hooks of a resumed run, as far as they can be read.
  init(of record: RunRecord, overriding flags: [RunRequest.Flag]) {
    var request = record.request
    request.flags += flags
    if record.kind == .update {
      self.init(of: request)
    } else {
      let hooks = (try? JobSettings(flags))?.hooks ?? HookCommands()
      self.init(hooks, job: record.job, secrets: nil, in: request.folder)
    }
  }

  /// Creates the hooks of a request, as far as they can be read: the job may be wrong elsewhere.
  package init(of request: RunRequest) {
    let environment = ProcessInfo.processInfo.environment
    let plan = try? RunPlan(
      request.source, in: request.folder, flags: request.flags, environment: environment)
    if let plan {
      self.init(plan)
      return
    }
    let isJob = JobFile.isJob(request.source)
    let file = isJob ? try? JobFile(path: Path.join(request.folder, request.source)) : nil
    var settings = file?.settings ?? JobSettings()
    try? settings.take(request.flags)
    let secrets: Set<String>? =
      if isJob, file == nil {
        nil
      } else if case .settings(let site)? = settings.site {
        site.secretVariables
      } else {
        SitesFile(folder: file?.folder ?? request.folder, environment: environment).secretVariables
      }
    self.init(settings.hooks, job: Path.stem(of: request.source), secrets: secrets, in: request.folder)
  }

  /// Does work that can fail before there is a run, and runs the hooks if it fails.
  ///
  /// - Parameter hooks: made only if the work failed.
  /// - Throws: what `work` throws.
  package static func telling<Value>(_ work: () throws -> Value, orElse hooks: () -> Hooks) throws -> Value {
    do { return try work() } catch let error as UserError {
      hooks().tell(error)
      throw error
    }
  }

  /// Runs the hook for the end of a run.
  func tell(_ ending: RunEnding) {
    tell(ending.code, text: ending.text, facts: ending.facts)
  }

  /// Runs the hook for an error that prevented a run.
  func tell(_ error: UserError) {
    tell(error.code, text: "\(error.text)job \(job.printable()), by \(CallRecord.person)\n", facts: [:])
  }

  private func tell(_ code: ExitCode, text: String, facts: [String: String]) {
    let (name, command) =
      code == .success ? ("finished", commands.finished) : ("failed", commands.failed)
    guard let command else { return }
    var environment = environment
    environment["BULKPATCH_JOB"] = job
    environment["BULKPATCH_EXIT_CODE"] = String(code.rawValue)
    environment["BULKPATCH_EXIT_NAME"] = code.name
    environment.merge(facts) { $1 }
    // Standard error that belongs to the log gets no other lines.
    let hear: (@Sendable (String) -> Void)? =
      Output.isStandardErrorLeft ? { @Sendable in Output.toStandardError($0) } : nil
    let status = ShellCommand(command, in: folder).tell(
      text, environment: environment, timeout: timeout, hearing: hear)
    guard status != .exited(0) else { return }
    Output.toStandardError("bulkpatch: the command on.\(name) \(status.words)\n")
  }
}

extension Hooks {
  /// Our environment without secrets; if these are unknown, only what every command needs.
  var environment: [String: String] {
    let whole = ProcessInfo.processInfo.environment
    guard let secrets else {
      let names: Set = ["PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TMPDIR"]
      return whole.filter { names.contains($0.key) || $0.key.hasPrefix("LC_") }
    }
    return whole.filter { $0.key != "BULKPATCH_PASSWORD" && !secrets.contains($0.key) }
  }
}

extension RunEnding {
  /// The facts in a hook's environment.
  fileprivate var facts: [String: String] {
    var facts = ["BULKPATCH_RUN": directory.id, "BULKPATCH_RUN_DIR": directory.path]
    guard let summary else { return facts }
    let record = summary.record
    facts["BULKPATCH_RESOURCE"] = record.resource
    facts["BULKPATCH_SITE"] = record.site
    facts["BULKPATCH_SHEET"] = record.sheetPath
    facts["BULKPATCH_SUMMARY"] = summary.path
    facts["BULKPATCH_ROWS"] = String(summary.rows)
    for state in RowState.allCases {
      facts["BULKPATCH_STATE_\(state.rawValue.uppercased())"] = String(summary.counts[state])
    }
    return facts
  }

  /// The error outside the rows, and the standing of the run.
  fileprivate var text: String {
    [error?.text, summary?.text].compactMap { $0 }.joined(separator: "\n")
  }
}
