import Console
import Execution
import Reports
import Sites
import Staging

extension Pipeline {
  /// Makes the plan of a dry run: reads the records and writes down the outcome of each row.
  ///
  /// - Throws: `UserError` with exit code 74 when the run file cannot be used.
  func plan(on site: ReadOnlySite, _ work: inout WorkDone) throws(UserError) {
    guard work.stopReason == nil else { return }
    do throws(StagingError) {
      let total = try run.counts()[.staged]
      let planner = Planner(
        run: run, site: site, resource: try namedResource(), settings: settings,
        planned: try run.planCounts().total, observer: observer
      ) { [control] in control.reasonToStopAfterPause() }
      let began = ContinuousClock.now
      let end = show {
        .planning(rows: planner.planned, of: total, elapsed: ContinuousClock.now - began, note: planner.note)
      }
      let planning = planner.plan()
      end()
      work.stopReason = planning.stop
      work.count(planning.requests)
      if planning.stop == nil { try run.finishPlanning() }
    } catch { throw session.userError(error) }
  }
}
