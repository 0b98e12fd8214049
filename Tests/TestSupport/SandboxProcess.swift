import Foundation

/// A `bulkpatch sandbox` of its own for one test, on a port that the system picked; ended with the last
/// reference.
public final class SandboxProcess {
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
  private let process: Process

  /// Starts a sandbox with these arguments beside `--port 0` and waits until it is ready.
  ///
  /// - Throws: `Failure`, or what starting a process throws.
  public init(_ runner: BinaryRunner, _ arguments: [String] = []) throws {
    process = try runner.makeProcess(["sandbox", "--port", "0"] + arguments)
    let output = Pipe()
    let log = try runner.folder.write("sandbox-\(UUID().uuidString).stderr", "")
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
    try process.run()

    var line: [UInt8] = []
    while !line.contains(UInt8(ascii: "\n")) {
      let more = output.fileHandleForReading.availableData
      guard !more.isEmpty else { break }
      line += more
    }
    let text = String(decoding: line.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    guard text.hasPrefix("http://") else {
      Foundation.kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      throw Failure.didNotStart(said: text + (try String(contentsOfFile: log, encoding: .utf8)))
    }
    url = text
  }

  deinit {
    guard process.isRunning else { return }
    Foundation.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  /// Ends it at once (`SIGKILL`), as a power cut would.
  public func kill() {
    Foundation.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  /// Asks it to end (`SIGTERM`) and returns its exit code.
  public func terminate() -> Int32 {
    Foundation.kill(process.processIdentifier, SIGTERM)
    process.waitUntilExit()
    return process.exitCode
  }
}
