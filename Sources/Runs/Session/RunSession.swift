import Catalog
package import Console
import Execution
import Foundation
import Reports
import Sheets
import Sites
package import Staging

/// One process's hold on one run: its folder, lock, run file and plan.
package struct RunSession {
  package let directory: RunDirectory
  package let run: RunFile
  let plan: RunPlan
  /// The run's name in the next command.
  package let name: String
  /// The state folder that remembers what was sent of it.
  let home: String
  /// Held until the session ends; the kernel releases it however the process ends.
  private let lock: FileLock

  /// Makes a new run with nothing staged yet.
  ///
  /// The sheet and its header are read first, so that a mistake there leaves no run behind.
  ///
  /// - Parameter interruption: ends the reading of standard input early.
  /// - Throws: `UserError`: 65 or 66 for the sheet, 74 for the disk, 130 or 143 for a signal.
  package static func start(
    _ plan: RunPlan, isDryRun: Bool = false, stoppedBy interruption: Interruption? = nil,
    options: CallOptions
  ) throws(UserError) -> (session: RunSession, source: PatchSource) {
    let stateFolder = try options.home()
    // Opened before there is a folder, unless standard input must be copied into it.
    var early: PatchSource?
    if !plan.isSpooled { early = try usable(PatchSource(plan, spool: ""), of: plan) }
    let directory: RunDirectory
    do throws(StagingError) {
      directory = try RunDirectory.make(in: stateFolder, job: plan.jobName, now: Date())
    } catch { throw UserError(error) }
    do throws(UserError) {
      let source: PatchSource
      if let early {
        source = early
      } else {
        source = try usable(PatchSource(plan, spool: directory.spool, stoppedBy: interruption), of: plan)
      }
      let session = try RunSession(
        creatingIn: directory, plan: plan, name: options.name(of: directory), source: source,
        isDryRun: isDryRun)
      return (session, source)
    } catch {
      // The folder contains nothing that could be resumed.
      try? FileManager.default.removeItem(atPath: directory.path)
      throw error
    }
  }

  /// Makes a new run that rolls back another one, with nothing staged yet.
  ///
  /// - Parameters:
  ///   - original: the source run, whose sheet gives the result files their columns.
  ///   - stateFolder: the state folder of the source run.
  /// - Throws: `UserError` with exit code 74 for the disk.
  package static func start(
    _ plan: RunPlan, rollingBack original: RunRecord, beside stateFolder: String, isDryRun: Bool,
    options: CallOptions
  ) throws(UserError) -> RunSession {
    let name = original.rollbackJob
    let directory: RunDirectory
    do throws(StagingError) {
      // Beside its source, wherever runs are kept now: each looks for the other there.
      directory = try RunDirectory.make(in: stateFolder, job: name, now: Date())
    } catch { throw UserError(error) }
    var record = RunRecord(
      id: directory.id, job: name, resource: plan.resource.name, site: plan.site?.name ?? "",
      siteURL: plan.site?.url ?? "", sheetPath: original.sheetPath, sheetFormat: original.sheetFormat,
      sheetHeader: original.sheetHeader, mappingSHA256: plan.mappingHash, request: plan.request,
      toolVersion: Program.version, created: Timestamp.now)
    record.kind = .rollback
    record.sheetDelimiter = original.sheetDelimiter
    record.sourceRun = original.id
    if !SiteAddress.isSameSite(original.siteURL, record.siteURL) {
      record.siteMoves = [
        SiteMove(
          at: record.created, from: original.site, fromURL: original.siteURL, to: record.site,
          toURL: record.siteURL, isAssured: true)
      ]
    }
    record.isDryRun = isDryRun
    record.note(plan, in: original.request.folder)
    do throws(UserError) {
      return try RunSession(
        creating: record, in: directory, plan: plan, name: options.name(of: directory))
    } catch {
      try? FileManager.default.removeItem(atPath: directory.path)
      throw error
    }
  }

  private init(
    creatingIn directory: RunDirectory, plan: RunPlan, name: String, source: PatchSource,
    isDryRun: Bool
  ) throws(UserError) {
    var record = RunRecord(
      id: directory.id, job: plan.jobName, resource: plan.resource.name,
      site: plan.site?.name ?? "", siteURL: plan.site?.url ?? "",
      sheetPath: plan.isSpooled ? directory.spool : URL(fileURLWithPath: plan.sheet).path,
      sheetFormat: source.sheet.format.rawValue, sheetHeader: source.sheet.header,
      mappingSHA256: plan.mappingHash, request: plan.request, toolVersion: Program.version,
      created: Timestamp.now)
    record.isDryRun = isDryRun
    record.note(plan, in: plan.request.folder)
    record.sheetDelimiter = source.sheet.delimiter.map { String(Unicode.Scalar($0)) }
    try self.init(creating: record, in: directory, plan: plan, name: name)
  }

  private init(
    creating record: RunRecord, in directory: RunDirectory, plan: RunPlan, name: String
  ) throws(UserError) {
    do throws(StagingError) {
      lock = try FileLock(path: directory.lockFile, holder: RunSession.holder)
      run = try RunFile(creating: record, in: directory)
    } catch { throw UserError(error) }
    run.rely(on: lock)
    home = directory.stateFolder
    self.directory = directory
    self.plan = plan
    self.name = name
  }

  /// Opens an existing run to resume it.
  ///
  /// - Parameters:
  ///   - plan: made again from the run's stored request.
  ///   - stateFolder: the call's state folder; the run may be elsewhere.
  ///   - claims: the user's statements about the run.
  ///   - forShards: splits or gathers the run, whose rows may be with shards.
  /// - Throws: `UserError`: 11 if another process works on it, or shards have its rows, 74 if its file cannot be used or is an older copy, 77
  ///   if others may have changed it, 78 if it would continue at another site.
  package init(
    takingUp directory: RunDirectory, plan: RunPlan, in stateFolder: String, claims: RunClaims = RunClaims(),
    forShards: Bool = false, options: CallOptions
  ) throws(UserError) {
    name = options.name(of: directory)
    home = directory.home(else: stateFolder)
    let callersFolder = try options.home()
    do throws(StagingError) {
      lock = try FileLock(path: directory.lockFile, holder: RunSession.holder)
      if directory.isShard { try lock.requireExclusion() }
      run = try RunFile(opening: directory)
      run.rely(on: lock)
      if !forShards {
        try run.requireOwnRows()
        // What a rollback restores must not change meanwhile.
        if let source = plan.purpose.scope?.source { try RunFile(reading: source).requireOwnRows() }
      }
      // Both folders may remember the run: a copy that lies elsewhere has its own state folder.
      if claims.isRestored, let rows = try run.restore(in: home, callersFolder) {
        Output.toStandardError(
          "note: the run file is an older copy; \(Quantity.rows(rows)) that add something may have been sent since\n"
        )
      }
      try run.requireNewest(in: home, callersFolder)
    } catch { throw UserError(error) }
    self.directory = directory
    self.plan = plan
    try keepSite(isMoved: claims.isSiteMoved)
  }

  /// Ends the work on the run; its file is then complete, and other processes may work on it.
  package func end() {
    run.end()
    lock.release()
  }

  /// The runs that have rolled this one back, or have begun to.
  var rollbacks: [RunDirectory] {
    (try? run.record()).map { Rollbacks.begun(of: $0, in: directory) } ?? []
  }

  /// The command that resumes the run.
  var resumeCommand: String { "bulkpatch resume \(ShellWord.quoted(name))" }

  /// The run's id in logs; that of a shard is not its folder's name.
  var id: String { directory.isShard ? (try? run.record())?.id ?? directory.id : directory.id }

  /// Returns a failure of the run's files in the middle of the work, with the command for when it is fixed.
  package func userError(_ error: StagingError) -> UserError {
    var userError = UserError(error)
    if error.kind == .io {
      userError.hint = "\(error.hint ?? "check the disk"); then '\(resumeCommand)'"
    }
    return userError
  }

  /// Uses the run file; a failure is reported with the command for when it is fixed.
  ///
  /// - Throws: `UserError` with exit code 74.
  package func file<Value>(_ body: (RunFile) throws(StagingError) -> Value) throws(UserError) -> Value {
    do throws(StagingError) { return try body(run) } catch { throw userError(error) }
  }

  func counts() throws(UserError) -> StateCounts {
    try file { run throws(StagingError) in try run.counts() }
  }

  func record() throws(UserError) -> RunRecord {
    try file { run throws(StagingError) in try run.record() }
  }

  /// The holder of a lock, for messages.
  static var holder: String {
    "process \(ProcessInfo.processInfo.processIdentifier) on \(CallRecord.host) since \(Timestamp.now)"
  }

  private static func usable(_ source: PatchSource, of plan: RunPlan) throws(UserError) -> PatchSource {
    for finding in source.findings { Output.toStandardError(finding.text(sheet: plan.sheetName)) }
    guard source.isUsable else {
      throw UserError(
        .unreadableSheet, place: plan.sheetName, "the header cannot be used, see above",
        hint: "'bulkpatch resources \(plan.resource.ownName)' lists the attributes a column can have")
    }
    return source
  }
}
