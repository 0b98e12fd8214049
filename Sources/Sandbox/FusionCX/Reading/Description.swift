import JSON

extension FusionSession {
  /// `GET /crmRestApi/resources`: the versions of the resources, each with those of the framework (API reference 5, 16).
  func versionList() -> Answer {
    let items = FusionRoute.resourceVersions.prefix(1).map { name -> JSONValue in
      [
        "version": .string(name), "isLatest": true,
        "adf:extension": [
          "defaultFrameworkVersion": .string(String(choices.frameworkVersion)),
          "allowedFrameworkVersions": .array(FrameworkVersion.allowed.map { .string(String($0)) }),
        ],
        "links": [["rel": "self", "href": .string("\(base)/\(name)"), "name": "self", "kind": "item"]],
      ]
    }
    return Answer(mediaType: MediaType.version, body: .json(["items": .array(items)]))
  }

  /// `GET …/describe`: the description of one resource or of all; with `metadataMode=minimal` only titles and links (API
  /// reference 16).
  ///
  /// - Throws: `Fault` for another mode.
  func describe(_ entity: Entity?, _ call: FusionCall) throws(Fault) -> Answer {
    let mode = call.parameters.last { $0.name == "metadataMode" }?.value
    guard mode == nil || mode == "minimal" else {
      throw .parameter("metadataMode", "it must be minimal, not '\(mode ?? "")'", choices)
    }
    var resources = JSONObject()
    for entity in entity.map({ [$0] }) ?? model.resources {
      resources[entity.name] = .object(
        mode == nil ? description(of: entity, path: entity.name) : outline(of: entity, path: entity.name))
    }
    return Answer(mediaType: MediaType.description, body: .json(["Resources": .object(resources)]))
  }

  private func outline(of entity: Entity, path: String) -> JSONObject {
    [
      "title": .string(entity.title(of: entity.name)),
      "links": [link("self", "\(path)/describe", entity.name, "describe")],
    ]
  }

  private func description(of entity: Entity, path: String) -> JSONObject {
    let key =
      entity.rules.hasOpaqueKeys ? "{\(entity.path.replacing(".", with: "_"))_Id}" : "{\(entity.pathKey)}"
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
      "title": .string(entity.title(of: entity.name)),
      "attributes": .array(entity.attributes.map { entity.description(of: $0) }),
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
}
