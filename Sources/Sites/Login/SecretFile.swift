#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A system call that failed, by its `errno`.
struct SystemError: Error, Equatable {
  var number: Int32

  /// The system's words for it, lower case.
  var words: String { unsafe String(cString: strerror(number)).lowercased() }
}

/// The head of a file that holds a secret, and who else can get at it.
struct SecretFile {
  /// At most this much is read: a secret is one line, and `/dev/zero` has no end.
  static let sizeLimit = 1 << 16

  var bytes: [UInt8]
  /// Whether users outside the file's group can read or write it; a pipe has no other readers.
  var isOpenToEveryone: Bool

  /// - Throws: `SystemError` when the file cannot be opened or read.
  init(path: String) throws(SystemError) {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw SystemError(number: errno) }
    defer { close(descriptor) }
    var facts = stat()
    guard unsafe fstat(descriptor, &facts) == 0 else { throw SystemError(number: errno) }
    isOpenToEveryone = facts.st_mode & S_IFMT == S_IFREG && facts.st_mode & (S_IROTH | S_IWOTH) != 0
    bytes = []
    while bytes.count < Self.sizeLimit {
      guard let piece = try Self.readPiece(of: descriptor) else { break }
      bytes += piece
    }
  }

  /// The next bytes of a file or pipe; none at its end.
  ///
  /// - Throws: `SystemError` when reading fails.
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
