import Catalog
import JSON

extension Session {
  /// `GET /metadata-catalog`, and the schema of one resource or of a part of it (API reference 1, 5).
  ///
  /// With `Accept: application/schema+json` a resource answers its schema, otherwise links to it.
  func metadata(_ steps: [String]) throws -> Answer {
    let names = ["incidents"] + vocabulary.collections
    guard let resource = steps.first else {
      return .json([
        "items": .array(
          names.map { name in
            [
              "name": .string(name),
              "links": [links.link("canonical", "metadata-catalog/\(name)"), links.describedBy(name)],
            ]
          }),
        "links": [links.link("self", "metadata-catalog"), links.link("canonical", "metadata-catalog")],
      ])
    }
    guard names.contains(resource) else { throw Refusal.unknownProperty(resource).notFound }
    let place = "metadata-catalog/\(steps.joined(separator: "/"))"
    let wantsSchema = request.headers["accept"]?.contains("application/schema+json") == true
    guard wantsSchema || steps.count > 1 else {
      return .json(["name": .string(resource), "links": links.own(place, of: resource)])
    }
    var answer = Answer.json([
      "$schema": "http://json-schema.org/draft-04/schema#", "name": .string(steps.joined(separator: ".")),
      "type": "object",
      "definitions": [
        "singularResource": ["type": "object", "properties": .object(try properties(steps))]
      ],
      "links": links.own(place, of: resource),
    ])
    answer.mediaType = "application/schema+json"
    return answer
  }

  private func properties(_ steps: [String]) throws(Refusal) -> JSONObject {
    guard steps[0] == "incidents" else {
      return Self.schema(AttributeTree(Directory.fields(of: steps[0])), links)
    }
    var tree = AttributeTree.incident
    for step in steps.dropFirst() {
      switch tree[step] {
      case .branch(let inner): tree = inner
      case .list(let list): tree = AttributeTree(list.fields)
      default: throw Refusal.unknownProperty(step).notFound
      }
    }
    return Self.schema(tree, links)
  }

  private static func schema(_ tree: AttributeTree, _ links: Links) -> JSONObject {
    var properties = JSONObject()
    for name in tree.names {
      switch tree[name] {
      case .value(let field): properties[name] = .object(schema(field, name, links))
      case .branch(let inner):
        properties[name] = ["type": "object", "properties": .object(schema(inner, links))]
      case .list(let list):
        let items: JSONValue =
          if case .reference(let target) = list.element {
            ["$ref": .string(links.url("metadata-catalog/\(target)"))]
          } else {
            ["type": "object", "properties": .object(schema(AttributeTree(list.fields), links))]
          }
        properties[name] = [
          "type": "array", "label": .string(name), "readOnly": .bool(list.operations.isEmpty),
          "isAvailableForPATCH": .bool(!list.operations.isEmpty), "items": items,
        ]
      case nil: break
      }
    }
    return properties
  }

  private static func schema(_ field: Field, _ name: String, _ links: Links) -> JSONObject {
    var schema: JSONObject = [
      "type": .array([.string(type(field.kind)), "null"]), "label": .string(name),
      "readOnly": .bool(field.access == .readOnly), "isAvailableForPATCH": .bool(field.access == .writable),
      "isEnumerable": false, "isMenu": false,
    ]
    if field.nullability == .notNull { schema["type"] = .string(type(field.kind)) }
    switch field.kind {
    case .string(let maximumLength, let pattern):
      schema["maxLength"] = maximumLength.map { .integer(Int64($0)) }
      schema["pattern"] = pattern.map { .string($0) }
    case .integer(let minimum, let maximum):
      schema["minimum"] = .integer(minimum)
      schema["maximum"] = .integer(maximum)
    case .date: schema["minimumDate"] = "1970-01-02"
    case .dateTime: schema["minimumDateTime"] = "1970-01-02T00:00:00Z"
    case .menu:
      schema["isEnumerable"] = true
      schema["isMenu"] = true
    case .reference(let target, _): schema["$ref"] = .string(links.url("metadata-catalog/\(target)"))
    case .code: schema["maxLength"] = .integer(Int64(Field.Kind.maximumCodeLength))
    case .boolean, .base64, .menuPath: break
    }
    return schema
  }

  private static func type(_ kind: Field.Kind) -> String {
    switch kind {
    case .integer: "integer"
    case .boolean: "boolean"
    case .menu, .reference: "object"
    case .menuPath: "array"
    case .string, .date, .dateTime, .base64, .code: "string"
    }
  }
}
