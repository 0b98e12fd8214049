#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The bytes of a file on disk, which must not be written to meanwhile.
final class FileSource: ByteSource {
  private let path: String
  private let descriptor: Int32
  private var size: Int64 = 0
  /// The file's state when it was opened; `nil` for anything without a size, such as a pipe.
  private let stateBefore: FileState?
  /// The size in bytes; `nil` for anything without one.
  var sizeBefore: Int64? { stateBefore?.size }

  /// Opens a file, or anything else that can be read from beginning to end.
  ///
  /// - Throws: `SheetError` of kind `notFound` or `unreadable`; at the end, of kind `changed`.
  init(path: String) throws(SheetError) {
    self.path = path
    descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw SheetError(opening: path, errno) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else {
      close(descriptor)
      throw SheetError(
        .unreadable, place: path, message: "is a directory",
        hint: "give the path of the sheet itself, a .csv or .jsonl file")
    }
    stateBefore = FileState(status)
  }

  deinit { close(descriptor) }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(SheetError) -> Int {
    while true {
      let length = unsafe systemRead(descriptor, buffer.baseAddress, buffer.count)
      if length > 0 {
        size += Int64(length)
        return length
      }
      if length == 0 {
        try checkIsUnchanged()
        return 0
      }
      guard errno == EINTR else {
        throw SheetError(
          .unreadable, place: path, message: "reading failed part way: \(systemMessage(errno))",
          hint: "copy the sheet to a local disk and try again")
      }
    }
  }
}

extension FileSource {
  /// Compares size and time with those at the beginning: a sheet that is still being written is incomplete.
  ///
  /// - Throws: `SheetError` of kind `changed`.
  private func checkIsUnchanged() throws(SheetError) {
    guard let before = stateBefore else { return }
    var status = stat()
    let after = unsafe fstat(descriptor, &status) == 0 ? FileState(status) : nil
    guard after != before || size != before.size else { return }
    let now = after?.size ?? size
    throw SheetError(
      .changed, place: path,
      message: "the sheet changed while it was read: "
        + (now == before.size
          ? "\(now) bytes, written again" : "\(before.size) bytes before, \(now) after"),
      hint:
        "wait until it is complete; have its writer write another file and rename it at the end")
  }
}

/// The facts that change when a file is written to.
private struct FileState: Equatable {
  var size: Int64
  var seconds: Int
  var nanoseconds: Int

  init?(_ status: stat) {
    guard status.st_mode & S_IFMT == S_IFREG else { return nil }
    size = Int64(status.st_size)
    #if canImport(Darwin)
      (seconds, nanoseconds) = (status.st_mtimespec.tv_sec, status.st_mtimespec.tv_nsec)
    #else
      (seconds, nanoseconds) = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
    #endif
  }
}

/// Calls `read(2)`, whose name is hidden by a method.
private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutableRawPointer?, _ count: Int) -> Int {
  unsafe read(descriptor, buffer, count)
}

/// Returns the system's own words for an error number, in the case of our messages.
func systemMessage(_ code: Int32) -> String {
  let text = unsafe String(cString: strerror(code))
  return text.prefix(1).lowercased() + text.dropFirst()
}

extension SheetError {
  fileprivate init(opening path: String, _ code: Int32) {
    switch code {
    case ENOENT, ENOTDIR:
      self.init(
        .notFound, place: path, message: "there is no such file",
        hint: "check the path; a relative one in a job file is relative to that file")
    case EACCES, EPERM:
      self.init(
        .unreadable, place: path, message: systemMessage(code),
        hint: "let the account that runs this read the file")
    default: self.init(.unreadable, place: path, message: systemMessage(code))
    }
  }
}
