import Foundation
import GRDB
import TestSupport
import Testing

/// A service desk for one test: a sandbox, a user who can log in, and a folder for sheets and jobs.
struct Desk {
  /// A change to the desk's records that the sandbox applied or refused.
  struct Request: Equatable {
    var path: String
    var body: String
    var status: Int
    var isCommitted: Bool
    var recordID: Int64
    var suppressed: String?
  }

  /// Nothing has been run here yet.
  struct NoRun: Error {}

  let folder: TemporaryFolder
  let sandbox: SandboxProcess
  let bulkpatch: BinaryRunner

  var url: String { sandbox.url }
  /// The state folder.
  var stateFolder: String { folder.path("state/bulkpatch") }

  /// The sandbox's own file.
  var database: String { folder.path("desk.sqlite") }

  /// - Parameters:
  ///   - records: the lines of a JSONL file to import; generated incidents when there are none.
  ///   - options: more of the sandbox's options.
  init(incidents: Int = 40, records: [String] = [], _ options: String...) throws {
    try self.init(incidents: incidents, records: records, options: options)
  }

  init(incidents: Int = 40, records: [String] = [], options: [String]) throws {
    folder = try TemporaryFolder()
    bulkpatch = BinaryRunner(
      in: folder,
      environment: [
        "BULKPATCH_USER": "admin", "BULKPATCH_PASSWORD": "sandbox", "XDG_STATE_HOME": folder.path("state"),
      ])
    var arguments = ["--database", folder.path("desk.sqlite")] + options
    // Generating as many as the default takes longer than most tests.
    if !options.contains("--interactions") { arguments += ["--interactions", "0"] }
    if records.isEmpty {
      arguments += ["--incidents", "\(incidents)"]
    } else {
      arguments += [
        "--import", try folder.write("records.jsonl", records.map { $0 + "\n" }.joined()), "--incidents", "0",
      ]
    }
    sandbox = try SandboxProcess(bulkpatch, arguments)
  }

  /// The user's own list of sites.
  private static let sitesFile = "home/.config/bulkpatch/sites.yaml"

  /// The arguments that run a sheet of incidents against this desk: by its name, if `writeSites` gave it one.
  func run(_ sheet: String, _ options: String...) -> [String] {
    let site = FileManager.default.fileExists(atPath: folder.path(Self.sitesFile)) ? "incidents" : url
    return ["run", sheet, "--resource", "incidents", "--site", site] + options
  }

