import ArgumentParser
import Console
import Foundation
import Sites
import Staging

extension RunPlan {
  /// The plan that a run was started with, made again from its arguments in the folder it was started in.
  ///
  /// - Parameters:
  ///   - directory: the run's own; a run that a rollback puts back is beside it.
  ///   - flags: what is asked for now, put over what was asked for then.
  ///   - isMapped: whether the job must map its sheet as it did then; what is only put back or read back was mapped
  ///     already.
  /// - Throws: `UserError`: 66 when the folder is gone, 78 when the job maps its sheet differently now, and as
  ///   `RunPlan.init`.
  init(
    of record: RunRecord, in directory: RunDirectory, overriding flags: JobSettings = JobSettings(),
    isMapped: Bool = true
  ) throws {
    guard FileManager.default.changeCurrentDirectoryPath(record.workingFolder) else {
      throw UserError(
        .noSuchFile, place: record.workingFolder, "the folder the run was started in is gone",
        hint: "bring it back: the job's files are looked for from there")
    }
    self = try RunPlan(parsing: record, in: directory, overriding: flags)
    if flags.site == nil, !record.siteMoves.isEmpty, !SiteAddress.isSameSite(record.siteURL, site?.url ?? "")
    {
      // What was typed when the run was started leads to where its site was then.
      var flags = flags
      flags.site = SiteReference(record.siteArgument)
      self = try RunPlan(parsing: record, in: directory, overriding: flags)
    }
    guard !isMapped || rollback != nil || mappingHash == record.mappingSHA256 else {
      throw UserError(
        .configuration, place: jobPath ?? record.job,
        "the job maps its sheet differently than when run \(record.id) was staged",
        hint: "put columns, constants and formats back as they were, or start a new run")
    }
  }

  /// The plan of the arguments that a run was started with.
  private init(
    parsing record: RunRecord, in directory: RunDirectory, overriding flags: JobSettings
  ) throws {
    switch try Bulkpatch.parseAsRoot(record.arguments) {
    case let original as RunCommand: self = try original.plan(overriding: flags)
    case let original as RollbackCommand:
      guard let source = record.sourceRun.map({ directory.sibling($0) }) else {
        throw UserError(.internalError, place: record.id, "does not say which run it puts back")
      }
      self = try original.plan(of: source, overriding: flags)
    default: throw UserError(.internalError, place: record.id, "was not started by 'bulkpatch run'")
    }
  }
}
