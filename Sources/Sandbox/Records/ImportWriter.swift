import Catalog
import GRDB
import JSON

/// The elements of an imported record that have no ids of their own.
struct UnnumberedElements {
  var record: RecordRow
  var elements: [(list: ListKind, values: JSONObject)] = []
}

/// Stores imported records, and fills in missing values.
struct ImportWriter {
  let directory: Directory

  private var database: Database { directory.database }
  private var reader: BodyReader { BodyReader(directory: directory, purpose: .importing) }

  /// Stores a record and those of its elements that have ids.
  ///
  /// - Returns: the others, to be numbered once all ids of the file are known.
  func insert(_ body: JSONObject, of kind: RecordKind) throws -> UnnumberedElements {
    let change = try reader.record(body, of: kind)
    var record = try record(change, kind)
    var rest = UnnumberedElements(record: record)
    for (list, elements) in change.elements {
      switch list.storage {
      case .references:
        let ids = Set(elements.compactMap(\.id)).sorted()
        record.values[list.name] = ids.isEmpty ? nil : .array(ids.map { .integer($0) })
      case .embedded:
        record.values[list.name] =
          elements.isEmpty ? nil : .array(elements.map { .object($0.values.withoutNulls) })
      case .rows:
        for element in elements {
          if let id = element.id {
            try insert(id, element.values, list, of: record)
          } else {
            rest.elements.append((list, element.values))
          }
        }
      }
    }
    try record.insert(into: database)
    return rest
  }

  /// Stores elements with free ids.
  func insert(_ rest: UnnumberedElements) throws {
    for (list, values) in rest.elements { try insert(nil, values, list, of: rest.record) }
  }

  private func record(_ change: RecordChange, _ kind: RecordKind) throws -> RecordRow {
    var record = RecordRow(entity: kind.name, id: 0, values: JSONObject())
    for (path, value) in change.values where !value.isNull { record.values[path] = value }
    record.id = try id(record, kind)
    try complete(&record, change, kind)
    let given = record.values["lookupName"]?.string
    record.values["id"] = nil
    record.values["lookupName"] = nil
    let name = kind.name(of: record)
    guard given == nil || given == name else {
      throw Refusal.invalid("lookupName", "is not the record's name, \(name)")
    }
    if let number = kind.rules.number, try ReferenceNumber.isTaken(name, by: kind, in: database) {
      throw Refusal.invalid(number, "\(name) is given twice")
    }
    record.name = name
    return record
  }

  private func id(_ record: RecordRow, _ kind: RecordKind) throws -> Int64 {
    guard let id = record.values["id"]?.integer else { return try RecordRow.nextID(kind.name, in: database) }
    guard try RecordRow.find(kind.name, id, in: database) == nil else {
      throw Refusal.invalid("id", "\(id) is given twice")
    }
    return id
  }

  /// Fills in the values that an import may leave out.
  private func complete(_ record: inout RecordRow, _ change: RecordChange, _ kind: RecordKind) throws {
    // Without a date of its own, a record is as old as the API of the reference's examples.
    let created = record.values["createdTime"] ?? "2016-01-28T09:00:00Z"
    for path in ["createdTime", "updatedTime"] where kind.has(path) && record.values[path] == nil {
      record.values[path] = created
    }
    try completeName(&record, kind)
    if let title = kind.rules.title, !change.names(title) {
      record.values[title] = .string("\(kind.label) \(kind.name(of: record))")
    }
    for (path, value) in kind.rules.importDefaults where kind.has(path) && !change.names(path) {
      record.values[path] = value
    }
    if let rule = kind.statusRule, record.values[StatusRule.type] == nil {
      let closed = record.values["closedTime"]
      rule.follow(&record, directory.vocabulary, at: record.values["updatedTime"]?.string ?? "")
      if let closed { record.values["closedTime"] = closed }
    }
  }

  /// The number or the name, which may also be given as `lookupName`.
  private func completeName(_ record: inout RecordRow, _ kind: RecordKind) throws {
    guard kind.names.count == 1 else {
      guard let given = record.values["lookupName"]?.string,
        kind.names.allSatisfy({ record.values[$0] == nil })
      else { return }
      let parts = given.split(separator: " ", maxSplits: kind.names.count - 1).map { String($0) }
      for (path, part) in zip(kind.names, parts) { record.values[path] = .string(part) }
      return
    }
    guard let attribute = kind.attribute(kind.names[0]), record.values[attribute.path] == nil else { return }
    if let given = record.values["lookupName"] {
      record.values[attribute.path] = try reader.stored(given, attribute)
    } else if kind.rules.number != nil {
      let day =
        record.values["createdTime"]?.string.flatMap { CalendarDay(parsing: String($0.prefix(10))) }
        ?? CalendarDay(daysSince1970: 0)
      let first = record.values["id"] == nil ? 0 : max(0, record.id)
      record.values[attribute.path] = .string(
        try ReferenceNumber.free(of: kind, day: day, from: first, in: database))
    } else if kind.rules.names.isEmpty {
      record.values[attribute.path] = .string("\(kind.label) \(record.id)")
    }
  }

  private func insert(_ id: Int64?, _ values: JSONObject, _ list: ListKind, of record: RecordRow) throws {
    if let id, try RecordRow.find(list.entity, id, in: database) != nil {
      throw Refusal.invalid("\(list.name).id", "\(id) is given twice")
    }
    var values = values
    for path in list.required where values[path] == nil {
      guard let attribute = list.attributes.first(where: { $0.path == path }) else { continue }
      switch attribute.field.kind {
      case .string: values[path] = ""
      case .menu:
        values[path] = directory.vocabulary[attribute.set ?? ""].values.first.map { .integer($0.id) }
      default: break
      }
    }
    let created = record.values["createdTime"]?.string ?? ""
    try NewElement(values, id: id, list, of: record, account: nil, at: created, in: database)
      .insert(into: database)
  }
}
