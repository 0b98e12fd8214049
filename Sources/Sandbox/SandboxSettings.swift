public import Catalog

/// The settings of a sandbox at its start.
public struct SandboxSettings: Sendable {
  /// The address to listen on; the sandbox speaks plain HTTP and is meant for loopback.
  public var host = "127.0.0.1"
  /// The port; 0 lets the system pick a free one.
  public var port = 0
  /// The SQLite file; without one, a temporary file that is removed when the sandbox stops.
  public var database: String?
  /// The number of incidents to generate in an empty store; by default 1000, or 0 when a file is imported.
  public var incidents: Int?
  /// The number of interactions to generate in an empty store; by default 1000, or 0 when a file is imported.
  public var interactions: Int?
  /// The number of records to generate in an empty store of each other resource; by default 100, or 0 when a file is
  /// imported.
  public var others: Int?
  /// The same for single resources, by API and name: `fusion-cx/contacts`.
  public var records: [String: Int] = [:]
  /// The kinds of record, which are served as the catalogue describes them.
  public var resources = ResourceType.all
  /// What a site adds to the catalogue, so that this one has its model.
  public var catalogue: Overlay?
  /// The seed of the generated records: the same seed gives the same records.
  public var seed: UInt64 = 1
  /// A JSONL file of records to import into an empty store.
  public var importFile: String?
  /// The user name of Basic authentication.
  public var user = "admin"
  /// The password of Basic authentication; also accepted as a `Bearer` and as a `Session` token.
  public var password = "sandbox"
  /// The behaviour where no source documents the real service's.
  public var choices = Choices()
  /// The delay of every answer.
  public var latency: Duration = .zero
  /// The faults of requests, drawn from `seed`.
  public var faults: [FaultRule] = []
  /// The size of the longest request body that is read, in bytes.
  public var bodyLimit = 32 << 20

  /// The settings of a sandbox on loopback with a thousand generated incidents and as many interactions.
  public init() {}
}

/// The reason a sandbox cannot start or had to stop.
public enum SandboxError: Error, Sendable, CustomStringConvertible {
  /// The sandbox cannot listen on the address.
  case cannotListen(host: String, port: Int, reason: String)
  /// The SQLite file cannot be opened, read or written.
  case database(path: String, reason: String)
  /// The file to import cannot be read.
  case unreadable(path: String, reason: String)
  /// The file to import has an unsupported format; the hint says what to do.
  case badImport(path: String, reason: String, hint: String)
  /// The file that was to describe a site is not an overlay.
  case badCatalogue(path: String, reason: String, hint: String)
  /// A line of the file to import is not a record that this service could hold.
  case badRecord(path: String, line: Int, reason: String)
  /// The number of records to generate cannot be read; the hint says what to write instead.
  case badRecords(text: String, reason: String, hint: String)
  /// A choice does not have the form `name=value`, or is unknown.
  case badChoice(text: String, reason: String)
  /// A fault rule cannot be read; the hint says what to write instead.
  case badFault(text: String, reason: String, hint: String)

  public var description: String {
    switch self {
    case .cannotListen(let host, let port, let reason): "\(host):\(port): cannot listen: \(reason)"
    case .database(let path, let reason): "\(path): \(reason)"
    case .unreadable(let path, let reason): "\(path): cannot be read: \(reason)"
    case .badImport(let path, let reason, _): "\(path): \(reason)"
    case .badCatalogue(let path, let reason, _): "\(path): \(reason)"
    case .badRecord(let path, let line, let reason): "\(path):\(line): \(reason)"
    case .badRecords(let text, let reason, _): "records '\(text)': \(reason)"
    case .badChoice(let text, let reason): "choice '\(text)': \(reason)"
    case .badFault(let text, let reason, _): "fault '\(text)': \(reason)"
    }
  }

  /// Advice for the user.
  public var hint: String {
    switch self {
    case .cannotListen: "choose another port, or --port 0 for a free one"
    case .database: "give a path in a folder you may write to, or omit --database"
    case .unreadable: "check the path and the permissions of the file"
    case .badRecord:
      #"write one JSON object per line, such as {"resource": "incidents", "id": 2, "subject": "…"}"#
    case .badChoice: "see the choices and their values in 'bulkpatch sandbox --help'"
    case .badCatalogue(_, _, let hint), .badImport(_, _, let hint), .badFault(_, _, let hint),
      .badRecords(_, _, let hint):
      hint
    }
  }
}
