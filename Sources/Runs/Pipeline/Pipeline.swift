import Console
import Execution
import Foundation
package import Reports
package import Sites
package import Staging

/// A run from start to end, as far as one process takes it.
///
///     stage → prepare → plan or execute → verify → conclude
///
/// Each stage is a file beside this one; `WorkDone` goes from one to the next, and the rest is in the run file.
package struct Pipeline {
  let session: RunSession
  /// The site; `nil` to send nothing (`--stage-only`).
  package let site: (any Site)?
  let intent: RunIntent
  let options: CallOptions
  /// The number of lanes the system has threads for.
  let lanes: Int
  let control: RunControl
  let chronicle: RunChronicle
  let progressStyle: ProgressStyle
  /// Indicates a dry run that stays one.
  let isPlanning: Bool

  package var run: RunFile { session.run }
  var plan: RunPlan { session.plan }

  /// Works on a run that this process holds, and always ends it: closes its file, releases its lock, and runs the
  /// job's hook.
  ///
  /// - Parameter stage: puts every row into the run file.
  package func run(staging stage: (Pipeline) throws -> StagedResults?) -> RunEnding {
    // Nothing has really happened in a rehearsal.
    let isRehearsal = site == nil || isPlanning || intent.isSplitting
    var ending: RunEnding
    do {
      if !intent.isGathering {
        chronicle.began(session, isResume: intent.isResume, isRehearsal: isRehearsal)
        try session.sign(intent.command(plan.purpose))
      }
      var work = WorkDone()
      work.results = try stage(self)
      if !intent.isGathering {
        try chronicle.staged(session.file { run throws(StagingError) in try run.counts() })
      }
      ending = try carryOut(work)
    } catch let error as UserError {
      ending = RunEnding(session.directory, run.loss == nil ? error : session.lossError)
    } catch {
      ending = RunEnding(session.directory, UserError(.internalError, "\(error)"))
    }
    control.end()
    session.end()
    if let summary = ending.summary, ending.error != nil, !options.wantsJSON {
      // The error says what to fix; a reader of the mail also needs the run and its standing.
      let output = Output.standardOutput()
      output.write(summary.text(isColored: false) + "\n")
      output.flush()
    }
    chronicle.ended(ending)
    if !isRehearsal || intent.isGathering && ending.isConcluded { Hooks(plan).tell(ending) }
    return ending
  }

  /// Carries out the stages after staging, unless there is a reason not to.
  private func carryOut(_ staged: WorkDone) throws(UserError) -> RunEnding {
    let started = Date()
    var work = staged
    work.location = site?.location ?? ""
    work.asked = Timestamp.now
    if case .gather(let request) = intent.errand { return try gather(request, work, since: started) }
    if case .split(let division) = intent.errand, try session.record().shardsOut > 0 {
      return try split(division, work)
    }
    var permission = try askPermission()
    if case .stopped(let reason) = permission { work.stopReason = reason }
    if let site, case .given = permission {
      if intent.approvesPlan {
        try session.file { run throws(StagingError) in
          // First: after a kill, the papers of a plan must not lie beside an approved one.
          try RunSummary.withdraw(in: session.directory)
          try run.approve(by: CallRecord.person)
        }
      }
      if isPlanning {
        let site = ReadOnlySite(site)
        try prepare(site, &work)
        permission = try permissionOnceNamesAreKnown(work)
        if case .given = permission { try plan(on: site, &work) }
      } else {
        try prepare(site, &work)
        permission = try permissionOnceNamesAreKnown(work)
        if case .given = permission {
          if case .split(let division) = intent.errand, work.stopReason == nil {
            return try split(division, work)
          }
          try execute(on: site, &work)
          try verify(on: site, &work)
        }
      }
    }
    if run.loss != nil { return RunEnding(session.directory, session.lossError) }
    return try conclude(work, permission, since: started)
  }
}
