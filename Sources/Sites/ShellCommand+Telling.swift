import Dispatch
import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

extension ShellCommand {
  /// Passes a text to a command's standard input and waits for its end.
  ///
  /// All its output goes to our standard error, or to `hear`. A command that does not end in time is killed, with its
  /// child processes. Processes that it left in the background when it ended are its own business. This process must
  /// ignore SIGPIPE, because a command need not read all its input.
  ///
  /// - Parameters:
  ///   - environment: the command's whole environment.
  ///   - grace: the time to end by itself after the polite signal.
  ///   - hear: receives each line of output, on its own queue; nothing comes after this has returned.
  public func tell(
    _ input: String, environment: [String: String], timeout: Duration, grace: Duration = .seconds(2),
    hearing hear: (@Sendable (String) -> Void)? = nil
  ) -> Status {
    let child: Child
    var ear: Ear?
    do throws(SystemError) {
      let pipe = try CommandPipe()
      var output: CommandPipe? = hear == nil ? nil : try CommandPipe()
      let descriptor = output?.writing ?? STDERR_FILENO
      child = Child(
        try start(
          input: pipe.reading, output: descriptor, complaint: descriptor, environment: environment,
          isGroup: true))
      output?.closeWriting()
      if let hear, let reading = output?.reading {
        ear = Ear(fcntl(reading, F_DUPFD_CLOEXEC, 0), hear)
      }
      output = nil
      let writing = fcntl(pipe.writing, F_DUPFD_CLOEXEC, 0)
      // The command may read none of it; nothing waits for that.
      DispatchQueue(label: "bulkpatch.command.input").async {
        ShellCommand.write(Array(input.utf8), to: writing)
        close(writing)
      }
    } catch { return .notStarted(error.words) }
    defer { ear?.close() }

    if let status = child.wait(timeout) { return status }
    for (signal, time) in [(SIGTERM, grace), (SIGKILL, .seconds(1))] {
      kill(-child.identifier, signal)
      if child.wait(time) != nil { break }
    }
    return .timedOut
  }

  private static func write(_ bytes: [UInt8], to descriptor: Int32) {
    var start = 0
    while start < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        #if canImport(Darwin)
          unsafe Darwin.write(descriptor, buffer.baseAddress?.advanced(by: start), bytes.count - start)
        #elseif canImport(Musl)
          unsafe Musl.write(descriptor, buffer.baseAddress?.advanced(by: start), bytes.count - start)
        #else
          unsafe Glibc.write(descriptor, buffer.baseAddress?.advanced(by: start), bytes.count - start)
        #endif
      }
      if count > 0 { start += count } else if count == 0 || errno != EINTR { return }
    }
  }
}

/// Calls `close(2)`, whose name is hidden by a method.
private func closeDescriptor(_ descriptor: Int32) -> Int32 { close(descriptor) }

/// Reads a command's output, line by line.
private final class Ear: Sendable {
  private let isOver = Atomic(false)
  private let ended = DispatchGroup()

  /// Takes over a descriptor, which it closes at the end.
  init(_ descriptor: Int32, _ hear: @escaping @Sendable (String) -> Void) {
    DispatchQueue(label: "bulkpatch.command.output").async(group: ended) { [self] in
      var line: [UInt8] = []
      func tell() {
        if !line.isEmpty { hear(String(decoding: line, as: UTF8.self)) }
        line = []
      }
      // Once the command has ended, processes it left may print forever: what the pipe holds is enough.
      var piecesLeft = 16
      var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      while piecesLeft > 0 {
        let isLast = isOver.load(ordering: .acquiring)
        guard unsafe poll(&waiting, 1, isLast ? 0 : 50) > 0 else {
          if isLast { break }
          continue
        }
        guard let piece = (try? SecretFile.readPiece(of: descriptor)) ?? nil else { break }
        if isLast { piecesLeft -= 1 }
        for byte in piece {
          if byte == UInt8(ascii: "\n") { tell() } else { line.append(byte) }
          if line.count >= SecretFile.sizeLimit { tell() }
        }
      }
      tell()
      _ = closeDescriptor(descriptor)
    }
  }

  /// Reads what is left, and no more.
  func close() {
    isOver.store(true, ordering: .releasing)
    ended.wait()
  }
}

/// A child process that is waited for on its own thread.
private final class Child: Sendable {
  let identifier: pid_t
  private let status = Mutex<ShellCommand.Status?>(nil)
  private let ended = DispatchGroup()

  init(_ identifier: pid_t) {
    self.identifier = identifier
    DispatchQueue(label: "bulkpatch.command").async(group: ended) {
      var status: Int32 = 0
      while unsafe waitpid(identifier, &status, 0) < 0, errno == EINTR {}
      self.status.withLock { $0 = ShellCommand.Status(waited: status) }
    }
  }

  /// Returns its exit status, if it ends in time.
  func wait(_ timeout: Duration) -> ShellCommand.Status? {
    _ = ended.wait(timeout: .now() + timeout / .seconds(1))
    return status.withLock { $0 }
  }
}
