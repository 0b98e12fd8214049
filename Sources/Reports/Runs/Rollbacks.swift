public import Staging

/// The runs that roll another run back.
public enum Rollbacks {
  /// Returns the rollbacks that have really begun, oldest first.
  ///
  /// It leaves out dry runs, and rollbacks that were cancelled before their first row. An unreadable one counts,
  /// since it cannot be ruled out.
  ///
  /// - Parameter directory: the folder of the source run; the others are beside it.
  public static func begun(of record: RunRecord, in directory: RunDirectory) -> [RunDirectory] {
    RunDirectory.all(in: directory.stateFolder).filter { other in
      guard other.id != directory.id, other.isNamed(after: record.rollbackJob) else { return false }
      switch RunListEntry(other).contents {
      case .unreadable: return true
      case .run(let rollback, _, let standing):
        return rollback.sourceRun == record.id && !rollback.isPlanning && standing != .onlyStaged
      }
    }
  }
}
