import Foundation
import GRDB
import JSON
import Sandbox
import TestSupport

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// A sandbox of one test's own, and a client of it that this project did not write: Foundation's.
final class Desk: Sendable {
  let server: SandboxServer
  let folder: TemporaryFolder
  private let session = URLSession(configuration: .ephemeral)

  private init(_ server: SandboxServer, _ folder: TemporaryFolder) {
    self.server = server
    self.folder = folder
  }

  var database: String { folder.path("desk.sqlite") }

  /// Runs the body against a fresh sandbox that holds these JSONL records, or this many generated incidents.
  static func open(
    _ records: String? = nil, incidents: Int? = nil, choices: [String] = [],
    seed: UInt64 = 1, bodyLimit: Int = 32 << 20, _ body: (Desk) async throws -> Void
  ) async throws {
    let folder = try TemporaryFolder()
    try await open(
      in: folder, records, incidents: incidents, choices: choices, seed: seed, bodyLimit: bodyLimit, body)
  }

  /// The same on a database that may have been used before.
  static func open(
    in folder: TemporaryFolder, _ records: String? = nil, incidents: Int? = nil, choices: [String] = [],
    seed: UInt64 = 1, bodyLimit: Int = 32 << 20, _ body: (Desk) async throws -> Void
  ) async throws {
    var settings = SandboxSettings()
    settings.database = folder.path("desk.sqlite")
    settings.incidents = incidents
    settings.interactions = 0
    if let records { settings.importFile = try folder.write("records.jsonl", records) }
    for choice in choices { try settings.choices.set(choice) }
    settings.seed = seed
    settings.bodyLimit = bodyLimit
    try await open(settings, in: folder, body)
  }

  /// Runs the body against a sandbox with these settings.
  static func open(
    _ settings: SandboxSettings, in folder: TemporaryFolder, _ body: (Desk) async throws -> Void
  ) async throws {
    let desk = Desk(try await SandboxServer.start(settings), folder)
    do {
      try await body(desk)
    } catch {
      await desk.close()
      throw error
    }
    await desk.close()
  }

  private func close() async {
    session.invalidateAndCancel()
    await server.stop()
  }

  static let headers = [
    "Authorization": "Basic YWRtaW46c2FuZGJveA==", "OSvC-CREST-Application-Context": "tests",
  ]

  /// Sends one request; paths are below the version unless they begin with a slash, and may hold blanks.
  func send(
    _ method: String, _ path: String, _ body: String? = nil, headers: [String: String?] = [:],
    isEncoded: Bool = false
  ) async throws -> Reply {
    let full = path.hasPrefix("/") ? path : "/services/rest/connect/v1.4/\(path)"
    guard
      let encoded = isEncoded ? full : full.addingPercentEncoding(withAllowedCharacters: .urlQueryAllowed),
      let url = URL(string: server.baseURL + encoded)
    else { throw URLError(.badURL) }
    // Foundation on Linux never returns from a 401 that names a scheme.
    if headers.keys.contains("Authorization") {
      var fields = Self.headers
      for (name, value) in headers { fields[name] = value }
      return try await WireClient.send(method, encoded, fields, to: server.baseURL)
    }
    var request = URLRequest(url: url)
    request.httpMethod = method
    for (name, value) in Self.headers { request.setValue(value, forHTTPHeaderField: name) }
    if let body {
      request.httpBody = Data(body.utf8)
      request.setValue("application/json", forHTTPHeaderField: "Content-Type")
    }
    for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
    let (data, response) = try await session.data(for: request)
    guard let response = response as? HTTPURLResponse else { throw URLError(.badServerResponse) }
    var fields: [String: String] = [:]
    for (name, value) in response.allHeaderFields { fields["\(name)".lowercased()] = "\(value)" }
    return Reply(status: response.statusCode, headers: fields, body: Array(data))
  }

  func get(_ path: String, headers: [String: String?] = [:]) async throws -> Reply {
    try await send("GET", path, headers: headers)
  }

  func patch(_ path: String, _ body: String) async throws -> Reply { try await send("PATCH", path, body) }

  /// The rows of a ROQL query.
  func rows(_ query: String) async throws -> JSONValue? {
    try await get("queryResults?query=\(query)").json?["items"]?.array?.first?["rows"]
  }

  /// Reads the store beside the server, as the documentation allows for tests.
  func stored<Value: DatabaseValueConvertible>(_ sql: String) throws -> [Value] {
    try DatabaseQueue(path: database).read { try Value.fetchAll($0, sql: sql) }
  }
}

/// The answer to a request.
struct Reply {
  var status: Int
  /// Names in lower case.
  var headers: [String: String]
  var body: [UInt8]

  var text: String { String(decoding: body, as: UTF8.self) }
  var json: JSONValue? { try? JSONValue(parsing: body) }
  var code: String? { json?["o:errorCode"]?.string }
  var detail: String? { json?["detail"]?.string }

  /// The value at a path of member names.
  func value(_ path: String) -> JSONValue? { json?.object?.value(at: path.split(separator: ".")) }
}

extension JSONValue {
  /// The id that a links-only reference points to.
  var referencedID: Int64? {
    guard case .object(let object) = self, object.count == 1,
      let canonical = object["links"]?.array?.first(where: { $0["rel"] == "canonical" }),
      let href = canonical["href"]?.string
    else { return nil }
    return href.split(separator: "/").last.flatMap { Int64($0) }
  }
}
