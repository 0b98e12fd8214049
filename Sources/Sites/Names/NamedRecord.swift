public import Catalog
public import JSON

/// One value that a site has for a menu, a reference or a lookup.
public struct NamedRecord: Sendable, Hashable {
  /// The id that a patch takes; `nil` for a lookup.
  public var id: Int64?
  /// The code that a patch takes, of a lookup.
  public var code: String?
  public var name: String
  /// What tells it from others of its name, such as the team of a person.
  public var details: [String]

  public init(id: Int64? = nil, code: String? = nil, name: String, details: [String] = []) {
    self.id = id
    self.code = code
    self.name = name
    self.details = details
  }

  /// The id or code as a sheet writes it.
  public var word: String { id.map { String($0) } ?? code ?? name }
}

extension NamedRecord {
  /// The form of files and of programs.
  public var json: JSONValue {
    var json: JSONObject = [:]
    json["id"] = id.map(JSONValue.integer)
    json["code"] = code.map(JSONValue.string)
    json["name"] = .string(name)
    if !details.isEmpty { json["details"] = .array(details.map(JSONValue.string)) }
    return .object(json)
  }
}

extension SiteConnection {
  public func values(
    of source: NameSource, containing part: String?, after id: Int64?, limit: Int
  ) -> (Exchange, [NamedRecord]) { (.namesUnknown, []) }

  public func records(named names: [String], in collection: String) -> (Exchange, [NamedRecord]) {
    (.namesUnknown, [])
  }

  public func detailed(_ records: [NamedRecord], in source: NameSource) -> (Exchange, [NamedRecord]) {
    (Exchange(outcome: .applied), records)
  }
}

extension Exchange {
  /// The exchange of a connection that knows no names.
  static let namesUnknown = refused("no-names", "this connection cannot be asked for names")
}
