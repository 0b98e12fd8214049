import Catalog
import JSON

extension FusionSession {
  /// `GET` of an item.
  func read(_ address: RowAddress, _ call: FusionCall) throws -> Answer {
    guard let entity = address.steps.last?.entity else { throw Fault.notFound }
    var parameters = call.parameters
    let selection = try Selection(&parameters, of: entity, choices)
    var row = try row(address)
    if let condition = call.ifNoneMatch, ChangeTag.matches(condition, tag(of: row)) {
      return Answer(status: 304, headers: [("ETag", "\"\(tag(of: row))\"")], mediaType: nil)
    }
    for (name, value) in parameters {
      guard name == "dependency" else { throw Fault.parameter(name, "it is not known", choices) }
      row = try preview(row, entity, value)
    }
    return try answer(with: row, at: address, selection)
  }

  /// The answer that shows one row, with its tag.
  func answer(with row: FusionRow, at address: RowAddress, _ selection: Selection) throws -> Answer {
    guard let step = address.steps.last else { throw Fault.notFound }
    let parent = RowAddress(steps: address.steps.dropLast())
    let object = try item(row, step.entity, below: parent, selection)
    let path = path(of: row, step.entity, below: parent)
    return Answer(
      headers: [
        ("ETag", "\"\(tag(of: row))\""),
        ("Link", "<\(base)/\(path)>;rel=\"self\";kind=\"item\";name=\"\(step.entity.name)\""),
      ], mediaType: MediaType.item, body: .json(.object(object)))
  }

  /// A row as the service writes it (API reference 4, 5).
  func item(
    _ row: FusionRow, _ entity: Entity, below parent: RowAddress, _ selection: Selection
  ) throws -> JSONObject {
    var object = JSONObject()
    let isSample = choices.item == .sample && !entity.rules.sample.isEmpty
    let shown = selection.fields ?? (isSample ? Set(entity.rules.sample) : nil)
    for field in entity.attributes where shown?.contains(field.path) ?? true {
      object[field.path] = try written(field, of: row, entity)
    }
    let address = RowAddress(
      steps: parent.steps + [RowAddress.Step(entity: entity, key: key(of: row, entity))])
    for child in entity.children {
      guard let inner = selection.children[child.name] else { continue }
      object[child.name] = try inlined(child, of: row, at: address, inner)
    }
    guard !selection.isDataOnly else { return object }
    let links = links(of: row, entity, at: address, below: parent, isSample: isSample, selection)
    if version.hasContext {
      object["@context"] = [
        "key": .string(key(of: row, entity)), "headers": ["ETag": .string(tag(of: row))], "links": links,
      ]
    } else {
      object["links"] = links
    }
    return object
  }

  private func inlined(
    _ child: Entity, of row: FusionRow, at address: RowAddress, _ selection: Selection
  ) throws -> JSONValue {
    let items = try FusionRow.all(child.path, of: row.id, in: database).map {
      JSONValue.object(try item($0, child, below: address, selection))
    }
    guard version.hasChildCollections else { return .array(items) }
    return .object(
      envelope(
        items, hasMore: false, limit: max(items.count, RowPage.defaultLimit), offset: 0, total: nil,
        path: path(of: child, below: address), name: child.name, selection))
  }

  /// Wraps items in a collection.
  func envelope(
    _ items: [JSONValue], hasMore: Bool, limit: Int, offset: Int, total: Int?, path: String, name: String,
    _ selection: Selection
  ) -> JSONObject {
    var object: JSONObject = ["items": .array(items)]
    if let total { object["totalResults"] = .integer(Int64(total)) }
    object["count"] = .integer(Int64(items.count))
    object["hasMore"] = .bool(hasMore)
    object["limit"] = .integer(Int64(limit))
    object["offset"] = .integer(Int64(offset))
    object["links"] = [link("self", path, name, "collection")]
    return object
  }

  private func links(
    of row: FusionRow, _ entity: Entity, at address: RowAddress, below parent: RowAddress, isSample: Bool,
    _ selection: Selection
  ) -> JSONValue {
    let path = path(of: row, entity, below: parent)
    var own = link("self", path, entity.name, "item").object ?? JSONObject()
    if !version.hasContext { own["properties"] = ["changeIndicator": .string(tag(of: row))] }
    var links: [JSONValue] = [.object(own), link("canonical", path, entity.name, "item")]
    if let above = parent.steps.last {
      let up = path.split(separator: "/").dropLast(3).joined(separator: "/")
      links.append(link("parent", up, above.entity.name, "item"))
    }
    if version.hasLovLinks {
      links += entity.rules.lists.map { link("lov", "\(path)/lov/\($0.name)", $0.name, "collection") }
    }
    for child in entity.children where !isSample || entity.rules.sampleChildren.contains(child.name) {
      links.append(link("child", "\(path)/child/\(child.name)", child.name, "collection"))
    }
    links += entity.enclosures.map { link("enclosure", "\(path)/enclosure/\($0)", $0, "other") }
    if let relations = selection.relations {
      links.removeAll { link in !(link["rel"]?.string.map { relations.contains($0) } ?? false) }
    }
    return .array(links)
  }

  func link(_ relation: String, _ path: String, _ name: String, _ kind: String) -> JSONValue {
    [
      "rel": .string(relation), "href": .string("\(base)/\(path)"), "name": .string(name),
      "kind": .string(kind),
    ]
  }
}
