import Foundation

/// An advisory lock (`flock`) on a file; the kernel frees it when the process ends, however it ends.
///
/// The file's text says who holds it, for the message a second start prints. It stays when the lock is
/// gone, and means nothing then.
public final class FileLock: Sendable {
  private let descriptor: Int32

  /// Takes the lock or fails at once.
  ///
  /// - Throws: `StagingError` of kind `locked`, naming the holder, or `io` when the file cannot be made.
  public init(path: String, holder: String) throws(StagingError) {
    let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw FileLock.failure(path, errno) }
    guard let reason = FileLock.failureToLock(descriptor) else {
      self.descriptor = descriptor
      FileLock.write(holder, to: descriptor)
      return
    }
    let current = FileLock.text(of: descriptor)
    close(descriptor)
    guard reason == EWOULDBLOCK else { throw FileLock.failure(path, reason) }
    throw StagingError(
      .locked, place: path,
      "another run holds the lock" + (current.isEmpty ? "" : ": \(current)"),
      hint: "wait for it to end, as --lock-wait does, or see it in 'bulkpatch runs'")
  }

  /// Takes the lock, and returns the error number when that did not succeed.
  ///
  /// Whoever asks `holder(of:)` has the lock for an instant; a run that starts just then must not be
  /// turned away because of it.
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

  /// Nothing depends on the text: a full disk here must not keep a run from its resume.
  private static func write(_ holder: String, to descriptor: Int32) {
    let bytes = Array(holder.utf8)
    // Written before it is cut to length, so that a reader never finds it empty.
    _ = unsafe pwrite(descriptor, bytes, bytes.count, 0)
    _ = ftruncate(descriptor, off_t(bytes.count))
  }

  /// Frees the lock before the object goes.
  public func release() { _ = flock(descriptor, LOCK_UN) }

  deinit { close(descriptor) }

  /// Who holds the lock on that file now, if anybody does.
  public static func holder(of path: String) -> String? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
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
      .io, place: path, "cannot be written: \(unsafe String(cString: strerror(reason)))",
      hint: "choose a folder you may write to with --state-dir")
  }
}
