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
  /// Tells a command something on its standard input and waits for its end.
  ///
  /// All that it prints goes to our standard error, or to whoever wants to hear it. A command that does not end in time is killed, with all it
  /// has started; what it left running in the background when it ended is its own business. The process must
  /// ignore SIGPIPE: a command need not listen to the end.
  ///
  /// - Parameters:
  ///   - environment: its whole environment.
  ///   - grace: how long it has to end by itself after the polite signal.
  ///   - hear: given each line that it prints, on a queue of its own; nothing comes after this has returned.
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
      // It may read nothing of it, or never: nobody waits for that.
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

/// `close(2)`, where a method of that name is in the way.
private func closeDescriptor(_ descriptor: Int32) -> Int32 { close(descriptor) }

/// Listens to what a command prints, line by line.
private final class Ear: Sendable {
  private let isOver = Atomic(false)
  private let ended = DispatchGroup()

  /// Takes over a descriptor, and closes it in the end.
  init(_ descriptor: Int32, _ hear: @escaping @Sendable (String) -> Void) {
    DispatchQueue(label: "bulkpatch.command.output").async(group: ended) { [self] in
      var line: [UInt8] = []
      func tell() {
        if !line.isEmpty { hear(String(decoding: line, as: UTF8.self)) }
        line = []
      }
      // Once the command has ended, what it left running may print for ever: what the pipe holds is enough.
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

  /// Hears what there still is, and no more.
  func close() {
    isOver.store(true, ordering: .releasing)
    ended.wait()
  }
}

/// A process that is waited for on a thread of its own.
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

  /// Its end, if that comes in time.
  func wait(_ timeout: Duration) -> ShellCommand.Status? {
    _ = ended.wait(timeout: .now() + timeout / .seconds(1))
    return status.withLock { $0 }
  }
}