  /// Calls the tool and requires an exit code.
  @discardableResult
  func call(
    _ arguments: [String], exits code: Int32, standardInput: String = "", confirms: Bool = true,
    location: SourceLocation = #_sourceLocation
  ) throws -> BinaryRunner.Result {
    let result = try bulkpatch.run(arguments, standardInput: standardInput, confirms: confirms)
    #expect(
      result.exitCode == code, "\(result.standardError)\(result.standardOutput)", sourceLocation: location)
    return result
  }

  /// Every requested change, in the order in which it was applied.
  func changes() throws -> [Request] {
    try read(database) { database in
      try Row.fetchAll(
        database,
        sql: "SELECT * FROM request_log WHERE method <> 'GET' ORDER BY sequence"
      ).map { row in
        Request(
          path: String((row["path"] as String).trimmingPrefix("/services/rest/connect/v1.4/")),
          body: row["body"] ?? "", status: row["status"], isCommitted: row["committed"],
          recordID: row["record_id"] ?? 0, suppressed: row["suppress"])
      }
    }
  }

  /// The number of requests answered with each HTTP status.
  func answers() throws -> [String: Int] {
    try read(database) { database in
      let rows = try Row.fetchAll(
        database,
        sql: "SELECT CAST(status AS TEXT) AS status, count(*) AS count FROM request_log GROUP BY status")
      return Dictionary(uniqueKeysWithValues: rows.map { ($0["status"] as String, $0["count"] as Int) })
    }
  }

  /// The number of requests struck by a requested fault.
  func faults() throws -> Int {
    try read(database) { database in
      try Int.fetchOne(
        database, sql: "SELECT count(*) FROM request_log WHERE fault IS NOT NULL AND part IS NULL") ?? 0
    }
  }

  /// The texts of the threads of each matching incident, in the order they were written.
  func threads(where isMeant: (String) -> Bool) throws -> [Int64: [String]] {
    try read(database) { database in
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT parent, document ->> '$.text' AS text FROM b2c_row WHERE entity = 'incidents.threads' ORDER BY id
          """)
      return rows.reduce(into: [:]) {
        let text: String = $1["text"]
        if isMeant(text) { $0[$1["parent"], default: []].append(text) }
      }
    }
  }

  /// Everything the desk knows, a line a fact, such as `incident 67 subject: "…"`; sorted.
  func facts() throws -> Set<String> {
    try read(database) { database in
      var facts: Set<String> = []
      for row in try Row.fetchAll(database, sql: "SELECT entity, id, parent, name, document FROM b2c_row") {
        // `incident 2`, `thread 7`
        let kind = (row["entity"] as String).split(separator: ".").last?.dropLast() ?? ""
        let name = "\(kind) \(row["id"] as Int64)"
        for column in ["parent", "name"] {
          if let value = row[column] { facts.insert("\(name) \(column): \(value)") }
        }
        let document = Data((row["document"] as String).utf8)
        let members = try JSONSerialization.jsonObject(with: document) as? [String: Any]
        for (key, value) in members ?? [:] where !(value is NSNull) {
          for value in value as? [Any] ?? [value] {
            // The members of a dictionary have no order of their own.
            let members = (value as? [String: Any])?.sorted { $0.key < $1.key }
            facts.insert("\(name) \(key): \(members.map { "\($0)" } ?? "\(value)")")
          }
        }
      }
      return facts
    }
  }

  /// A file of the newest run's folder.
  ///
  /// - Throws: `NoRun`.
  func runPath(_ name: String) throws -> String {
    guard let folder = try runFolders().last else { throw NoRun() }
    return "\(folder)/\(name)"
  }

  /// The folders of the runs, the oldest first.
  func runFolders() throws -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: stateFolder)) ?? []
    return names.sorted().filter { !["locks", "names"].contains($0) }.map { "\(stateFolder)/\($0)" }
  }

  func runText(_ name: String) throws -> String {
    try String(contentsOfFile: runPath(name), encoding: .utf8)
  }

  /// The state of every row of the newest run, by number.
  func states() throws -> [Int: String] {
    try read(runPath("run.sqlite")) { database in
      let rows = try Row.fetchAll(database, sql: "SELECT number, state FROM row")
      return Dictionary(uniqueKeysWithValues: rows.map { ($0["number"] as Int, $0["state"] as String) })
    }
  }

  /// The number of rows of the newest run in each state.
  func counts() throws -> [String: Int] { try states().values.reduce(into: [:]) { $0[$1, default: 0] += 1 } }

  /// Reads a database of the desk or of a run.
  func read<Value>(_ path: String, _ body: (Database) throws -> Value) throws -> Value {
    // SQLite would create the file of a run that is just being made, and mistake its log for a stale one.
    guard FileManager.default.fileExists(atPath: path) else { throw CocoaError(.fileNoSuchFile) }
    var configuration = Configuration()
    configuration.busyMode = .timeout(10)
    return try DatabaseQueue(path: path, configuration: configuration).read(body)
  }

  /// Changes a run's database to a state that is hard to bring about otherwise.
  func change(_ path: String, _ sql: String) throws {
    try DatabaseQueue(path: path).write { try $0.execute(sql: sql) }
  }
}

extension Desk {
  /// Writes the user's own `sites.yaml`: a site of each kind, named after the resource that it serves.
  ///
  /// - Parameters:
  ///   - url: in place of the desk's own, such as that of a gateway before it.
  ///   - request: the time after which a request is given up; a note is not sent again before that time and
  ///     `settle` are over.
  ///   - password: the source of the password.
  func writeSites(
    at url: String? = nil, request: String = "2s", password: String = "{env: BULKPATCH_PASSWORD}"
  ) throws {
    let sites = [("incidents", "b2c-service"), ("interactions", "fusion-cx")].map { name, kind in
      """
      \(name):
        kind: \(kind)
        url: \(url ?? self.url)
        auth: {basic: {user: admin, password: \(password)}}
        timeouts: {connect: 5s, request: \(request)}

      """
    }
    try folder.write(Self.sitesFile, sites.joined())
  }

  /// Starts the tool so that no signal comes too early: one that comes while the program is being loaded
  /// would end it.
  func startDeaf(_ arguments: [String]) throws -> RunningBinary {
    // Inherited by what is started.
    signal(SIGUSR1, SIG_IGN)
    return try bulkpatch.start(arguments)
  }

  /// Calls the tool on a terminal and waits for its question.
  func ask(_ arguments: [String]) throws -> TerminalSession {
    let terminal = try bulkpatch.startOnTerminal(arguments)
    let deadline = Date(timeIntervalSinceNow: bulkpatch.timeout)
    while !terminal.text.contains("[y/N]") {
      try #require(terminal.isRunning && Date() < deadline, "\(terminal.text)")
      usleep(10_000)
    }
    return terminal
  }

  /// Waits until something is the case while the tool works.
  ///
  /// - Throws: `BinaryRunner.Failure.timedOut`, at once when the process ends without it.
  func wait(
    for running: RunningBinary, until isSo: () throws -> Bool
  ) throws {
    let deadline = Date(timeIntervalSinceNow: bulkpatch.timeout)
    while !((try? isSo()) ?? false) {
      guard running.isRunning else {
        throw BinaryRunner.Failure.ended(standardError: running.standardError)
      }
      guard Date() < deadline else {
        throw BinaryRunner.Failure.timedOut(
          after: bulkpatch.timeout, command: "", standardError: running.standardError)
      }
      usleep(10_000)
    }
  }

  /// Writes a sheet of plain changes: row n sets the subject of an incident to `row n`.
  func writeSheet(_ name: String = "sheet.csv", rows: Int, incidents: Int) throws {
    let lines = (1...rows).map { "\(($0 - 1) % incidents + 1),row \($0)\n" }
    try folder.write(name, "id,subject\n" + lines.joined())
  }

  /// Starts to stage a slow sheet, and returns while that continues.
  func startStaging(_ options: String...) throws -> RunningBinary {
    // The rules have to determine such an id again for each row.
    try folder.write("sheet.csv", "id,subject\n" + (1...80_000).map { "00\($0),row \($0)\n" }.joined())
    let running = try bulkpatch.start(run("sheet.csv") + options)
    // Rows come in a file of their own, which replaces the one that is there already.
    try wait(for: running) {
      try ["run.sqlite", ".run.sqlite.new"].allSatisfy {
        FileManager.default.fileExists(atPath: try runPath($0))
      }
    }
    return running
  }
}
