import Catalog
import GRDB
import JSON

extension Session {
  /// `POST /{collection}/{id}/{list}` creates an element; PATCH of a list that accepts it adds or changes one.
  func add(to list: ListKind, of record: RecordRow, _ kind: RecordKind, _ method: String) throws -> Answer {
    var record = record
    let change = try BodyReader(directory: directory, purpose: .create).element(of: list, body())
    guard change.id == nil || list.target != nil || method == "PATCH" else {
      throw Refusal.notWritable("\(list.name).id")
    }
    if method == "POST",
      try elements(list, of: record).contains(where: { list.isMeant($0.values.object, by: change) })
    {
      throw Refusal(.createFailed, "\(kind.label) \(record.id) already has such a \(list.label)")
    }
    let id = try apply(change, to: list, of: &record)
    try touch(&record, kind)
    guard method == "POST" else { return Answer(isChange: true) }
    return created(
      "\(kind.name)/\(record.id)/\(list.name)/\(id)", id,
      try object(of: element(id, list, of: record), list, of: record))
  }

  /// `/{collection}/{id}/{list}/{element}`.
  func answer(
    _ method: String, _ id: Int64, _ list: ListKind, of record: RecordRow, _ kind: RecordKind
  ) throws -> Answer {
    var record = record
    // A missing element is the path's fault, whatever the body says.
    let element = try element(id, list, of: record)
    switch method {
    case "GET":
      if let path = list.data.first, request.parameters.contains(where: { $0.name == "download" }) {
        return try data(path, of: element, list)
      }
      let selection = try ObjectSelection(request, of: tree(of: list))
      return .json(selection.narrowed(try object(of: element, list, of: record)))
    case "DELETE":
      try remove(element, from: list, of: &record)
      try touch(&record, kind)
      return .deleted
    default:
      let change = try BodyReader(directory: directory, purpose: .change)
        .element(of: list, body(), known: id)
      guard !change.values.isEmpty else { return Answer() }
      try apply(change, to: list, of: &record)
      try touch(&record, kind)
      return Answer(isChange: true)
    }
  }

  /// `GET …/fileAttachments/{id}/data`: base64, or with `download` the bytes themselves.
  func data(_ path: String, of element: RecordRow, _ list: ListKind) throws -> Answer {
    let data = try element.data(path, in: database)
    guard !request.parameters.contains(where: { $0.name == "download" }) else {
      return Answer(
        mediaType: element.values["contentType"]?.string ?? "application/octet-stream",
        body: .bytes(Array(data)))
    }
    let place = list.entity.replacing(".", with: "/\(element.parent ?? 0)/")
    return .json([
      path: .string(Base64.encoded(data)),
      "links": links.own("\(place)/\(element.id)/\(path)", of: list.described),
    ])
  }

  /// A list as links to its elements (API reference 4.3), or as elements if `fields` are requested.
  ///
  /// Paging, sorting and filters work as for every collection (4.2).
  func collection(_ list: ListKind, of record: RecordRow, _ kind: RecordKind) throws -> JSONObject {
    let path = "\(record.entity)/\(record.id)/\(list.name)"
    let page = try Page(request, of: tree(of: list))
    do {
      let table = QueryTable(elementsOf: list, of: kind, in: model)
      let (condition, order) = try page.query(of: table)
      func scalar(_ element: RecordRow) -> (QueryColumn) throws -> Scalar? {
        { try $0.scalar(of: element, directory) }
      }
      var found = try elements(list, of: record).filter { try condition?.holds(scalar($0)) ?? true }
      if !order.isEmpty { try found.sort { try order.puts(scalar($0), before: scalar($1)) } }
      let items = try found.dropFirst(page.offset).prefix(page.limit).map { element -> JSONValue in
        if page.hasFields {
          return .object(page.selection.narrowed(try object(of: element, list, of: record)))
        }
        return links.link("canonical", "\(list.target ?? path)/\(element.id)")
      }
      return page.object(
        items, of: path, kind: list.described, hasMore: found.count > page.offset + page.limit,
        total: page.wantsTotal ? found.count : nil, links: links)
    } catch let error as QueryError {
      throw Refusal.badParameter("Invalid filter or order: \(error.message)")
    }
  }

  /// The members of a list's element: its own attributes, or those of the record that it refers to.
  private func tree(of list: ListKind) -> AttributeTree {
    list.target.flatMap { model[$0]?.tree } ?? list.tree
  }

  /// An expanded list: its elements in full (API reference 4.2).
  func expanded(_ list: ListKind, of record: RecordRow) throws -> JSONValue {
    [
      "items": .array(
        try elements(list, of: record).map { .object(try object(of: $0, list, of: record)) }),
      "links": links.own("\(record.entity)/\(record.id)/\(list.name)", of: list.described),
    ]
  }

  /// Finds the element with that id, or at that position.
  ///
  /// - Throws: `Refusal` with status 404 if it does not exist.
  func element(_ id: Int64, _ list: ListKind, of record: RecordRow) throws -> RecordRow {
    let found: RecordRow?
    if case .rows = list.storage {
      found = try RecordRow.find(list.entity, id, in: database).flatMap { $0.parent == record.id ? $0 : nil }
    } else {
      found = try elements(list, of: record).first { $0.id == id }
    }
    guard let found else { throw noSuch(RecordKind.label(list.list.singular), id) }
    return found
  }

  /// The elements of a list: rows of the list, or the records that it refers to.
  func elements(_ list: ListKind, of record: RecordRow) throws -> [RecordRow] {
    switch list.storage {
    case .rows: return try RecordRow.all(list.entity, of: record.id, in: database)
    case .embedded:
      return (record.values[list.name]?.array ?? []).enumerated().map { place, element in
        RecordRow(
          entity: list.entity, id: list.id(of: element.object ?? [:], at: place), parent: record.id,
          values: element.object ?? [:])
      }
    case .references(let target):
      guard let kind = model[target] else { return [] }
      return try (record.values[list.name]?.array ?? []).compactMap(\.integer).map { id in
        try directory.record(id, of: kind) ?? RecordRow(entity: target, id: id, values: [:])
      }
    }
  }

  func object(of element: RecordRow, _ list: ListKind, of record: RecordRow) throws -> JSONObject {
    if let kind = list.target.flatMap({ model[$0] }) { return try object(of: element, kind) }
    var object = members(list.shownTree, of: element)
    object["links"] = links.own(
      "\(record.entity)/\(record.id)/\(list.name)/\(element.id)", of: list.described)
    return object
  }

  private func members(_ tree: AttributeTree, of element: RecordRow) -> JSONObject {
    var object = JSONObject()
    for name in tree.names {
      switch tree[name] {
      case .value(let attribute): object[name] = written(element.value(at: attribute.path), attribute)
      case .branch(let inner): object[name] = .object(members(inner, of: element))
      case .list, nil: break
      }
    }
    return object
  }
}

extension ListKind {
  /// The place of the metadata of its elements.
  fileprivate var described: String { entity.replacing(".", with: "/") }
}
