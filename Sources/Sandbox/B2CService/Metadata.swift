import Catalog
import JSON

extension Session {
  /// `GET /metadata-catalog`, and the schema of a resource or of a part of it (API reference 1, 5).
  ///
  /// With `Accept: application/schema+json` a resource answers its schema, otherwise links to it.
  func metadata(_ steps: [String]) throws -> Answer {
    let names = model.kinds.map(\.name)
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
    var answer = Answer.json(try schema(of: steps, at: place))
    answer.mediaType = "application/schema+json"
    return answer
  }

  /// The schema of a resource, with its record among the definitions, or the plain schema of a part of it (API
  /// reference 15).
  private func schema(of steps: [String], at place: String) throws(Refusal) -> JSONObject {
    let properties = try properties(steps)
    guard steps.count == 1 else { return ["properties": .object(properties)] }
    return [
      "$schema": "http://json-schema.org/draft-04/schema#", "title": .string(steps[0]), "type": "object",
      "properties": ["items": ["type": "array", "items": ["$ref": "#/definitions/singularResource"]]],
      "definitions": ["singularResource": ["type": "object", "properties": .object(properties)]],
      "links": links.own(place, of: steps[0]),
    ]
  }

  private func properties(_ steps: [String]) throws(Refusal) -> JSONObject {
    guard var tree = model[steps[0]]?.tree else { throw Refusal.unknownProperty(steps[0]).notFound }
    for step in steps.dropFirst() {
      switch tree[step] {
      case .branch(let inner): tree = inner
      case .list(let list): tree = list.tree
      default: throw Refusal.unknownProperty(step).notFound
      }
    }
    return schema(tree, at: "metadata-catalog/\(steps.joined(separator: "/"))")
  }

  private func schema(_ tree: AttributeTree, at place: String) -> JSONObject {
    var properties = JSONObject()
    for name in tree.names {
      switch tree[name] {
      case .value(let attribute):
        properties[name] = .object(Self.schema(attribute.field, attribute.title, links))
      case .branch(let inner):
        // A sub-object accepts what its parts accept.
        properties[name] = [
          "$ref": .string(links.url("\(place)/\(name)")), "label": .string(name),
          "readOnly": .bool(inner.attributes.allSatisfy { $0.field.access == .readOnly }),
          "isAvailableForPOST": .bool(inner.attributes.contains { $0.field.access != .readOnly }),
          "isAvailableForPATCH": .bool(inner.attributes.contains { $0.field.access == .writable }),
          "isEnumerable": false, "isMenu": false, "isDeprecated": false,
        ]
      case .list(let list):
        var target = "\(place)/\(name)"
        if let kind = list.target { target = "metadata-catalog/\(kind)" }
        properties[name] = [
          "type": "array", "label": .string(name), "readOnly": .bool(list.list.operations.isEmpty),
          "isAvailableForPOST": .bool(!list.list.operations.isEmpty),
          "isAvailableForPATCH": .bool(!list.list.operations.isEmpty), "isDeprecated": false,
          "items": ["$ref": .string(links.url(target))],
        ]
      case nil: break
      }
    }
    return properties
  }

  private static func schema(_ field: Field, _ title: String, _ links: Links) -> JSONObject {
    var schema: JSONObject = [
      "type": .array([.string(type(field.kind)), "null"]), "label": .string(title),
      "readOnly": .bool(field.access == .readOnly),
      "isAvailableForPOST": .bool([.writable, .createOnly].contains(field.access)),
      "isAvailableForPATCH": .bool(field.access == .writable), "isEnumerable": false, "isMenu": false,
      "isDeprecated": false,
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
    case .reference(let target, _):
      schema["isEnumerable"] = true
      schema["$ref"] = .string(links.url("metadata-catalog/\(target)"))
    case .boolean: schema["isEnumerable"] = true
    case .code(_, _, let maximumLength): schema["maxLength"] = .integer(Int64(maximumLength))
    case .number, .base64, .menuPath: break
    }
    return schema
  }

  private static func type(_ kind: Field.Kind) -> String {
    switch kind {
    case .integer: "integer"
    case .number: "number"
    case .boolean: "boolean"
    case .menu, .reference: "object"
    case .menuPath: "array"
    case .string, .date, .dateTime, .base64, .code: "string"
    }
  }
}
