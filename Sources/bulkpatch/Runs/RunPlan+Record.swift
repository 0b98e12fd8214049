import ArgumentParser
import Foundation
import Staging

extension RunPlan {
  /// The plan that a run was started with, made again from its arguments in the folder it was started in.
  ///
  /// - Parameter flags: what is asked for now, put over what was asked for then.
  /// - Throws: `UserError`: 66 when the folder is gone, 78 when the job maps its sheet differently now, and as
  ///   `RunPlan.init`.
  init(of record: RunRecord, overriding flags: JobSettings = JobSettings()) throws {
    guard FileManager.default.changeCurrentDirectoryPath(record.workingFolder) else {
      throw UserError(
        .noSuchFile, place: record.workingFolder, "the folder the run was started in is gone",
        hint: "bring it back: the job's files are looked for from there")
    }
    guard let original = try Bulkpatch.parseAsRoot(record.arguments) as? RunCommand else {
      throw UserError(.internalError, place: record.id, "was not started by 'bulkpatch run'")
    }
    self = try original.plan(overriding: flags)
    guard mappingHash == record.mappingSHA256 else {
      throw UserError(
        .configuration, place: jobPath ?? record.job,
        "the job maps its sheet differently than when run \(record.id) was staged",
        hint: "put columns, constants and formats back as they were, or start a new run")
    }
  }
}
