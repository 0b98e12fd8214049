#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

extension Sheet {
  /// Copies standard input to a file, so that a run that reads from `-` can be resumed.
  ///
  /// The file is readable only by its owner. It gets its name when it is complete and on disk, so that a file of that
  /// name is never half a sheet, even after a kill or a power cut.
  ///
  /// - Parameters:
  ///   - descriptor: the input, read to its end; for tests.
  ///   - isStopped: called several times a second while nothing comes: a slow pipe must not delay the end.
  /// - Throws: `SheetError`, of kind `storage` if the copy cannot be written, `stopped` if it was stopped. Nothing is
  ///   left behind then.
  public static func spool(
    standardInputTo path: String, from descriptor: Int32 = 0, isStopped: () -> Bool = { false }
  ) throws(SheetError) {
    let partial = path + ".partial"
    let copy = unsafe open(
      partial, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR)
    guard copy >= 0 else { throw storing(path, errno) }
    do throws(SheetError) {
      defer { close(copy) }
      try copyAll(from: descriptor, to: copy, path, isStopped)
      guard fsync(copy) == 0 else { throw storing(path, errno) }
    } catch {
      unsafe unlink(partial)
      throw error
    }
    guard unsafe rename(partial, path) == 0 else {
      let code = errno
      unsafe unlink(partial)
      throw storing(path, code)
    }
    try syncFolder(of: path)
  }

  private static func copyAll(
    from source: Int32, to copy: Int32, _ path: String, _ isStopped: () -> Bool
  ) throws(SheetError) {
    var buffer = [UInt8](repeating: 0, count: 256 << 10)
    var waiting = pollfd(fd: source, events: Int16(POLLIN), revents: 0)
    while true {
      guard !isStopped() else {
        throw SheetError(.stopped, place: "standard input", message: "stopped before its end")
      }
      // In slices, because a thread of its own receives signals. A signal may also end the wait with nothing to read.
      guard unsafe poll(&waiting, 1, 100) > 0 else { continue }
      let length = unsafe buffer.withUnsafeMutableBytes { unsafe read(source, $0.baseAddress, $0.count) }
      if length == 0 { return }
      guard length > 0 else {
        if errno == EINTR { continue }
        throw SheetError(
          .unreadable, place: "standard input", message: "cannot be read: \(systemMessage(errno))",
          hint: "give the sheet as a file, or pipe it in")
      }
      var written = 0
      while written < length {
        let count = unsafe buffer[written..<length].withUnsafeBytes {
          unsafe write(copy, $0.baseAddress, $0.count)
        }
        if count < 0, errno != EINTR { throw storing(path, errno) }
        written += max(count, 0)
      }
    }
  }

  /// Makes the new name itself durable.
  private static func syncFolder(of path: String) throws(SheetError) {
    let folder = path.lastIndex(of: "/").map { path[...$0] } ?? "."
    let descriptor = unsafe open(String(folder), O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw storing(path, errno) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw storing(path, errno) }
  }

  private static func storing(_ path: String, _ code: Int32) -> SheetError {
    SheetError(
      .storage, place: path, message: "the copy of standard input cannot be stored: \(systemMessage(code))",
      hint: "free space there, or choose another state directory")
  }
}
