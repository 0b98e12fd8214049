import Catalog
import GRDB
import JSON

extension Session {
  /// `/incidents/{id}/{list}`: GET lists the elements as links; POST makes one; PATCH on attachments adds.
  func answerList(_ method: String, _ id: Int64, _ name: String) throws -> Answer {
    var record = try incident(id)
    guard let list = ResourceType.incidents.list(named: name) else { throw Refusal.unknownProperty(name) }
    if method == "GET" { return .json(try elementCollection(list, of: id)) }
    let change = try BodyReader(vocabulary: vocabulary, purpose: .create).element(of: list, body())
    guard change.id == nil || name == "otherContacts" || method == "PATCH" else {
      throw Refusal.notWritable("\(name).id")
    }
    let element: Int64
    switch name {
    case "threads": element = try apply(thread: change, to: record)
    case "fileAttachments": element = try apply(attachment: change, to: record)
    case "billedMinutes": element = try apply(billedMinutes: change, to: record)
    default:
      element = change.id ?? 0
      try OtherContacts.add([element], to: id, in: database)
    }
    try touch(&record)
    guard method == "POST" else { return Answer(isChange: true) }
    return created(
      "incidents/\(id)/\(name)/\(element)", element, try elementObject(list, element, of: id))
  }

  /// `/incidents/{id}/{list}/{element}`.
  func answerElement(_ method: String, _ id: Int64, _ name: String, _ element: Int64) throws -> Answer {
    var record = try incident(id)
    guard let list = ResourceType.incidents.list(named: name) else { throw Refusal.unknownProperty(name) }
    // An element that is not there is the path's fault, whatever the body says.
    let object = try elementObject(list, element, of: id)
    switch method {
    case "GET":
      if name == "fileAttachments", request.parameters.contains(where: { $0.name == "download" }) {
        return try attachmentData(id, element)
      }
      return .json(try ObjectSelection(request, of: Self.elementTree(list)).narrowed(object))
    case "DELETE":
      if name == "otherContacts" {
        _ = try OtherContacts.remove(element, of: id, in: database)
      } else if let stored = ElementRecord.List(name) {
        try ElementRecord.find(element, stored, of: id, in: database)?.delete(from: database)
      }
      try touch(&record)
      return .deleted
    default:
      let change = try BodyReader(vocabulary: vocabulary, purpose: .change)
        .element(of: list, body(), known: element)
      guard !change.values.isEmpty else { return Answer() }
      switch name {
      case "threads": _ = try apply(thread: change, to: record)
      case "fileAttachments": _ = try apply(attachment: change, to: record)
      default: _ = try apply(billedMinutes: change, to: record)
      }
      try touch(&record)
      return Answer(isChange: true)
    }
  }

  /// `GET …/fileAttachments/{id}/data`: base64, or with `download` the bytes themselves.
  func attachmentData(_ id: Int64, _ attachment: Int64) throws -> Answer {
    guard let record = try ElementRecord.find(attachment, .fileAttachments, of: incident(id).id, in: database)
    else { throw noSuch("FileAttachment", attachment) }
    let data = try record.data(in: database)
    guard !request.parameters.contains(where: { $0.name == "download" }) else {
      return Answer(
        mediaType: record.values["contentType"]?.string ?? "application/octet-stream",
        body: .bytes(Array(data)))
    }
    return .json([
      "data": .string(Base64.encoded(data)),
      "links": links.own(
        "incidents/\(id)/fileAttachments/\(attachment)/data", of: "incidents/fileAttachments"),
    ])
  }

