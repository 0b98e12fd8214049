import Catalog
package import Console
import Execution
import Patches
import Records
package import Staging

extension RunPlan {
  /// Makes the plan to roll back a run.
  ///
  /// - Parameter request: the run's stored request, with the flags of this call.
  /// - Throws: `UserError` as `RunPlan.init(of:in:overriding:)` of the source run, and with exit code 64 for a
  ///   request that makes no sense.
  package init(rollingBack source: RunDirectory, _ request: RunRequest) throws(UserError) {
    guard let scope = request.scope else {
      throw UserError(.internalError, place: source.id, "does not say which changes to roll back")
    }
    let asked = try JobSettings(request.flags)
    let rows = try Form.rows.value(ofFlag: "only", scope.rows)
    self = try RunPlan(of: source.readRecord(), in: source, overriding: request.flags, isMapped: false)
    self.request = request
    self.request.flags = request.flags.settled(in: request.folder)
    // The job's reason is not the reason to roll it back.
    settings.reason = asked.reason
    // The job's own limit is about sending its sheet; a rollback may restore every record the run has changed.
    settings.execution.maxRecords = asked.execution.maxRecords
    settings.execution.canary = asked.execution.canary
    let text = settings.retractText ?? RollbackScope.defaultRetractText
    if scope.retractsAppends, !resource.lists.contains(where: { $0.retraction != nil }) {
      throw UserError(
        .usage, place: "--retract-appends", "nothing added to \(resource.name) can be retracted",
        hint: "leave it out; additions are listed")
    }
    purpose = .rollback(
      RollbackScope(
        source: source, rows: rows, records: Set(scope.records), isForced: scope.isForced,
        retractText: scope.retractsAppends ? text.replacing("{run}", with: source.id) : nil))
    isStrict = false
    // The job's metrics, above all the time of its last success, are not about rollbacks.
    settings.metricsPath = asked.metricsPath
    // The comparison with the written values protects each row, and needs each record as it is now.
    execution.takesSnapshots = true
    execution.holdsRecords = false
    execution.conditions = RowConditions()
    execution.completion = RowCompletion()
    execution.overwritesOthers = scope.isForced
  }
}
