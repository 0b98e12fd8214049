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
  /// All that it prints goes to our standard error. A command that does not end in time is killed, with all it
  /// has started; what it left running in the background when it ended is its own business. The process must
  /// ignore SIGPIPE: a command need not listen to the end.
  ///
  /// - Parameters:
  ///   - environment: its whole environment.
  ///   - grace: how long it has to end by itself after the polite signal.
  public func tell(
    _ input: String, environment: [String: String], timeout: Duration, grace: Duration = .seconds(2)
  ) -> Status {
    let child: Child
    do throws(SystemError) {
      let pipe = try CommandPipe()
      child = Child(
        try start(
          input: pipe.reading, output: STDERR_FILENO, complaint: STDERR_FILENO, environment: environment,
          isGroup: true))
      let writing = fcntl(pipe.writing, F_DUPFD_CLOEXEC, 0)
      // It may read nothing of it, or never: nobody waits for that.
      DispatchQueue(label: "bulkpatch.command.input").async {
        ShellCommand.write(Array(input.utf8), to: writing)
        close(writing)
      }
    } catch { return .notStarted(error.words) }

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
