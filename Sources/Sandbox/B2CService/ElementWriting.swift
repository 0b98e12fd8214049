import Catalog
import JSON

extension Session {
  /// Applies the changes that a body requests of a list.
  func apply(_ changes: [ElementChange], to list: ListKind, of record: inout RecordRow) throws {
    if list.rules.writing(choices) == .replace {
      let kept = Set(changes.compactMap(\.id))
      for element in try elements(list, of: record) where !kept.contains(element.id) {
        try remove(element, from: list, of: &record)
      }
    }
    for change in changes { try apply(change, to: list, of: &record) }
  }

  /// Adds an element, or changes the one named by `id` or by its key.
  ///
  /// - Returns: the id of the element.
  @discardableResult
  func apply(_ change: ElementChange, to list: ListKind, of record: inout RecordRow) throws -> Int64 {
    switch list.storage {
    case .references:
      let id = change.id ?? 0
      let ids = (record.values[list.name]?.array ?? []).compactMap(\.integer)
      record.values[list.name] = .array(Set(ids + [id]).sorted().map { .integer($0) })
      return id
    case .embedded:
      return try applyWithin(change, to: list, of: &record)
    case .rows:
      guard var element = try known(change, list, of: record) else {
        let new = try NewElement(
          change.values, id: nil, list, of: record, account: account, at: request.timeText, in: database)
        try new.insert(into: database)
        return new.row.id
      }
      try update(&element, change.values, list)
      return element.id
    }
  }

  /// The same for an element that is stored within its record.
  private func applyWithin(
    _ change: ElementChange, to list: ListKind, of record: inout RecordRow
  ) throws -> Int64 {
    var elements = (record.values[list.name]?.array ?? []).compactMap(\.object)
    if let place = elements.firstIndex(where: { list.isMeant($0, by: change) }) {
      var element = elements[place]
      element.merge(change.values)
      elements[place] = element.withoutNulls
      record.values[list.name] = .array(elements.map(JSONValue.object))
      return list.id(of: element, at: place)
    }
    let element = change.values.withoutNulls
    for path in list.required where element[path] == nil {
      throw Refusal(.writeFailed, "A required property is missing: \(list.name).\(path)")
    }
    record.values[list.name] = .array((elements + [element]).map(JSONValue.object))
    return list.id(of: element, at: elements.count)
  }

  /// Removes an element.
  func remove(_ element: RecordRow, from list: ListKind, of record: inout RecordRow) throws {
    switch list.storage {
    case .references:
      let ids = (record.values[list.name]?.array ?? []).filter { $0.integer != element.id }
      record.values[list.name] = ids.isEmpty ? nil : .array(ids)
    case .embedded:
      var elements = record.values[list.name]?.array ?? []
      let place = elements.enumerated().first { place, other in
        other.object.map { list.id(of: $0, at: place) } == element.id
      }?.offset
      if let place { elements.remove(at: place) }
      record.values[list.name] = elements.isEmpty ? nil : .array(elements)
    case .rows: try element.delete(from: database)
    }
  }

  /// Finds the element to change; none for a new one.
  private func known(_ change: ElementChange, _ list: ListKind, of record: RecordRow) throws -> RecordRow? {
    if let id = change.id {
      guard let element = try RecordRow.find(list.entity, id, in: database), element.parent == record.id
      else {
        throw Refusal.badReference("Invalid ID: No such \(list.label) with ID = \(id)")
      }
      return element
    }
    for path in list.required where change.values[path] == nil {
      throw Refusal(.writeFailed, "A required property is missing: \(list.name).\(path)")
    }
    guard !list.rules.key.isEmpty else { return nil }
    return try RecordRow.all(list.entity, of: record.id, in: database).first { element in
      list.rules.key.allSatisfy { element.values[$0] == change.values[$0] }
    }
  }

  private func update(_ element: inout RecordRow, _ values: JSONObject, _ list: ListKind) throws {
    if let transition = list.rules.transition, let new = values[transition.attribute]?.integer,
      let old = element.values[transition.attribute]?.integer, old != new
    {
      guard old == transition.from, new == transition.to else {
        throw Refusal.invalid(
          "\(list.name).\(transition.attribute)", "\(transition.words), not from \(old) to \(new)")
      }
    }
    element.values.merge(values)
    if list.has("updatedTime") { element.values["updatedTime"] = .string(request.timeText) }
    try element.update(in: database)
  }
}

extension ListKind {
  /// Returns whether a change is for this element of a list within the record: by its address, or by its keys.
  func isMeant(_ element: JSONObject, by change: ElementChange) -> Bool {
    guard !keys.isEmpty else { return false }
    if let id = change.id { return keys.count == 1 && element[keys[0]]?.integer == id }
    return keys.allSatisfy { element[$0] == change.values[$0] }
  }
}
