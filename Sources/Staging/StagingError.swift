internal import Foundation
internal import GRDB
internal import JSON

/// The reason the run file, or its folder, cannot be used.
public struct StagingError: Error, Sendable, Equatable, CustomStringConvertible {
  public enum Kind: Sendable, Equatable {
    /// Another process works on this run or this job.
    case locked
    /// There is no such run.
    case notFound
    /// The disk is full, read-only, or broken.
    case io
    /// The sheet or the mapping is not the one the run was staged from.
    case changed
    /// The file was written by a newer version.
    case newer
    /// Another user may have made or changed it.
    case foreign
    /// The run file is an older copy: it does not know everything that was sent.
    case outdated
    /// The run's files were deleted or replaced while it was under way.
    case lost
    /// Some of the run's rows are with shards.
    case lent
    /// The run or the shard is not what the command needs.
    case unsuitable
    /// The run file contradicts itself: a bug of ours.
    case inconsistent
  }

  public var kind: Kind
  /// The file, folder or run in question.
  public var place: String
  public var message: String
  public var hint: String?

  public init(_ kind: Kind, place: String, _ message: String, hint: String? = nil) {
    self.kind = kind
    self.place = place
    self.message = message
    self.hint = hint
  }

  /// The SQLite codes for a lock that failed for a reason other than another process.
  private static let lockErrors: [ResultCode] = [
    .SQLITE_IOERR_LOCK, .SQLITE_IOERR_RDLOCK, .SQLITE_IOERR_UNLOCK, .SQLITE_IOERR_CHECKRESERVEDLOCK,
  ]
  /// Shared memory is a file, too.
  private static let growthErrors: [ResultCode] = [.SQLITE_IOERR_WRITE, .SQLITE_IOERR_SHMSIZE]
  private static let memoryErrors: [ResultCode] = [
    .SQLITE_IOERR_SHMOPEN, .SQLITE_IOERR_SHMSIZE, .SQLITE_IOERR_SHMLOCK, .SQLITE_IOERR_SHMMAP,
  ]

  public var description: String { "\(place): \(message)".printable() }

  /// Creates the error for a failure of SQLite, in words a user can act on.
  init(_ error: any Error, place: String) {
    guard let error = error as? DatabaseError else {
      self = error as? StagingError ?? StagingError(.io, place: place, "\(error)")
      return
    }
    switch error.resultCode {
    case .SQLITE_FULL:
      self.init(
        .io, place: place, "the disk is full",
        hint: "free some space; no progress is lost")
    case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM:
      self.init(
        .io, place: place, "cannot be opened for writing",
        hint: "check who owns the folder, or choose another with --state-dir")
    case .SQLITE_IOERR where StagingError.lockErrors.contains(error.extendedResultCode):
      self.init(missing: "POSIX locks", at: place)
    case .SQLITE_IOERR
    where StagingError.growthErrors.contains(error.extendedResultCode) && FileSystem.fileSizeLimit != nil:
      self.init(
        .io, place: place, "cannot grow beyond the file size limit (ulimit -f)",
        hint: "raise that limit; no progress is lost")
    case .SQLITE_IOERR where StagingError.memoryErrors.contains(error.extendedResultCode):
      self.init(missing: "shared memory", at: place)
    case .SQLITE_IOERR:
      self.init(
        .io, place: place, "input/output error (\(error.extendedResultCode.rawValue))",
        hint: "check the disk and the space left on it")
    case .SQLITE_NOTADB, .SQLITE_CORRUPT:
      self.init(.io, place: place, "is not a usable run file: \(error.message ?? "damaged")")
    case .SQLITE_BUSY where FileSystem.isWithoutLocks((place as NSString).deletingLastPathComponent),
      .SQLITE_PROTOCOL:
      self.init(missing: "POSIX locks", at: place)
    case .SQLITE_BUSY:
      self.init(
        .locked, place: place, "is held by another process",
        hint: "close the program that has the file open")
    default:
      self.init(.io, place: place, error.message ?? "SQLite error \(error.resultCode.rawValue)")
    }
  }
}
