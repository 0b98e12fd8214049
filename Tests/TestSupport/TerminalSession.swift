import Dispatch
import Foundation
import Synchronization

/// A program on a terminal that a test sits at: what is shown can be read, and an answer be typed.
///
/// Its three streams are the terminal; killed with the last reference.
public final class TerminalSession: Sendable {
  /// The system has no terminal left.
  public struct Failure: Error {
    public var number: Int32
  }

  private let child: ChildProcess
  private let descriptor: Int32
  private let screen = Screen()
  private let reading = DispatchGroup()

  /// The output so far; it outlives the session until the terminal is closed.
  private final class Screen: Sendable {
    let bytes = Mutex<[UInt8]>([])

    /// Reads until the program has ended, and closes the terminal.
    func read(_ descriptor: Int32) {
      var buffer = [UInt8](repeating: 0, count: 4096)
      while true {
        let count = unsafe Foundation.read(descriptor, &buffer, buffer.count)
        if count > 0 {
          bytes.withLock { $0 += buffer.prefix(count) }
        } else if count == 0 || errno != EINTR {
          break
        }
      }
      close(descriptor)
    }
  }

  init(_ runner: BinaryRunner, _ arguments: [String]) throws {
    for name in ["home", "tmp"] {
      try FileManager.default.createDirectory(
        at: runner.folder.url.appendingPathComponent(name), withIntermediateDirectories: true)
    }
    var (own, its): (Int32, Int32) = (-1, -1)
    guard unsafe openpty(&own, &its, nil, nil, nil) == 0 else { throw Failure(number: errno) }
    // Only the program may hold its end, or its end would go unnoticed.
    for descriptor in [own, its] { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    defer { close(its) }
    descriptor = own
    let environment = try ["TERM": "xterm"].merging(runner.fullEnvironment()) { $1 }
    child = try ChildProcess(
      BinaryRunner.binary, arguments, environment: environment, folder: runner.folder.url.path,
      input: .descriptor(its), output: .descriptor(its), error: .descriptor(its))
    DispatchQueue(label: "terminal.\(child.identifier)").async(group: reading) {
      [screen, descriptor] in screen.read(descriptor)
    }
  }

  deinit { child.send(SIGKILL) }

  public var isRunning: Bool { child.exitCode == nil }

  /// Everything that was shown so far, with what was typed.
  public var text: String {
    screen.bytes.withLock { String(decoding: $0, as: UTF8.self) }.replacing("\r\n", with: "\n")
  }

  /// Types a text, with its line end if there is to be one; `\u{4}` at the start of a line ends the input.
  public func type(_ text: String) {
    let bytes = Array(text.utf8)
    _ = unsafe write(descriptor, bytes, bytes.count)
  }

  public func send(_ signal: Int32) { child.send(signal) }

  /// Waits for the program's end and for the last of what it shows.
  ///
  /// - Returns: its exit code; `nil` when it does not end in time, and then it is killed.
  public func end(within timeout: Double = 60) -> Int32? {
    let code = child.wait(timeout)
    if code == nil { child.send(SIGKILL) }
    reading.wait()
    return code
  }
}

extension BinaryRunner {
  /// Starts `bulkpatch` with these arguments on a terminal.
  ///
  /// - Throws: `TerminalSession.Failure`, or as `callAsFunction`.
  public func startOnTerminal(_ arguments: [String]) throws -> TerminalSession {
    try TerminalSession(self, arguments)
  }
}
