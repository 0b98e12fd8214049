import JSON

/// A file of what a site adds to the catalogue, one entry a resource; written by `bulkpatch resources --save`.
///
/// Its JSON is sorted, so that the same site gives the same file:
///
///     {"overlay": 1, "resources": {"incidents": {"api": "b2c-service", "attributes": {"severity": {…}}, "absent": […]}}}
public struct Overlay: Sendable, Equatable {
  public var resources: [String: ResourceOverlay] = [:]

  /// The form that this version writes and reads.
  static let version: Int64 = 1

  public init() {}

  /// Reads a file.
  ///
  /// - Throws: `OverlayError` for what is no overlay.
  public init(parsing bytes: [UInt8]) throws(OverlayError) {
    let json: JSONValue
    do throws(JSONError) { json = try JSONValue(parsing: bytes) } catch {
      throw OverlayError(message: "not valid JSON: \(error)")
    }
    let file = try OverlayMembers(json, of: "")
    guard let version = file.json["overlay"]?.integer else {
      throw OverlayError(
        message: "is not an overlay",
        hint: "write one with 'bulkpatch resources NAME --site SITE --save FILE'")
    }
    guard version == Self.version else {
      throw OverlayError(
        message: "is an overlay of form \(version), and this version reads form \(Self.version)",
        hint: "save it again with this version")
    }
    try file.allow(["overlay", "resources"])
    for (name, value) in try file.object("resources") {
      guard let asked = ResourceName(name), asked.dialect == nil else {
        throw file.wrong("resources", "entries by the names of resources", name)
      }
      let members = try OverlayMembers(value, of: "resources.\(name)")
      let overlay = try ResourceOverlay(members)
      let meanings = asked.meanings()
      guard
        overlay.key != nil || meanings.isEmpty || meanings.contains(where: { $0.dialect == overlay.dialect })
      else { throw members.wrong("api", "the API that serves \(name)", overlay.dialect.rawValue) }
      if let key = overlay.key, let known = ResourceType.named(name, in: overlay.dialect)?.key, known != key {
        throw members.wrong("key", "\(known), as in the catalogue, or left out", key)
      }
      resources[name] = overlay
    }
  }

  /// The file's content.
  public var text: String {
    let entries = resources.sorted { $0.key < $1.key }.map { ($0.key, JSONValue.object($0.value.json)) }
    let file: JSONObject = [
      "overlay": .integer(Self.version), "resources": .object(JSONObject(entries)),
    ]
    return file.text(.indented(2)) + "\n"
  }
}

/// The reason a file is no overlay.
public struct OverlayError: Error, Sendable, Equatable {
  public var message: String
  public var hint: String?

  init(message: String, hint: String? = nil) {
    self.message = message.printable()
    self.hint = hint
  }
}

extension ResourceOverlay {
  /// Reads the text that a run keeps.
  ///
  /// - Throws: `OverlayError`.
  public init(parsing text: String) throws(OverlayError) {
    let json: JSONValue
    do throws(JSONError) { json = try JSONValue(parsing: text) } catch {
      throw OverlayError(message: "not valid JSON: \(error)")
    }
    try self.init(OverlayMembers(json, of: ""))
  }

  /// The text that a run keeps: equal overlays have equal texts.
  public var text: String { json.text() }

  fileprivate init(_ members: OverlayMembers) throws(OverlayError) {
    try members.allow(["api", "key", "attributes", "absent", "names"])
    let api = try members.text("api")
    guard let dialect = api.flatMap(Dialect.init) else {
      throw members.wrong("api", Dialect.allCases.map(\.rawValue).joined(separator: " or "), api)
    }
    self.init(dialect)
    key = try members.text("key")
    for (path, value) in try members.object("attributes") {
      guard path.isAttributePath else { throw members.wrong("attributes", "attributes by their paths", path) }
      attributes[path] = try SiteAttribute(OverlayMembers(value, of: members.place("attributes.\(path)")))
    }
    guard attributes.count <= SiteDescription.attributeLimit else {
      throw members.wrong("attributes", "at most \(SiteDescription.attributeLimit) attributes")
    }
    if let key {
      guard key.isAttributeName,
        attributes[key]?.type.map({ [.text, .code, .integer].contains($0.word) }) == true
      else { throw members.wrong("key", "one of the attributes, a text or a whole number", key) }
    }
    for value in try members.array("absent") {
      guard let path = value.string, path.isAttributePath else {
        throw members.wrong("absent", "a list of attributes and lists", value.text())
      }
      absent.insert(path)
    }
    for (name, value) in try members.object("names") {
      guard let spelling = value.string, spelling.isAttributeName else {
        throw members.wrong("names", "the site's spellings by the catalogue's names", name)
      }
      names[name] = spelling
    }
  }

  fileprivate var json: JSONObject {
    var json: JSONObject = ["api": .string(dialect.rawValue)]
    json["key"] = key.map(JSONValue.string)
    if !attributes.isEmpty {
      let entries = attributes.sorted { $0.key < $1.key }.map { ($0.key, JSONValue.object($0.value.json)) }
      json["attributes"] = .object(JSONObject(entries))
    }
    if !absent.isEmpty { json["absent"] = .array(absent.sorted().map(JSONValue.string)) }
    if !names.isEmpty {
      let entries = names.sorted { $0.key < $1.key }.map { ($0.key, JSONValue.string($0.value)) }
      json["names"] = .object(JSONObject(entries))
    }
    return json
  }
}
