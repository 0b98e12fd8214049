import Catalog
package import Console
import Foundation
import Sites
package import Staging

extension RunPlan {
  /// Makes the plan of an existing run again from its stored request.
  ///
  /// - Parameters:
  ///   - directory: the run's own folder; the source of a rollback is beside it.
  ///   - flags: the flags of this call, which override the stored ones.
  ///   - isMapped: requires the job to map its sheet as it did then; a rollback or verification does not need that.
  /// - Throws: `UserError`: 78 if the job maps its sheet differently now, and as `RunPlan.init`.
  package init(
    of record: RunRecord, in directory: RunDirectory, overriding flags: [RunRequest.Flag] = [],
    isMapped: Bool = true
  ) throws(UserError) {
    self = try RunPlan(asked: record, in: directory, overriding: flags)
    if !flags.has("site"), !record.siteMoves.isEmpty, !SiteAddress.isSameSite(record.siteURL, site?.url ?? "")
    {
      // The stored request leads to the site's address at that time.
      let site = RunRequest.Flag("site", [record.siteArgument])
      self = try RunPlan(asked: record, in: directory, overriding: flags + [site])
    }
    if record.part != nil {
      // The job was written into the shard's folder; the rows are staged, and how it maps its sheet does not matter.
      jobName = record.job
      return
    }
    guard !isMapped || !purpose.hasSheet || mapsAs(record) else {
      throw UserError(
        .configuration, place: jobPath ?? record.job,
        "the job maps its sheet differently than when run \(record.id) was staged",
        hint: "restore columns, constants and formats, or start a new run")
    }
  }

  /// Makes the plan of a run's stored request.
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
        request.source, in: request.folder, flags: request.flags, overlay: .run(record.frozenOverlay()),
        environment: ProcessInfo.processInfo.environment)
    case .rollback:
      guard let source = record.sourceRun.map({ directory.sibling($0) }) else {
        throw UserError(.internalError, place: record.id, "does not say which run it rolls back")
      }
      self = try RunPlan(rollingBack: source, request)
    }
  }
}

extension RunRecord {
  /// Returns the overlay that the run was made with; `nil` if there was none.
  ///
  /// - Throws: `UserError` with exit code 74 if it cannot be read.
  fileprivate func frozenOverlay() throws(UserError) -> ResourceOverlay? {
    guard let overlay else { return nil }
    do throws(OverlayError) { return try ResourceOverlay(parsing: overlay) } catch {
      throw UserError(.inputOutput, place: id, "the overlay of the run cannot be read: \(error.message)")
    }
  }
}

extension RunDirectory {
  /// Reads the run's record from its file, without disturbing a process that works on it.
  ///
  /// - Parameter wait: the longest wait for a shard that is under way: its process has the file to itself.
  /// - Throws: `UserError` with exit code 66 or 74, or 11 for a shard that is under way.
  package func readRecord(waiting wait: Duration = .zero) throws(UserError) -> RunRecord {
    let end = ContinuousClock.now + wait
    while isShard, FileLock.holder(of: lockFile) != nil, ContinuousClock.now < end { usleep(100_000) }
    do throws(StagingError) { return try RunFile(reading: self).record() } catch { throw UserError(error) }
  }
}
