import Catalog
import GRDB
import JSON

/// What the work on one request can reach: the store in its transaction, the site, and the request itself.
struct Session {
  let directory: Directory
  let choices: Choices
  let request: Exchange
  let templates: RecordTemplates
  let links: Links

  var database: Database { directory.database }
  var model: B2CModel { directory.model }
  var vocabulary: Vocabulary { directory.vocabulary }

  /// The account that the API user is.
  var account: Int64 { 1 }

  var writer: ValueWriter { ValueWriter(vocabulary: vocabulary, links: links) }

  /// A stored value as the wire has it.
  func written(_ stored: JSONValue?, _ attribute: Attribute) -> JSONValue {
    writer.written(stored, attribute)
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
