import Foundation

/// An advisory lock (`flock`) on a file; the kernel releases it however the process ends.
///
/// The file's text names the holder, for the message of a second start. It stays after the lock is released, and
/// means nothing then.
public final class FileLock: Sendable {
  public let path: String
  private let descriptor: Int32
  private let identity: FileIdentity?
  /// The file's text while no other process has taken the lock.
  private let text: String

  /// Takes the lock or fails at once.
  ///
  /// - Throws: `StagingError` of kind `locked`, naming the holder; `io` if the file cannot be made; `foreign` if
  ///   another user may have made it.
  public init(path: String, holder: String) throws(StagingError) {
    let descriptor = try FileLock.openFile(path)
    guard let reason = FileLock.failureToLock(descriptor) else {
      FileLock.write(holder, to: descriptor)
      self.path = path
      self.descriptor = descriptor
      identity = FileIdentity(descriptor: descriptor)
      text = FileLock.text(of: descriptor)
      return
    }
    let current = FileLock.text(of: descriptor)
    close(descriptor)
    guard reason == EWOULDBLOCK else { throw FileLock.failure(path, reason) }
    throw StagingError(
      .locked, place: path,
      "another run holds the lock" + (current.isEmpty ? "" : ": \(current)"),
      hint: "wait for it to end with --lock-wait, or look at it with 'bulkpatch runs'")
  }

  /// Takes a lock that is never held for long, as soon as it is free.
  ///
  /// - Throws: as `init`; `locked` if it is not free within ten seconds.
  static func waiting(for path: String, holder: String) throws(StagingError) -> FileLock {
    let end = ContinuousClock.now + .seconds(10)
    while true {
      do throws(StagingError) { return try FileLock(path: path, holder: holder) } catch {
        guard error.kind == .locked, ContinuousClock.now < end else { throw error }
        usleep(10_000)
      }
    }
  }

  /// Checks that the lock keeps out other processes, on other machines as well, before a shard relies on it.
  ///
  /// - Throws: `StagingError` of kind `io` if the file system gives a second lock as well, or keeps locks to itself.
  public func requireExclusion() throws(StagingError) {
    guard !FileSystem.keepsLocksToItself(path) else {
      throw FileLock.unshared(path, "keeps locks to this machine")
    }
    let second = try FileLock.openFile(path)
    defer { close(second) }
    guard flock(second, LOCK_EX | LOCK_NB) != 0 else {
      throw FileLock.unshared(path, "has no working locks (flock)")
    }
  }

  private static func unshared(_ path: String, _ fault: String) -> StagingError {
    let kind = FileSystem.kind(of: path).map { " (\($0))" } ?? ""
    return StagingError(
      .io, place: path, "the file system here\(kind) \(fault)",
      hint: "put the shards on a folder whose flock(2) works across machines, or work on them where they lie")
  }

  /// Opens or creates the file.
  private static func openFile(_ path: String) throws(StagingError) -> Int32 {
    // A link would lead to a file that another user chose, and a pipe could block the process that opens it.
    let flags = O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
    var descriptor: Int32 = -1
    repeat {
      descriptor = unsafe open(path, flags)
      if descriptor < 0, errno == ENOENT {
        descriptor = unsafe open(path, flags | O_CREAT | O_EXCL, 0o600)
      }
      // Another process has just made it.
    } while descriptor < 0 && errno == EEXIST
    guard descriptor >= 0 else { throw failure(path, errno) }
    do throws(StagingError) { try Custody.require(descriptor: descriptor, path) } catch {
      close(descriptor)
      throw error
    }
    return descriptor
  }

  /// The reason this process no longer holds the lock; `nil` while it does.
  ///
  /// Costs a few system calls and waits for nothing.
  public var loss: String? {
    guard let named = FileIdentity(path: path) else { return "is gone" }
    guard named == identity else { return "has been replaced by another file" }
    // Taking a held lock again is free; a lock that a file system has lost may belong to another process by now.
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { return "is no longer held" }
    let now = FileLock.text(of: descriptor)
    return now == text ? nil : "has been taken by \(now)"
  }

  /// Takes the lock, and returns the error number on failure.
  ///
  /// A call of `holder(of:)` holds the lock for an instant; a run that starts just then must not fail because of it.
  private static func failureToLock(_ descriptor: Int32) -> Int32? {
    var triesLeft = 5
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      let reason = errno
      triesLeft -= 1
      guard reason == EWOULDBLOCK, triesLeft > 0 else { return reason }
      usleep(10_000)
    }
    return nil
  }

  /// Writes the holder; the text is informative only, so a full disk must not prevent a resume.
  private static func write(_ holder: String, to descriptor: Int32) {
    let bytes = Array(holder.utf8)
    // Written before the file is truncated, so that a reader never finds it empty.
    _ = unsafe pwrite(descriptor, bytes, bytes.count, 0)
    _ = ftruncate(descriptor, off_t(bytes.count))
  }

  /// Releases the lock while the object still exists.
  public func release() { _ = flock(descriptor, LOCK_UN) }

  deinit { close(descriptor) }

  /// Returns the current holder of the lock on that file, if any.
  public static func holder(of path: String) -> String? {
    let descriptor = unsafe open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    guard flock(descriptor, LOCK_SH | LOCK_NB) != 0, errno == EWOULDBLOCK else { return nil }
    return text(of: descriptor)
  }

  private static func text(of descriptor: Int32) -> String {
    var bytes = [UInt8](repeating: 0, count: 256)
    let count = unsafe pread(descriptor, &bytes, bytes.count, 0)
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
  }

  private static func failure(_ path: String, _ reason: Int32) -> StagingError {
    guard !FileSystem.meansNoLocks(reason) else { return StagingError(missing: "locks", at: path) }
    return StagingError(
      reason == ELOOP ? .foreign : .io, place: path,
      reason == ELOOP ? "is a link" : "cannot be written: \(unsafe String(cString: strerror(reason)))",
      hint: reason == ELOOP
        ? "find out who put it there" : "choose a folder you may write to with --state-dir")
  }
}
