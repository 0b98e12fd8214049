import Catalog
package import Console
import Execution
package import Staging

extension RunPlan {
  /// The plan to put back a run.
  ///
  /// - Parameter request: what was asked for then, with what is asked for now.
  /// - Throws: `UserError` as `RunPlan.init(of:in:overriding:)` of the run that is put back, and with exit code 64 for
  ///   what makes no sense.
  package init(puttingBack source: RunDirectory, _ request: RunRequest) throws(UserError) {
    guard let scope = request.scope else {
      throw UserError(.internalError, place: source.id, "it is not said what of it is put back")
    }
    let asked = try JobSettings(request.flags)
    let rows = try Form.rows.value(ofFlag: "only", scope.rows)
    self = try RunPlan(of: source.readRecord(), in: source, overriding: request.flags, isMapped: false)
    self.request = request
    self.request.flags = request.flags.settled(in: request.folder)
    // Why the job is carried out is no reason to put it back.
    settings.reason = asked.reason
    // The job's own limits are about sending its sheet; what it has done to records, it may take back from all of them.
    settings.execution.maxRecords = asked.execution.maxRecords
    settings.execution.canary = asked.execution.canary
    let text = settings.retractText ?? RollbackScope.defaultRetractText
    if scope.retractsAppends, !resource.lists.contains(where: { $0.retraction != nil }) {
      throw UserError(
        .usage, place: "--retract-appends", "nothing that is added to \(resource.name) can be retracted",
        hint: "leave it out; what was added is listed")
    }
    purpose = .rollback(
      RollbackScope(
        source: source, rows: rows, records: Set(scope.records), isForced: scope.isForced,
        retractText: scope.retractsAppends ? text.replacing("{run}", with: source.id) : nil))
    isStrict = false
    // What the job's metrics tell, above all when it last went well, is not about putting back.
    settings.metricsPath = asked.metricsPath
    // The comparison with what was written protects each row by itself, and needs each record as it is now.
    execution.takesSnapshots = true
    execution.holdsRecords = false
    execution.overwritesOthers = scope.isForced
  }
}
