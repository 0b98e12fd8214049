import ArgumentParser
import Console
import Foundation
import Sandbox

/// The exit codes of the process; ArgumentParser's type of the same name is never used.
typealias ExitCode = Console.ExitCode

/// The program `bulkpatch-sandbox`: the local stand-in for the services.
@main
struct BulkpatchSandbox: DocumentedCommand {
  static let configuration = CommandConfiguration(
    commandName: "bulkpatch-sandbox",
    abstract: "Serve a local stand-in for the service desk, to try things out.",
    version: Program.version)

  static let manual = Manual(
    examples: [
      "bulkpatch sandbox --port 8080 --incidents 5000 --database sandbox.sqlite":
        "serve 5,000 made-up incidents on http://127.0.0.1:8080",
      "bulkpatch sandbox --interactions 10000 --choice framework-version=4":
        "serve 10,000 interactions of Fusion CX as version 4 of its framework shows them",
      "bulkpatch sandbox --fault 'PATCH incidents rate=0.1 status=503 retry-after=2' --fault '* * latency=20ms..80ms'":
        "refuse one change in ten, asking for two seconds, and delay every request by 20 to 80 ms",
      "bulkpatch sandbox --records serviceRequests=5000 --records fusion-cx/contacts=200":
        "serve 5,000 service requests and 200 contacts of Fusion CX",
      "bulkpatch sandbox --import my-incidents.jsonl": "serve records of your own on a free port",
      "bulkpatch sandbox --catalogue production-overlay.json --incidents 500":
        "serve made-up incidents with the attributes and menus of your own site",
      "bulkpatch sandbox --catalogue production-overlay.json --records CO.Services=500":
        "serve a custom object that the file alone describes, with 500 records",
    ],
    notes: """
      The first line on standard output is the base URL, written when it is ready for requests.
      Sign in as 'admin' with the password in BULKPATCH_SANDBOX_PASSWORD, or 'sandbox' when that is not set.
      The sandbox checks what the real service checks, and writes every request to the table request_log of
      its SQLite file. Incidents have the ids 1, 2, 3, …, interactions 300100000000001, …002, …003, …. Service requests,
      accounts and contacts of Fusion CX are named by numbers such as SR0000000001, A0000000001 and C0000000001; of each
      ten, one is of digits alone, and three have slashes, blanks or letters beyond ASCII.

      A file for --import has one JSON object a line: its resource, and the record in the API's own shape, with
      references as ids, and threads and children inline. Ids are kept; missing fields are filled in:
        {"resource": "incidents", "id": 2, "subject": "…", "threads": [{"entryType": {"id": 1}, "text": "…"}]}
        {"resource": "interactions", "InteractionId": 300100000000001, "Description": "…"}
        {"resource": "serviceRequests", "SrNumber": "SR 12/2024", "Title": "…"}
        {"resource": "accounts", "id": 7, "lookupName": "…"}
        {"resource": "fusion-cx/accounts", "PartyNumber": "CDRM_7", "OrganizationName": "…"}
      A resource that both APIs have is the one whose key the record has, or that of the API in front of the name.

      Each --fault is a rule. The first that matches a request decides; latencies add up. --seed determines which
      requests fail; the column fault of request_log says what was done to a request.

      \(FaultRule.grammar)

      What no source says of the services is a choice; its first value holds when nothing is said:
      \(choices)
      """,
    exitCodes: [
      (.success, "stopped by SIGINT or SIGTERM"), (.usage, ExitCode.usage.meaning),
      (.unreadableSheet, "the imported file, a record of it, or the catalogue is wrong"),
      (.noSuchFile, "the file to import, or the catalogue, cannot be read"),
      (.unreachable, "it cannot listen on the port"), (.inputOutput, "the database cannot be used"),
    ])

  /// The values of each choice, with their effects.
  private static let choices = Choices.all.map { choice in
    "\(choice.name)=\(choice.values)".padding(toLength: 39, withPad: " ", startingAt: 0) + choice.meaning
  }.joined(separator: "\n")

  @Option(help: "The address to listen on.")
  var host = "127.0.0.1"

  @Option(help: "The port; 0 lets the system pick a free one.")
  var port = 0

