import Catalog
import JSON

extension FusionSession {
  /// `GET /crmRestApi/resources`: the versions of the resources and of the framework (API reference 5).
  func versionList() -> Answer {
    let items = FusionRoute.resourceVersions.prefix(1).map { name -> JSONValue in
      [
        "version": .string(name), "isLatest": true,
        "links": [["rel": "self", "href": .string("\(base)/\(name)"), "name": "self", "kind": "item"]],
      ]
    }
    return Answer(
      mediaType: MediaType.version,
      body: .json([
        "items": .array(items),
        "adf:extension": [
          "defaultFrameworkVersion": .string(String(choices.frameworkVersion)),
          "allowedFrameworkVersions": .array(FrameworkVersion.allowed.map { .string(String($0)) }),
        ],
      ]))
  }

  /// `GET …/describe`: what a resource is, or all of them.
  func describe(_ entity: Entity?) -> Answer {
    let entities = entity.map { [$0] } ?? model.resources
    var resources = JSONObject()
    for entity in entities {
      resources[entity.name] = .object(description(of: entity, path: entity.name))
    }
    return Answer(mediaType: MediaType.description, body: .json(["Resources": .object(resources)]))
  }

  private func description(of entity: Entity, path: String) -> JSONObject {
    let key = entity.rules.hasOpaqueKeys ? "{\(entity.path.replacing(".", with: "_"))_Id}" : "{\(entity.key)}"
    var item: JSONObject = [
      "links": [link("self", "\(path)/\(key)", entity.name, "item")],
      "actions": .array(
        [("get", "GET"), ("update", "PATCH"), ("delete", "DELETE")].map {
          Self.action($0, $1, MediaType.item)
        }),
    ]
    if !entity.enclosures.isEmpty {
      item["enclosures"] = .array(entity.enclosures.map { .string($0) })
    }
    var object: JSONObject = [
      "attributes": .array(entity.attributes.map { attribute($0, entity) }),
      "collection": [
        "rangeSize": .integer(Int64(RowPage.defaultLimit)),
        "links": [link("self", path, entity.name, "collection")],
        "actions": [
          Self.action("get", "GET", MediaType.collection), Self.action("create", "POST", MediaType.item),
        ],
      ], "item": .object(item),
    ]
    if version.number >= 7, !entity.rules.lists.isEmpty {
      object["lov"] = .array(
        entity.rules.lists.map { link("lov", "\(path)/lov/\($0.name)", $0.name, "collection") })
    }
    var children = JSONObject()
    for child in entity.children {
      children[child.name] = .object(
        description(of: child, path: "\(path)/\(key)/child/\(child.name)"))
    }
    if !entity.children.isEmpty { object["children"] = .object(children) }
    object["links"] = [link("self", "\(path)/describe", entity.name, "describe")]
    return object
  }

  private static func action(_ name: String, _ method: String, _ type: String) -> JSONValue {
    ["name": .string(name), "method": .string(method), "responseType": [.string(type)]]
  }

  private func attribute(_ field: Field, _ entity: Entity) -> JSONValue {
    let isSet = field.access == .writable
    var object: JSONObject = [
      "name": .string(field.path), "type": .string(Self.type(of: field)),
      "updatable": .bool(isSet), "mandatory": .bool(entity.required.contains(field.path)),
      "queryable": .bool(!field.isTrigger),
    ]
    if field.access == .createOnly { object["allowChanges"] = "inInsert" }
    switch field.kind {
    case .string(let maximum?, _): object["precision"] = .integer(Int64(maximum))
    case .code(_, _, let maximum): object["precision"] = .integer(Int64(maximum))
    default: break
    }
    if let value = entity.rules.defaults.first(where: { $0.name == field.path })?.value {
      object["default"] = value
    }
    return .object(object)
  }

  private static func type(of field: Field) -> String {
    switch field.kind {
    case .integer: "integer"
    case .number: "number"
    case .boolean: "boolean"
    case .date: "date"
    case .dateTime: "datetime"
    default: "string"
    }
  }
}