  /// A list as links to its elements (API reference 4.3), or as elements where `fields` are asked for; with paging,
  /// sorting and a filter as every collection has them (4.2).
  private func elementCollection(_ list: ChildList, of id: Int64) throws -> JSONObject {
    let path = "incidents/\(id)/\(list.name)"
    let page = try Page(request, of: Self.elementTree(list))
    do {
      let (condition, order) = try page.query(of: .elements(of: list))
      func scalar(_ element: StoredElement) -> (QueryColumn) -> Scalar? {
        { $0.scalar(element.value($0.field.path), vocabulary) }
      }
      var found = try elements(list, of: id).filter { condition?.holds(scalar($0)) ?? true }
      if !order.isEmpty { found.sort { order.puts(scalar($0), before: scalar($1)) } }
      let items = try found.dropFirst(page.offset).prefix(page.limit).map { element -> JSONValue in
        if page.hasFields {
          return .object(page.selection.narrowed(try object(of: element, list, incident: id)))
        }
        if case .reference(let target) = list.element {
          return links.link("canonical", "\(target)/\(element.id)")
        }
        return links.link("canonical", "\(path)/\(element.id)")
      }
      return page.object(
        items, of: path, kind: "incidents/\(list.name)", hasMore: found.count > page.offset + page.limit,
        total: page.wantsTotal ? found.count : nil, links: links)
    } catch let error as QueryError {
      throw Refusal.badParameter("Invalid filter or order: \(error.message)")
    }
  }

  /// What an element of a list has: its own attributes, or those of the record that it refers to.
  private static func elementTree(_ list: ChildList) -> AttributeTree {
    if case .reference(let target) = list.element { return Directory.tree(of: target) }
    return AttributeTree(list.fields)
  }

  /// An expanded list: its elements in full (API reference 4.2).
  func expanded(_ list: ChildList, of id: Int64) throws -> JSONValue {
    let items = try elements(list, of: id).map { JSONValue.object(try object(of: $0, list, incident: id)) }
    return [
      "items": .array(items),
      "links": links.own("incidents/\(id)/\(list.name)", of: "incidents/\(list.name)"),
    ]
  }

  /// One element in full.
  func elementObject(_ list: ChildList, _ element: Int64, of id: Int64) throws -> JSONObject {
    guard let found = try elements(list, of: id).first(where: { $0.id == element }) else {
      let label = list.singular.prefix(1).uppercased() + list.singular.dropFirst()
      throw noSuch(label, element)
    }
    return try object(of: found, list, incident: id)
  }

  /// The elements of a list as stored: an id, and a way to each attribute.
  func elements(_ list: ChildList, of id: Int64) throws -> [StoredElement] {
    if list.name == "threads" {
      return try ThreadRecord.all(of: id, in: database).map { StoredElement(id: $0.id, value: $0.value) }
    }
    if let stored = ElementRecord.List(list.name) {
      return try ElementRecord.all(stored, of: id, in: database).map {
        StoredElement(id: $0.id, value: $0.value)
      }
    }
    if case .reference(let target) = list.element {
      return try OtherContacts.all(of: id, in: database).map { contact in
        let stored = vocabulary[target][contact].map { Directory.stored($0, of: target) }
        return StoredElement(id: contact) { $0 == "id" ? .integer(contact) : stored?[$0] }
      }
    }
    let milestones = try IncidentRecord.find(id, in: database)?.values[list.name]?.array ?? []
    return milestones.enumerated().map { position, milestone in
      StoredElement(id: Int64(position + 1)) { milestone[$0] }
    }
  }

  private func object(
    of element: StoredElement, _ list: ChildList, incident: Int64
  ) throws -> JSONObject {
    if case .reference(let target) = list.element {
      return try member(of: target, element.id)
    }
    var object = JSONObject()
    for field in list.fields where field.path != "data" && field.path != "formData" {
      object[field.path] = written(element.value(field.path), field, in: list.name)
    }
    object["links"] = links.own(
      "incidents/\(incident)/\(list.name)/\(element.id)", of: "incidents/\(list.name)")
    return object
  }
}

/// An element of a list, whatever table it is stored in.
struct StoredElement {
  var id: Int64
  /// The stored value of an attribute, absent when null.
  var value: (String) -> JSONValue?
}

extension ElementRecord.List {
  /// The list of that name, when it is stored as element records.
  init?(_ name: String) {
    switch name {
    case "fileAttachments": self = .fileAttachments
    case "billedMinutes": self = .billedMinutes
    default: return nil
    }
  }
}
