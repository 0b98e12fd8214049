import Catalog
import GRDB
import JSON

/// The context of one request: the store in its transaction, the site, and the request itself.
struct Session {
  let service: B2CService
  let database: Database
  let request: Exchange
  let links: Links

  var choices: Choices { service.choices }
  var model: B2CModel { service.model }
  var vocabulary: Vocabulary { service.vocabulary }
  var directory: Directory { Directory(database: database, model: model, vocabulary: vocabulary) }

  /// The account of the API user.
  var account: Int64 { 1 }

  var writer: ValueWriter { ValueWriter(vocabulary: vocabulary, links: links) }

  /// A stored value in its form on the wire.
  func written(_ stored: JSONValue?, _ attribute: Attribute) -> JSONValue {
    writer.written(stored, attribute)
  }

  /// The refusal of an unknown id.
  func noSuch(_ label: String, _ id: Int64) -> Refusal {
    Refusal(404, code: choices.unknownIDCode, "Invalid ID: No such \(label) with ID = \(id)")
  }

  /// Returns the record with that id.
  ///
  /// - Throws: `Refusal` with status 404 if it does not exist.
  func record(_ kind: RecordKind, _ id: Int64) throws -> RecordRow {
    guard let record = try directory.record(id, of: kind) else { throw noSuch(kind.label, id) }
    return record
  }

  /// The one object of the request's body; an array of exactly one object counts as that object, as on live sites.
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
