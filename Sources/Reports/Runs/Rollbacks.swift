public import Staging

/// The runs that put another run back.
public enum Rollbacks {
  /// Those that somebody has begun in earnest, the oldest first: not what is a mere dry run, nor one that was called off
  /// before its first row.
  ///
  /// One that cannot be read counts, since nobody can rule it out.
  ///
  /// - Parameter directory: of the run that is put back; the others are beside it.
  public static func begun(of record: RunRecord, in directory: RunDirectory) -> [RunDirectory] {
    RunDirectory.all(in: directory.stateFolder).filter { other in
      guard other.id != directory.id, other.isNamed(after: record.rollbackJob) else { return false }
      switch RunListEntry(other).contents {
      case .unreadable: return true
      case .run(let rollback, _, let standing):
        return rollback.sourceRun == record.id && (!rollback.isDryRun || rollback.approved != nil)
          && standing != .onlyStaged
      }
    }
  }
}
