public import Foundation

/// Runs the built `bulkpatch` as a user would: arguments in, two streams and an exit code out.
///
/// The environment is built here and nothing of the caller's leaks in, so that a test gives the same result
/// on every machine.
public struct BinaryRunner: Sendable {
  /// The result of a finished process.
  public struct Result: Sendable, Equatable {
    public var standardOutput: String
    public var standardError: String
    /// The exit code, or 128 + the number of the signal that ended it, as a shell reports it.
    public var exitCode: Int32
  }

  /// The reason that there is no result.
  public enum Failure: Error, CustomStringConvertible {
    case noBinary(searched: String)
    case timedOut(after: TimeInterval, command: String, standardError: String)
    case ended(standardError: String)

    public var description: String {
      switch self {
      case .noBinary(let path): "there is no binary at \(path)"
      case .timedOut(let seconds, let command, let text):
        "'\(command)' still ran after \(seconds) seconds; it had said: \(text)"
      case .ended(let text): "it ended before what was waited for; it had said: \(text)"
      }
    }
  }

  /// The working folder of the process; its home lies below.
  public var folder: TemporaryFolder
  /// Variables in addition to the fixed part of the environment.
  public var environment: [String: String]
  /// The number of seconds after which the process is killed and the test fails.
  public var timeout: TimeInterval

  public init(
    in folder: TemporaryFolder, environment: [String: String] = [:], timeout: TimeInterval = 240
  ) {
    self.folder = folder
    self.environment = environment
    self.timeout = timeout
  }

  /// The binary in the folder that `BULKPATCH_PROGRAMS` names, as `make test` does with the installed ones;
  /// otherwise the one that was built together with the test bundle, and lies beside it.
  public static var binary: String {
    get throws {
      let given = ProcessInfo.processInfo.environment["BULKPATCH_PROGRAMS"]
      let folder = given.map { URL(fileURLWithPath: $0) } ?? buildFolder
      let path = folder.appendingPathComponent("bulkpatch").path
      guard FileManager.default.isExecutableFile(atPath: path) else {
        throw Failure.noBinary(searched: path)
      }
      return path
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
  /// - Throws: `Failure`, or `ChildProcess.Failure`.
  public func callAsFunction(_ arguments: String..., standardInput: String = "") throws -> Result {
    try run(arguments, standardInput: standardInput)
  }

  /// Runs `bulkpatch` with these arguments to its end.
  ///
  /// - Throws: as `callAsFunction`.
  public func run(
    _ arguments: [String], standardInput: String = "", confirms: Bool = true
  ) throws -> Result {
    try start(arguments, standardInput: standardInput, confirms: confirms).result()
  }

  /// Runs a shell script to its end; `bulkpatch` in it is the built binary.
  ///
  /// - Parameter confirms: answers the question before rows are sent with yes, as a schedule does.
  /// - Throws: as `callAsFunction`.
  public func shell(_ script: String, confirms: Bool = true) throws -> Result {
    let script =
      confirms
      ? script.replacing(#/bulkpatch (run|apply|resume|rollback|split) /#) { "bulkpatch \($0.1) --yes " }
      : script
    return try RunningBinary(self, "/bin/sh", ["-c", script], standardInput: "").result()
  }

  /// Starts `bulkpatch` with these arguments, for tests that watch it or send it signals.
  ///
  /// - Parameter confirms: answers the question before rows are sent with yes, as a schedule does.
  /// - Throws: as `callAsFunction`.
  public func start(
    _ arguments: [String], standardInput: String = "", confirms: Bool = true
  ) throws -> RunningBinary {
    var arguments = arguments
    if confirms, let command = arguments.first,
      ["run", "apply", "resume", "rollback", "split"].contains(command)
    {
      arguments.insert("--yes", at: 1)
    }
    return try RunningBinary(self, Self.binary, arguments, standardInput: standardInput)
  }

  /// The whole environment of a process.
  func fullEnvironment() throws -> [String: String] {
    let system = ProcessInfo.processInfo.environment
    let path = try [
      URL(fileURLWithPath: Self.binary).deletingLastPathComponent().path, system["PATH"] ?? "/usr/bin:/bin",
    ]
    var fixed = [
      "PATH": path.joined(separator: ":"), "HOME": folder.path("home"), "TMPDIR": folder.path("tmp"),
      "LC_ALL": "C.UTF-8", "TZ": "UTC", "COLUMNS": "100",
    ]
    // The folder of the Swift runtime, on machines where it is not in a standard place.
    for name in ["LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FRAMEWORK_PATH"] {
      fixed[name] = system[name]
    }
    return fixed.merging(environment) { $1 }
  }
}

/// A call of the tool that is under way; killed with the last reference.
///
/// Its streams are files and not pipes: a pipe can fill up.
public final class RunningBinary: Sendable {
  private let child: ChildProcess
  private let streams: TemporaryFolder
  private let timeout: TimeInterval
  private let command: String

  init(_ runner: BinaryRunner, _ program: String, _ arguments: [String], standardInput: String) throws {
    for name in ["home", "tmp"] {
      try FileManager.default.createDirectory(
        at: runner.folder.url.appendingPathComponent(name), withIntermediateDirectories: true)
    }
    streams = try TemporaryFolder()
    timeout = runner.timeout
    command = arguments.joined(separator: " ")
    child = try ChildProcess(
      program, arguments, environment: runner.fullEnvironment(), folder: runner.folder.url.path,
      input: .file(streams.write("stdin", standardInput)), output: .file(streams.path("stdout")),
      error: .file(streams.path("stderr")))
  }

  deinit { child.send(SIGKILL) }

  public var isRunning: Bool { child.exitCode == nil }

  /// Its process id, as the tool itself names it.
  public var identifier: Int32 { child.identifier }

  /// The text that it has written to standard error so far.
  public var standardError: String { (try? streams.read("stderr")) ?? "" }

  /// The text that it has written to standard output so far.
  public var standardOutput: String { (try? streams.read("stdout")) ?? "" }

  public func send(_ signal: Int32) { child.send(signal) }

  /// Waits for its end.
  ///
  /// - Throws: `BinaryRunner.Failure.timedOut` when it does not come, and kills it.
  public func result() throws -> BinaryRunner.Result {
    guard let code = child.wait(timeout) else {
      child.send(SIGKILL)
      throw BinaryRunner.Failure.timedOut(after: timeout, command: command, standardError: standardError)
    }
    return BinaryRunner.Result(
      standardOutput: try streams.read("stdout"), standardError: try streams.read("stderr"),
      exitCode: code)
  }
}
