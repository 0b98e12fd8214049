import Foundation

/// A `bulkpatch-sandbox` of its own for one test, on a port of its own; ended with the last
/// reference.
public final class SandboxProcess: Sendable {
  public enum Failure: Error, CustomStringConvertible {
    /// The process ended, or its output did, before it said where it listens.
    case didNotStart(said: String)

    public var description: String {
      switch self {
      case .didNotStart(let text): "the sandbox did not start; it said: \(text)"
      }
    }
  }

  /// The base URL, as the sandbox's first line says it.
  public let url: String
  private let child: ChildProcess
  private let timeout: TimeInterval

  /// The choices that every sandbox of this test run makes, beside a test's own: the value of
  /// `BULKPATCH_TEST_CHOICES`, separated by blanks, such as `roql-threads=report`.
  static let choices = (ProcessInfo.processInfo.environment["BULKPATCH_TEST_CHOICES"] ?? "")
    .split(separator: " ").flatMap { ["--choice", String($0)] }

  /// Starts a sandbox with these arguments and waits until it is ready.
  ///
  /// - Parameter port: that of a sandbox which was killed, to take its place; 0 lets the system pick.
  /// - Throws: `Failure`, or what starting a process throws.
  public init(_ runner: BinaryRunner, port: Int = 0, _ arguments: [String] = []) throws {
    let log = runner.folder.path("sandbox-\(UUID().uuidString).stderr")
    timeout = runner.timeout
    let output = Pipe()
    child = try ChildProcess(
      BinaryRunner.binary + "-sandbox", ["--port", "\(port)"] + Self.choices + arguments,
      environment: runner.fullEnvironment(), folder: runner.folder.url.path, input: .file("/dev/null"),
      output: .descriptor(output.fileHandleForWriting.fileDescriptor), error: .file(log))
    // Only the sandbox may hold it open, or its end would go unnoticed.
    try output.fileHandleForWriting.close()

    var line: [UInt8] = []
    while !line.contains(UInt8(ascii: "\n")) {
      let more = output.fileHandleForReading.availableData
      guard !more.isEmpty else { break }
      line += more
    }
    let text = String(decoding: line.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    url = text
    guard text.hasPrefix("http://") else {
      kill()
      throw Failure.didNotStart(said: text + (try String(contentsOfFile: log, encoding: .utf8)))
    }
  }

  deinit { kill() }

  /// Ends it at once (`SIGKILL`), as a power cut would.
  public func kill() {
    child.send(SIGKILL)
    _ = child.wait(timeout)
  }

  /// Asks it to end (`SIGTERM`) and returns its exit code; `nil` when it does not.
  public func terminate() -> Int32? {
    child.send(SIGTERM)
    return child.wait(timeout)
  }
}