  @Option(help: ArgumentHelp("The SQLite file; without it a temporary one.", valueName: "path"))
  var database: String?

  @Option(
    help: ArgumentHelp("How many incidents to generate in an empty store. (default: 1000)", valueName: "n"))
  var incidents: Int?

  @Option(
    help: ArgumentHelp("How many interactions to generate in an empty store. (default: 1000)", valueName: "n")
  )
  var interactions: Int?

  @Option(
    help: ArgumentHelp(
      "How many records of another resource to generate, such as serviceRequests=5000. May be repeated. (default: 100 each)",
      valueName: "name=n"))
  var records: [String] = []

  @Option(help: ArgumentHelp("The seed of the generated records.", valueName: "s"))
  var seed: UInt64 = 1

  @Option(
    name: .customLong("import"),
    help: ArgumentHelp("A JSONL file of your own records, for an empty store.", valueName: "file"))
  var importFile: String?

  @Option(
    help: ArgumentHelp(
      "An overlay that 'bulkpatch resources --save' has written: serve the model of that site, with its own resources.",
      valueName: "file"))
  var catalogue: String?

  @Option(help: ArgumentHelp("Delay every answer, such as by 50ms or 1s.", valueName: "time"))
  var latency: Delay?

  @Option(
    help: ArgumentHelp(
      "Make requests fail, such as 'PATCH incidents rate=0.3 reset=after-commit'; see below. May be repeated.",
      valueName: "rule"))
  var fault: [String] = []

  @Option(help: ArgumentHelp("The longest request body, in bytes.", valueName: "bytes"))
  var bodyLimit = 32 << 20

  @Option(
    help: ArgumentHelp(
      "Decide a point that the real service leaves open; listed below. May be repeated.",
      valueName: "name=value"))
  var choice: [String] = []

  static func main() { Program.main(BulkpatchSandbox.self, Array(CommandLine.arguments.dropFirst())) }

  func validate() throws {
    guard (0...65_535).contains(port) else {
      throw ValidationError("--port must be from 0 to 65535, not \(port)")
    }
    guard incidents ?? 0 >= 0 else { throw ValidationError("--incidents must not be negative") }
    guard interactions ?? 0 >= 0 else { throw ValidationError("--interactions must not be negative") }
    guard bodyLimit > 0 else { throw ValidationError("--body-limit must be at least 1") }
  }

  func run() throws {
    do throws(SandboxError) {
      try SandboxServer.serve(settings()) { notice in
        Output.toStandardError("note: \(notice)\n")
      } ready: { url in
        // The sandbox keeps serving when its output is no longer read.
        let output = Output.standardOutput()
        output.write("\(url)\n")
        output.flush()
      }
    } catch {
      throw UserError(Self.exitCode(of: error), "\(error)", hint: error.hint)
    }
  }

  private func settings() throws(SandboxError) -> SandboxSettings {
    var settings = SandboxSettings()
    settings.host = host
    settings.port = port
    settings.database = database
    settings.incidents = incidents
    settings.interactions = interactions
    settings.seed = seed
    settings.importFile = importFile
    if let catalogue { try settings.readCatalogue(catalogue) }
    for text in records { try settings.generate(text) }
    settings.latency = latency?.duration ?? .zero
    settings.bodyLimit = bodyLimit
    let password = ProcessInfo.processInfo.environment["BULKPATCH_SANDBOX_PASSWORD"]
    if let password, !password.isEmpty { settings.password = password }
    for text in choice { try settings.choices.set(text) }
    for text in fault { settings.faults.append(try FaultRule(text, resources: settings.servedResources)) }
    return settings
  }

  private static func exitCode(of error: SandboxError) -> ExitCode {
    switch error {
    case .badChoice, .badFault, .badRecords: .usage
    case .badCatalogue, .badImport, .badRecord: .unreadableSheet
    case .unreadable: .noSuchFile
    case .cannotListen: .unreachable
    case .database: .inputOutput
    }
  }
}

/// A duration in the form of the command line: `50ms` or `1.5s`.
struct Delay: ExpressibleByArgument {
  var duration: Duration

  init?(argument: String) {
    guard let duration = Duration(delay: argument) else { return nil }
    self.duration = duration
  }
}
