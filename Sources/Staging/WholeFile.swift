import Foundation

/// A file that appears complete or not at all.
///
/// It is written under a temporary name in the same folder, flushed to the disk, and renamed. Without `commit`
/// nothing remains.
public final class WholeFile {
  public let path: String
  private let temporaryPath: String
  private let descriptor: Int32
  private let sync: EarlySync
  private var written = 0
  private var buffer: [UInt8] = []
  private var isCommitted = false

  private static let bufferSize = 1 << 16

  /// Begins a file of a run's folder, readable only by its owner.
  ///
  /// - Throws: `StagingError` of kind `io`.
  public convenience init(_ name: String, in directory: RunDirectory) throws(StagingError) {
    try self.init(path: directory.file(name), temporaryPath: directory.file(".\(name).new"), isForAll: false)
  }

  /// Begins a file.
  ///
  /// - Parameters:
  ///   - temporaryPath: a path in the same folder.
  ///   - isForAll: makes the finished file readable for everyone, whatever the umask; else only for its owner.
  /// - Throws: `StagingError` of kind `io`.
  public init(path: String, temporaryPath: String, isForAll: Bool) throws(StagingError) {
    self.path = path
    self.temporaryPath = temporaryPath
    // The leftover of a killed process is removed; a file that another user has put there is not written to.
    unsafe unlink(temporaryPath)
    descriptor = unsafe open(
      temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw WholeFile.failure(path, errno) }
    sync = EarlySync(descriptor)
    if isForAll { fchmod(descriptor, 0o644) }
    buffer.reserveCapacity(WholeFile.bufferSize + 4096)
  }

  deinit {
    _ = sync.end()
    close(descriptor)
    if !isCommitted { unsafe unlink(temporaryPath) }
  }

  /// - Throws: `StagingError` of kind `io` when the disk is full or broken.
  public func append(_ bytes: [UInt8]) throws(StagingError) {
    buffer += bytes
    if buffer.count >= WholeFile.bufferSize { try flush() }
  }

  /// Flushes everything to the disk; the file does not yet appear under its name.
  ///
  /// - Throws: as `append`.
  public func prepare() throws(StagingError) {
    try flush()
    let failure = sync.end()
    guard failure == 0 else { throw WholeFile.failure(path, failure) }
    guard fsync(descriptor) == 0 else { throw WholeFile.failure(path, errno) }
  }

  /// Puts the file in place under its name, replacing an older one.
  ///
  /// - Throws: as `append`.
  public func commit() throws(StagingError) {
    guard unsafe rename(temporaryPath, path) == 0 else { throw WholeFile.failure(path, errno) }
    isCommitted = true
  }

  /// Puts the file in place in such a way that a power cut does not undo it.
  ///
  /// - Throws: as `append`.
  func commitDurably() throws(StagingError) {
    try prepare()
    try commit()
    let folder = unsafe open(
      (path as NSString).deletingLastPathComponent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { throw WholeFile.failure(path, errno) }
    defer { close(folder) }
    // Some file systems do not support this for folders, and do not need it.
    guard fsync(folder) == 0 || errno == EINVAL || errno == EBADF else {
      throw WholeFile.failure(path, errno)
    }
  }

  /// Returns the file that a path leads to through links, whether it exists or not.
  ///
  /// It is `nil` for anything but a regular file: a rename would replace a device or pipe.
  public static func target(of path: String) -> String? {
    var path = path
    // The number of links that Linux follows (path_resolution(7)).
    for _ in 0..<40 {
      var facts = stat()
      guard unsafe lstat(path, &facts) == 0 else { return path }
      guard facts.st_mode & S_IFMT == S_IFLNK else { return facts.st_mode & S_IFMT == S_IFREG ? path : nil }
      guard let next = try? FileManager.default.destinationOfSymbolicLink(atPath: path) else { return nil }
      path =
        next.hasPrefix("/")
        ? next : URL(fileURLWithPath: path).deletingLastPathComponent().appendingPathComponent(next).path
    }
    return nil
  }

  private func flush() throws(StagingError) {
    var start = 0
    while start < buffer.count {
      let count = unsafe buffer.withUnsafeBytes { bytes in
        unsafe write(descriptor, bytes.baseAddress?.advanced(by: start), bytes.count - start)
      }
      if count >= 0 {
        start += count
      } else if errno != EINTR {
        throw WholeFile.failure(path, errno)
      }
    }
    written += buffer.count
    sync.grown(to: written)
    buffer.removeAll(keepingCapacity: true)
  }

  private static func failure(_ path: String, _ reason: Int32) -> StagingError {
    let safety = "the outcome of every row is safe in the run file"
    guard reason != ENOSPC, reason != EDQUOT else {
      return StagingError(
        .io, place: path, "the disk is full",
        hint: "free some space; \(safety), and 'bulkpatch results' shows it")
    }
    return StagingError(
      .io, place: path, "cannot be written: \(unsafe String(cString: strerror(reason)))",
      hint: "check the folder and its disk; \(safety), and 'bulkpatch results' shows it")
  }
}
