import Catalog
import JSON
import Sandbox
import TestSupport
import Testing

extension Desk {
  static let fusion = "/crmRestApi/resources/11.13.18.05"
  static let interaction: Int64 = 300_100_095_824_217

  /// Records for most tests: the interaction of the page's example, and two more.
  static let interactions = #"""
    {"resource": "interactions", "InteractionId": 300100095824217, "Description": "Sent SrMessage", "ChannelId": 1, "StartTime": "2017-03-03T04:01:13-08:00", "CreationDate": "2017-03-03T04:01:13-08:00"}
    {"resource": "interactions", "InteractionId": 300100095824218, "InteractionNumber": "CALL-218", "Description": "Call back", "ChannelId": 2, "OwnerResourceId": 300100022000007, "StatusCd": "ACME_ON_HOLD", "interactionReferences": [{"ReferenceId": 300100077000001, "ObjectTypeCd": "SVC_SERVICE_REQUESTS", "ObjectId": 300100012345678, "ObjectNumber": "SR0000012345"}]}
    {"resource": "interactions", "InteractionId": 300100095824219, "Description": "It's 100 % done", "ChannelId": 3, "MediaItemId": "m-9", "EndTime": "2020-01-02T03:04:05Z", "smartActions": [{"UserActionId": 81, "ActiveFlag": true, "UserActionURLBinding": [{"URLBindingId": 82, "URLBindingName": "id", "Value": "SrId"}]}]}
    """#

  /// Runs the body against a fresh sandbox with this many generated interactions and no incidents.
  static func generated(
    _ interactions: Int, seed: UInt64 = 1, _ body: (Desk) async throws -> Void
  ) async throws {
    let folder = try TemporaryFolder()
    var settings = SandboxSettings()
    settings.database = folder.path("desk.sqlite")
    settings.incidents = 0
    settings.interactions = interactions
    settings.seed = seed
    try await open(settings, in: folder, body)
  }

  /// Runs the body against a sandbox whose catalogue has one more resource, with these records.
  static func serving(
    _ resource: ResourceType, _ records: String, _ body: (Desk) async throws -> Void
  ) async throws {
    let folder = try TemporaryFolder()
    var settings = SandboxSettings()
    settings.database = folder.path("desk.sqlite")
    settings.importFile = try folder.write("records.jsonl", records)
    settings.resources.append(resource)
    try await open(settings, in: folder, body)
  }

  /// Sends one request to the Fusion half; paths are below the version.
  func fusion(
    _ method: String, _ path: String, _ body: String? = nil, version: Int? = 4,
    headers: [String: String?] = [:], isEncoded: Bool = false
  ) async throws -> Reply {
    var headers = headers
    if let version { headers["REST-Framework-Version"] = "\(version)" }
    return try await send(method, "\(Self.fusion)\(path)", body, headers: headers, isEncoded: isEncoded)
  }

  func readFusion(_ path: String, version: Int? = 4, headers: [String: String?] = [:]) async throws -> Reply {
    try await fusion("GET", path, version: version, headers: headers)
  }

  /// Changes one interaction.
  func change(
    _ body: String, of id: Int64 = Desk.interaction, version: Int? = 4, headers: [String: String?] = [:]
  ) async throws -> Reply {
    try await fusion("PATCH", "/interactions/\(id)", body, version: version, headers: headers)
  }

  /// Sends a batch of these parts, each a JSON object.
  func batch(_ parts: [String], version: Int? = 4, headers: [String: String?] = [:]) async throws -> Reply {
    var headers = headers
    headers["Content-Type"] = "application/vnd.oracle.adf.batch+json"
    return try await fusion(
      "POST", "", "{\"parts\": [\(parts.joined(separator: ","))]}", version: version, headers: headers)
  }

  /// A part that changes one interaction.
  static func part(_ id: String, _ interaction: Int64, _ payload: String, _ more: String = "") -> String {
    #"{"id": "\#(id)", "path": "/interactions/\#(interaction)", "operation": "update", "payload": \#(payload)\#(more)}"#
  }
}

extension Reply {
  /// Type of the body without parameters and without the framework's prefix.
  var kind: String {
    (headers["content-type"] ?? "").split(separator: ";").first
      .map { String($0).replacing("application/vnd.oracle.adf.", with: "") } ?? ""
  }

  /// The details of an error payload.
  var details: [JSONValue] { json?["o:errorDetails"]?.array ?? [] }
  var faultCodes: [String] { details.compactMap { $0["o:errorCode"]?.string } }
  var faultPaths: [String] { details.compactMap { $0["o:errorPath"]?.string } }

  /// The ids of the interactions of a collection.
  var interactions: [Int64] { json?["items"]?.array?.compactMap { $0["InteractionId"]?.integer } ?? [] }

  /// The tag in the links of an item.
  var changeIndicator: String? {
    json?["links"]?.array?.first { $0["rel"] == "self" }?["properties"]?["changeIndicator"]?.string
  }

  func names() -> [String] { json?.object?.map(\.name) ?? [] }
}
