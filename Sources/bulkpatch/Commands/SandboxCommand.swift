import ArgumentParser
import Foundation
import Sandbox

/// `bulkpatch sandbox`: the local stand-in for the services.
struct SandboxCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sandbox",
    abstract: "Serve a local stand-in for the service desk, to try things on.",
    discussion: """
      The first line on standard output is the base URL, written when the first request can be taken. Sign in \
      as 'admin' with the password in BULKPATCH_SANDBOX_PASSWORD, or 'sandbox' when that is not set. The \
      sandbox checks what the real service checks, and writes every request to the table request_log of its \
      SQLite file.

      EXAMPLE
        bulkpatch sandbox --port 8080 --incidents 5000 --database sandbox.sqlite
        curl -u admin:sandbox -H 'OSvC-CREST-Application-Context: try' \\
          http://127.0.0.1:8080/services/rest/connect/v1.4/incidents/1

      EXIT CODES
        0 stopped by SIGINT or SIGTERM · 64 usage · 65 a record of the imported file is wrong
        66 the file to import cannot be read · 69 the port cannot be listened on · 74 the database failed
      """)

  @Option(help: "The address to listen on.")
  var host = "127.0.0.1"

  @Option(help: "The port; 0 lets the system pick a free one.")
  var port = 0

  @Option(help: ArgumentHelp("The SQLite file; without it a temporary one.", valueName: "path"))
  var database: String?

  @Option(
    help: ArgumentHelp("How many incidents to generate in an empty store. (default: 1000)", valueName: "n"))
  var incidents: Int?

  @Option(help: ArgumentHelp("What the generated records are derived from.", valueName: "s"))
  var seed: UInt64 = 1

  @Option(
    name: .customLong("import"),
    help: ArgumentHelp("A JSONL file of your own records, for an empty store.", valueName: "file"))
  var importFile: String?

  @Option(help: ArgumentHelp("Hold every answer back, such as 50ms or 1s.", valueName: "time"))
  var latency: Delay?

  @Option(help: ArgumentHelp("The longest request body, in bytes.", valueName: "bytes"))
  var bodyLimit = 32 << 20

  @Option(
    help: ArgumentHelp(
      "Decide a point that the real service leaves open. May be repeated.",
      discussion: "One of \(Choices.names.joined(separator: ", ")).", valueName: "name=value"))
  var choice: [String] = []

  func validate() throws {
    guard (0...65_535).contains(port) else {
      throw ValidationError("--port must be from 0 to 65535, not \(port)")
    }
    guard incidents ?? 0 >= 0 else { throw ValidationError("--incidents must not be negative") }
    guard bodyLimit > 0 else { throw ValidationError("--body-limit must be at least 1") }
  }

  func run() throws {
    do throws(SandboxError) {
      try SandboxServer.serve(settings()) { notice in
        Self.write("note: \(notice)\n", to: .standardError)
      } ready: { url in
        Self.write("\(url)\n", to: .standardOutput)
      }
    } catch {
      Self.write("error: \(error)\nhint: \(error.hint)\n", to: .standardError)
      throw ExitCode(Self.exitCode(of: error))
    }
  }

  private func settings() throws(SandboxError) -> SandboxSettings {
    var settings = SandboxSettings()
    settings.host = host
    settings.port = port
    settings.database = database
    settings.incidents = incidents
    settings.seed = seed
    settings.importFile = importFile
    settings.latency = latency?.duration ?? .zero
    settings.bodyLimit = bodyLimit
    let password = ProcessInfo.processInfo.environment["BULKPATCH_SANDBOX_PASSWORD"]
    if let password, !password.isEmpty { settings.password = password }
    for text in choice { try settings.choices.set(text) }
    return settings
  }

  private static func write(_ text: String, to file: FileHandle) {
    // Nobody reads any more: the sandbox goes on serving.
    try? file.write(contentsOf: Data(text.utf8))
  }

  private static func exitCode(of error: SandboxError) -> Int32 {
    switch error {
    case .badChoice: 64
    case .badRecord: 65
    case .unreadable: 66
    case .cannotListen: 69
    case .database: 74
    }
  }
}

/// A length of time as it is written on the command line: `50ms` or `1.5s`.
struct Delay: ExpressibleByArgument {
  var duration: Duration

  init?(argument: String) {
    let unit = argument.hasSuffix("ms") ? "ms" : argument.hasSuffix("s") ? "s" : ""
    guard !unit.isEmpty, let number = Double(argument.dropLast(unit.count)), number >= 0, number <= 3_600_000
    else { return nil }
    duration = .microseconds(Int64(number * (unit == "ms" ? 1000 : 1_000_000)))
  }
}
