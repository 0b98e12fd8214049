public import Foundation

/// Runs the built `bulkpatch` as a user would: arguments in, two streams and an exit code out.
///
/// The environment is made up here and nothing of the caller's leaks in, so that a test says the same on
/// every machine.
public struct BinaryRunner: Sendable {
  /// What a finished process left behind.
  public struct Result: Sendable, Equatable {
    public var standardOutput: String
    public var standardError: String
    /// The exit code, or 128 + the number of the signal that ended it, as a shell reports it.
    public var exitCode: Int32
  }

  /// Why there is no result.
  public enum Failure: Error, CustomStringConvertible {
    case noBinary(searched: String)
    case timedOut(after: TimeInterval, command: String, standardError: String)

    public var description: String {
      switch self {
      case .noBinary(let path): "there is no binary at \(path)"
      case .timedOut(let seconds, let command, let text):
        "'\(command)' still ran after \(seconds) seconds; it had said: \(text)"
      }
    }
  }

  /// The working folder of the process; its home lies below.
  public var folder: TemporaryFolder
  /// What is set beside the fixed part of the environment.
  public var environment: [String: String]
  /// After so many seconds the process is killed and the test fails.
  public var timeout: TimeInterval

  public init(
    in folder: TemporaryFolder, environment: [String: String] = [:], timeout: TimeInterval = 60
  ) {
    self.folder = folder
    self.environment = environment
    self.timeout = timeout
  }

  /// The binary that was built together with the test bundle: it lies beside it.
  public static var binary: URL {
    get throws {
      let url = buildFolder.appendingPathComponent("bulkpatch")
      guard FileManager.default.isExecutableFile(atPath: url.path) else {
        throw Failure.noBinary(searched: url.path)
      }
      return url
    }
  }

  private static var buildFolder: URL {
    #if os(macOS)
      // There the process is Xcode's test runner, and the bundle is loaded into it.
      let bundle = Bundle.allBundles.first { $0.bundlePath.hasSuffix(".xctest") } ?? Bundle.main
      return bundle.bundleURL.deletingLastPathComponent()
    #else
      return Bundle.main.bundleURL
    #endif
  }

  /// Runs `bulkpatch` with these arguments to its end.
  ///
  /// - Throws: `Failure`, or what starting a process throws.
  public func callAsFunction(_ arguments: String..., standardInput: String = "") throws -> Result {
    try run(Self.binary, arguments, standardInput: standardInput)
  }

  /// Runs `bulkpatch` with these arguments to its end.
  ///
  /// - Throws: `Failure`, or what starting a process throws.
  public func run(_ arguments: [String], standardInput: String = "") throws -> Result {
    try run(Self.binary, arguments, standardInput: standardInput)
  }

  /// Runs a shell script to its end; `bulkpatch` in it is the built binary.
  ///
  /// - Throws: `Failure`, or what starting a process throws.
  public func shell(_ script: String) throws -> Result {
    try run(URL(fileURLWithPath: "/bin/sh"), ["-c", script], standardInput: "")
  }

  /// A process that is set up but not started, for tests that send it signals.
  ///
  /// - Throws: `Failure.noBinary`.
  public func makeProcess(_ arguments: [String]) throws -> Process {
    try makeProcess(Self.binary, arguments)
  }

  private func makeProcess(_ program: URL, _ arguments: [String]) throws -> Process {
    let process = Process()
    process.executableURL = program
    process.arguments = arguments
    process.currentDirectoryURL = folder.url
    process.environment = try fixedEnvironment().merging(environment) { $1 }
    return process
  }

  private func fixedEnvironment() throws -> [String: String] {
    let system = ProcessInfo.processInfo.environment
    let path = try [Self.binary.deletingLastPathComponent().path, system["PATH"] ?? "/usr/bin:/bin"]
    var fixed = [
      "PATH": path.joined(separator: ":"), "HOME": folder.path("home"), "TMPDIR": folder.path("tmp"),
      "LC_ALL": "C.UTF-8", "TZ": "UTC", "COLUMNS": "100",
    ]
    // Where the Swift runtime is, on machines where it is not in a standard place.
    for name in ["LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FRAMEWORK_PATH"] {
      fixed[name] = system[name]
    }
    return fixed
  }

  /// The streams are files and not pipes: a pipe can fill up, and its ends leak into processes that other
  /// tests start at the same moment, which then keep it open.
  private func run(_ program: URL, _ arguments: [String], standardInput: String) throws -> Result {
    let streams = try TemporaryFolder()
    for name in ["home", "tmp"] {
      try FileManager.default.createDirectory(
        at: folder.url.appendingPathComponent(name), withIntermediateDirectories: true)
    }
    let input = URL(fileURLWithPath: try streams.write("stdin", standardInput))
    let output = URL(fileURLWithPath: try streams.write("stdout", ""))
    let error = URL(fileURLWithPath: try streams.write("stderr", ""))
    let process = try makeProcess(program, arguments)
    process.standardInput = try FileHandle(forReadingFrom: input)
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: error)

    let ended = DispatchSemaphore(value: 0)
    process.terminationHandler = { _ in ended.signal() }
    try process.run()
    guard ended.wait(timeout: .now() + timeout) == .success else {
      kill(process.processIdentifier, SIGKILL)
      ended.wait()
      throw Failure.timedOut(
        after: timeout, command: arguments.joined(separator: " "),
        standardError: try streams.read("stderr"))
    }
    return Result(
      standardOutput: try streams.read("stdout"), standardError: try streams.read("stderr"),
      exitCode: process.exitCode)
  }
}

extension Process {
  /// The exit code of a process that has ended, or 128 + the number of the signal that ended it.
  public var exitCode: Int32 {
    terminationReason == .uncaughtSignal ? 128 + terminationStatus : terminationStatus
  }
}
