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
    guard descriptor >= 0 else { throw FileLock.failure(path) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let reason = errno
      let current = FileLock.text(of: descriptor)
      close(descriptor)
      guard reason == EWOULDBLOCK else { throw FileLock.failure(path) }
      throw StagingError(
        .locked, place: path, "another run holds the lock: \(current)",
        hint: "wait for it to end, or watch it with 'bulkpatch runs'")
    }
    self.descriptor = descriptor
    let bytes = Array(holder.utf8)
    // Nothing depends on the text: a full disk here must not keep a run from its resume.
    _ = ftruncate(descriptor, 0)
    _ = unsafe pwrite(descriptor, bytes, bytes.count, 0)
  }

  deinit { close(descriptor) }

  /// Who holds the lock on that file now, if anybody does.
  public static func holder(of path: String) -> String? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    guard flock(descriptor, LOCK_SH | LOCK_NB) != 0 else { return nil }
    return text(of: descriptor)
  }

  private static func text(of descriptor: Int32) -> String {
    var bytes = [UInt8](repeating: 0, count: 256)
    let count = unsafe pread(descriptor, &bytes, bytes.count, 0)
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
  }

  private static func failure(_ path: String) -> StagingError {
    StagingError(
      .io, place: path, "cannot be written: \(unsafe String(cString: strerror(errno)))",
      hint: "choose a folder you may write to with --state-dir")
  }
}
