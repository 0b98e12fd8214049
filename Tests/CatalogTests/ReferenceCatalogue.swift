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
    // One file has its attributes below a member of their own, the other beside its remarks.
    let fields = root["fields"]?.object ?? root.object ?? [:]
    attributes = fields.filter { !$0.name.hasPrefix("_") }.map {
      Attribute(path: $0.name, facts: $0.value.object ?? [:])
    }
  }
}

extension ResourceType {
  /// Every attribute by the reference's path, `list[].attribute` within a list.
  var fieldsByReferencePath: [String: Field] {
    let own = fields.map { ($0.path, $0) }
    return Dictionary(uniqueKeysWithValues: own + lists.flatMap { $0.fields(below: "") })
  }

  /// Every list by the reference's path, `list[].list` below another.
  var listsByReferencePath: [String: ChildList] {
    Dictionary(uniqueKeysWithValues: lists.flatMap { $0.lists(below: "") })
  }
}

extension ChildList {
  fileprivate func fields(below prefix: String) -> [(String, Field)] {
    fields.map { ("\(prefix)\(name)[].\($0.path)", $0) }
      + lists.flatMap { $0.fields(below: "\(prefix)\(name)[].") }
  }

  fileprivate func lists(below prefix: String) -> [(String, ChildList)] {
    [(prefix + name, self)] + lists.flatMap { $0.lists(below: "\(prefix)\(name)[].") }
  }
}
