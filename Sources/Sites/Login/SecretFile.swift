#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A failed system call, by its `errno`.
struct SystemError: Error, Equatable {
  var number: Int32

  /// The system's words for it, lower case.
  var words: String { unsafe String(cString: strerror(number)).lowercased() }
}

/// The first bytes of a file with a secret, and its access rights.
struct SecretFile {
  /// The largest number of bytes read: a secret is one line, and `/dev/zero` has no end.
  static let sizeLimit = 1 << 16

  var bytes: [UInt8]
  /// Indicates that users outside the file's group can read or write it; a pipe has no other readers.
  var isOpenToEveryone: Bool

  /// - Parameter limit: the longest wait for a pipe.
  /// - Throws: `SystemError` if the file cannot be opened or read, `ETIMEDOUT` if nothing comes.
  init(path: String, limit: Duration = ShellCommand.limit) throws(SystemError) {
    // Opening a pipe without a writer would wait forever.
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw SystemError(number: errno) }
    defer { close(descriptor) }
    var facts = stat()
    guard unsafe fstat(descriptor, &facts) == 0 else { throw SystemError(number: errno) }
    isOpenToEveryone = facts.st_mode & S_IFMT == S_IFREG && facts.st_mode & (S_IROTH | S_IWOTH) != 0
    bytes = []
    let end = ContinuousClock.now + limit
    while bytes.count < Self.sizeLimit {
      try Self.wait(for: descriptor, until: end)
      guard let piece = try Self.readPiece(of: descriptor) else { break }
      bytes += piece
    }
  }

  /// Waits until there is something to read, the end included.
  private static func wait(for descriptor: Int32, until end: ContinuousClock.Instant) throws(SystemError) {
    while true {
      let left = min(max(end - ContinuousClock.now, .zero) / .milliseconds(1), 1000)
      var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      if unsafe poll(&waiting, 1, Int32(left)) > 0 { return }
      guard ContinuousClock.now < end else { throw SystemError(number: ETIMEDOUT) }
    }
  }

  /// Returns whether a file of a private key (PEM) needs a passphrase (RFC 7468, section 11; RFC 1421, section
  /// 4.6.1.1).
  static func isEncryptedKey(_ path: String) -> Bool {
    guard let file = try? SecretFile(path: path) else { return false }
    let text = String(decoding: file.bytes, as: UTF8.self)
    return ["-----BEGIN ENCRYPTED PRIVATE KEY-----", "Proc-Type: 4,ENCRYPTED"].contains {
      text.firstRange(of: $0) != nil
    }
  }

  /// Returns the next bytes of a file or pipe; `nil` at its end.
  ///
  /// - Throws: `SystemError` if reading fails.
  static func readPiece(of descriptor: Int32) throws(SystemError) -> [UInt8]? {
    while true {
      var count = 0
      let piece = unsafe [UInt8](unsafeUninitializedCapacity: 4096) { buffer, filled in
        unsafe count = read(descriptor, buffer.baseAddress, buffer.count)
        filled = max(0, count)
      }
      if count > 0 { return piece }
      if count == 0 { return nil }
      guard errno == EINTR else { throw SystemError(number: errno) }
    }
  }
}
