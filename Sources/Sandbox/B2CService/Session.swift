import Catalog
import GRDB
import JSON

/// What the work on one request can reach: the store in its transaction, the site, and the request itself.
struct Session {
  let directory: Directory
  let choices: Choices
  let request: Exchange
  let links: Links

  var database: Database { directory.database }
  var model: B2CModel { directory.model }
  var vocabulary: Vocabulary { directory.vocabulary }

  /// The account that the API user is.
  var account: Int64 { 1 }

  /// The stored value of a menu, as it is written out: id and label inline, and the path above it in a tree.
  func menu(_ id: Int64, _ setName: String, isHierarchical: Bool = false) -> JSONValue {
    let set = vocabulary[setName]
    var object: JSONObject = [
      "id": .integer(id), "lookupName": set[id].map { .string($0.name) } ?? .null,
    ]
    if isHierarchical, let value = set[id] {
      object["parents"] = .array(
        set.ancestors(of: value).map { ["id": .integer($0.id), "lookupName": .string($0.name)] })
    }
    return .object(object)
  }

  /// A stored value as the wire has it.
  func written(_ stored: JSONValue?, _ attribute: Attribute) -> JSONValue {
    guard let stored, !stored.isNull else { return .null }
    switch attribute.field.kind {
    case .reference(let target, _): return stored.integer.map { links.reference(to: target, $0) } ?? .null
    case .menu(_, let isHierarchical):
      guard let id = stored.integer, let set = attribute.set else { return .null }
      return menu(id, set, isHierarchical: isHierarchical)
    default: return stored
    }
  }

  /// The refusal of an id that does not exist.
  func noSuch(_ label: String, _ id: Int64) -> Refusal {
    Refusal(404, code: choices.unknownIDCode, "Invalid ID: No such \(label) with ID = \(id)")
  }

  /// The record of that id.
  ///
  /// - Throws: `Refusal` with status 404 when there is none.
  func record(_ kind: RecordKind, _ id: Int64) throws -> RecordRow {
    guard let record = try directory.record(id, of: kind) else { throw noSuch(kind.label, id) }
    return record
  }

  /// The one object of the request's body; an array of exactly one object counts as that object, as on a live site.
  func body() throws(Refusal) -> JSONObject {
    guard let json = request.json else { throw Refusal(.missingBody, "The request has no body") }
    switch json {
    case .failure(let error): throw Refusal(.malformedJSON, "Malformed JSON: \(error)")
    case .success(.object(let object)): return object
    case .success(.array(let elements)):
      guard elements.count == 1, let object = elements[0].object else {
        throw Refusal(.malformedJSON, "The body must be one object, or an array of one object")
      }
      return object
    case .success(let other):
      throw Refusal(.malformedJSON, "The body must be a JSON object, not a \(other.kind)")
    }
  }
}
