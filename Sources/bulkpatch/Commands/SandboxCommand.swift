import ArgumentParser
import Console
import Foundation

/// The command `bulkpatch sandbox`: becomes `bulkpatch-sandbox`, the local stand-in for the services.
///
/// That is a separate program, so that the tool that touches production contains no server.
struct SandboxCommand: DocumentedCommand {
  static let configuration = CommandConfiguration(
    commandName: "sandbox", abstract: "Serve a local stand-in for the service desk, to try things out.")

  static let manual = Manual(
    examples: [
      "bulkpatch sandbox --port 8080 --incidents 5000":
        "serve 5,000 made-up incidents on http://127.0.0.1:8080",
      "bulkpatch sandbox --help": "list its options",
    ],
    notes: """
      Runs bulkpatch-sandbox with these arguments: the one beside bulkpatch, else the first on PATH.
      """,
    exitCodes: [
      (.noSuchFile, "bulkpatch-sandbox is not installed"),
      (.inputOutput, "bulkpatch-sandbox cannot be started; any other code is its own"),
    ])

  private static let program = "bulkpatch-sandbox"

  @Argument(parsing: .postTerminator, help: "The arguments of bulkpatch-sandbox.")
  var arguments: [String] = []

  /// Returns a command line in which everything after `sandbox`, requests for help included, is for that program.
  static func passingOn(_ arguments: [String]) -> [String] {
    let name = configuration.commandName ?? ""
    // It has a full help of its own.
    if arguments == ["help", name] { return [name, "--", "help"] }
    guard arguments.first == name else { return arguments }
    return arguments.prefix(1) + ["--"] + arguments.dropFirst()
  }

  func run() throws {
    guard let path = Self.path else {
      throw UserError(
        .noSuchFile, "\(Self.program) is neither beside bulkpatch nor on PATH",
        hint: "get it with 'make install', which installs both, or copy it next to bulkpatch")
    }
    // The process becomes that program, so its arguments, streams, signals and exit status need no forwarding.
    signal(SIGPIPE, SIG_DFL)
    signal(SIGUSR1, SIG_DFL)
    var words = unsafe ([path] + arguments).map { unsafe strdup($0) } + [nil]
    _ = unsafe execv(path, &words)
    let reason = unsafe String(cString: strerror(errno))
    throw UserError(.inputOutput, place: path, "cannot be started: \(reason)")
  }

  /// The path of the program; `nil` if it is not found.
  private static var path: String? {
    let own = Bundle.main.executableURL?.resolvingSymlinksInPath().deletingLastPathComponent().path
    let listed = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
    return ([own].compactMap { $0 } + listed).map { "\($0)/\(program)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }
}
