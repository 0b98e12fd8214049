public import Catalog

/// Everything that can be set when a sandbox starts.
public struct SandboxSettings: Sendable {
  /// The address to listen on; the sandbox speaks plain HTTP and is meant for loopback.
  public var host = "127.0.0.1"
  /// The port; 0 lets the system pick a free one.
  public var port = 0
  /// The SQLite file; none means a temporary one, removed when the sandbox stops.
  public var database: String?
  /// How many incidents to generate in an empty store; none means 1000, or 0 when a file is imported.
  public var incidents: Int?
  /// How many interactions to generate in an empty store; none means 1000, or 0 when a file is imported.
  public var interactions: Int?
  /// How many records to generate in an empty store of each other kind of B2C Service; none means 100, or 0 when a
  /// file is imported.
  public var others: Int?
  /// The kinds of record there are; they are served as the catalogue describes them.
  public var resources = ResourceType.all
  /// What the generated records are derived from: the same seed gives the same records.
  public var seed: UInt64 = 1
  /// A JSONL file of records to import into an empty store.
  public var importFile: String?
  /// The user name of Basic authentication.
  public var user = "admin"
  /// The password of Basic authentication; also accepted as a `Bearer` and as a `Session` token.
  public var password = "sandbox"
  /// What the sandbox does where no source says what the real service does.
  public var choices = Choices()
  /// How long every answer is held back.
  public var latency: Duration = .zero
  /// What goes wrong with requests; drawn from `seed`.
  public var faults: [FaultRule] = []
  /// The longest request body that is read, in bytes.
  public var bodyLimit = 32 << 20

  /// The kinds of record as this site has them.
  var servedResources: [ResourceType] {
    resources.map { resource in
      var resource = resource
      if resource.name == ResourceType.interactions.name {
        resource.fields.removeAll { $0.path == choices.fusion.missingAttribute }
        if let name = choices.fusion.extraAttribute { resource.fields.append(Field(name, .code())) }
      }
      return resource
    }
  }

  /// The settings of a sandbox on loopback with a thousand generated incidents and as many interactions.
  public init() {}
}

/// Why a sandbox cannot start or had to stop.
public enum SandboxError: Error, Sendable, CustomStringConvertible {
  /// The address cannot be listened on.
  case cannotListen(host: String, port: Int, reason: String)
  /// The SQLite file cannot be opened, read or written.
  case database(path: String, reason: String)
  /// The file to import cannot be read.
  case unreadable(path: String, reason: String)
  /// The file to import is of a form that is not read, with what to do about it.
  case badImport(path: String, reason: String, hint: String)
  /// A line of the file to import is not a record this service could hold.
  case badRecord(path: String, line: Int, reason: String)
  /// A choice that is not of the form `name=value`, or not one of the known ones.
  case badChoice(text: String, reason: String)
  /// A fault rule that cannot be read, with what to write instead.
  case badFault(text: String, reason: String, hint: String)

  public var description: String {
    switch self {
    case .cannotListen(let host, let port, let reason): "\(host):\(port): cannot listen: \(reason)"
    case .database(let path, let reason): "\(path): \(reason)"
    case .unreadable(let path, let reason): "\(path): cannot be read: \(reason)"
    case .badImport(let path, let reason, _): "\(path): \(reason)"
    case .badRecord(let path, let line, let reason): "\(path):\(line): \(reason)"
    case .badChoice(let text, let reason): "choice '\(text)': \(reason)"
    case .badFault(let text, let reason, _): "fault '\(text)': \(reason)"
    }
  }

  /// What the user can do about it.
  public var hint: String {
    switch self {
    case .cannotListen: "choose another port, or --port 0 for a free one"
    case .database: "give a path in a folder you may write to, or omit --database"
    case .unreadable: "check the path and the permissions of the file"
    case .badRecord:
      #"write one JSON object per line, such as {"resource": "incidents", "id": 2, "subject": "…"}"#
    case .badChoice: "see the choices and their values in 'bulkpatch sandbox --help'"
    case .badImport(_, _, let hint), .badFault(_, _, let hint): hint
    }
  }
}
