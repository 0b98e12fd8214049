package import Console
import Foundation
import Sites
package import Staging

extension RunPlan {
  /// The plan that a run was started with, made again from what was asked for.
  ///
  /// - Parameters:
  ///   - directory: the run's own; a run that a rollback puts back is beside it.
  ///   - flags: what is asked for now, put over what was asked for then.
  ///   - isMapped: whether the job must map its sheet as it did then; what is only put back or read back was mapped
  ///     already.
  /// - Throws: `UserError`: 78 when the job maps its sheet differently now, and as `RunPlan.init`.
  package init(
    of record: RunRecord, in directory: RunDirectory, overriding flags: [RunRequest.Flag] = [],
    isMapped: Bool = true
  ) throws(UserError) {
    self = try RunPlan(asked: record, in: directory, overriding: flags)
    if !flags.has("site"), !record.siteMoves.isEmpty, !SiteAddress.isSameSite(record.siteURL, site?.url ?? "")
    {
      // What was asked for when the run was started leads to where its site was then.
      let site = RunRequest.Flag("site", [record.siteArgument])
      self = try RunPlan(asked: record, in: directory, overriding: flags + [site])
    }
    guard !isMapped || !purpose.hasSheet || mapsAs(record) else {
      throw UserError(
        .configuration, place: jobPath ?? record.job,
        "the job maps its sheet differently than when run \(record.id) was staged",
        hint: "put columns, constants and formats back as they were, or start a new run")
    }
  }

  /// The plan of what a run was asked to do.
  private init(
    asked record: RunRecord, in directory: RunDirectory, overriding flags: [RunRequest.Flag]
  ) throws(UserError) {
    var request = record.request
    request.flags += flags
    switch record.kind {
    case .update:
      guard !request.source.isEmpty else {
        throw UserError(
          .internalError, place: record.id, "does not say which job or sheet it was started with")
      }
      self = try RunPlan(
        request.source, in: request.folder, flags: request.flags,
        environment: ProcessInfo.processInfo.environment)
    case .rollback:
      guard let source = record.sourceRun.map({ directory.sibling($0) }) else {
        throw UserError(.internalError, place: record.id, "does not say which run it puts back")
      }
      self = try RunPlan(puttingBack: source, request)
    }
  }
}

extension RunDirectory {
  /// What the run file says of its run, read without disturbing whoever works on it.
  ///
  /// - Throws: `UserError` with exit code 66 or 74.
  package func readRecord() throws(UserError) -> RunRecord {
    do throws(StagingError) { return try RunFile(reading: self).record() } catch { throw UserError(error) }
  }
}
