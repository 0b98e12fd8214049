import Catalog
import Foundation
import JSON
import Testing

/// The field catalogue that was gathered from the API's pages and live metadata, beside this file.
struct ReferenceCatalogue {
  /// One attribute of the reference.
  struct Attribute: CustomTestStringConvertible {
    var path: String
    var facts: JSONObject

    var testDescription: String { path }
    var type: String { facts["type"]?.string ?? "" }
    var constraints: JSONObject { facts["constraints"]?.object ?? [:] }
  }

  let attributes: [Attribute]

  init(_ file: String) throws {
    let url = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Reference/\(file)")
    let root = try JSONValue(parsing: Array(Data(contentsOf: url)))
    attributes = (root["fields"]?.object ?? [:]).map {
      Attribute(path: $0.name, facts: $0.value.object ?? [:])
    }
  }
}

extension ResourceType {
  /// Every attribute by the reference's path, `list[].attribute` within a list.
  var fieldsByReferencePath: [String: Field] {
    let own = fields.map { ($0.path, $0) }
    let listed = lists.flatMap { list in list.fields.map { ("\(list.name)[].\($0.path)", $0) } }
    return Dictionary(uniqueKeysWithValues: own + listed)
  }
}
