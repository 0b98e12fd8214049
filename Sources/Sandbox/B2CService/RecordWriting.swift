import Catalog
import JSON

extension Session {
  /// `PATCH /{collection}/{id}`: only the given attributes change, all of them or none (API reference 7).
  func patch(_ kind: RecordKind, _ id: Int64) throws -> Answer { try patch(kind, id, body()) }

  /// The same with a body for a part of the record: `PATCH /incidents/{id}/statusWithType/status`.
  func patch(_ kind: RecordKind, _ id: Int64, below path: [String]) throws -> Answer {
    let value = path.reversed().reduce(JSONValue.object(try body())) { .object(JSONObject($1, $0)) }
    return try patch(kind, id, value.object ?? [:])
  }

  private func patch(_ kind: RecordKind, _ id: Int64, _ body: JSONObject) throws -> Answer {
    var record = try record(kind, id)
    let change = try BodyReader(directory: directory, purpose: .change).record(body, of: kind)
    guard !change.isEmpty else { return Answer() }
    apply(change.values, to: &record, kind)
    guard !change.elements.isEmpty else {
      try touch(&record, kind)
      return Answer(isChange: true)
    }
    try database.wholly {
      for (list, changes) in change.elements { try apply(changes, to: list, of: &record) }
      try touch(&record, kind)
    }
    return Answer(isChange: true)
  }

  /// `POST /{collection}`: 201 with the new record.
  func create(_ kind: RecordKind) throws -> Answer {
    let change = try BodyReader(directory: directory, purpose: .create).record(body(), of: kind)
    for path in kind.required where !change.names(path) {
      throw Refusal(.createFailed, "A required property is missing: \(path)")
    }
    var record = RecordRow(
      entity: kind.name, id: try RecordRow.nextID(kind.name, in: database), values: JSONObject())
    for (path, value) in kind.rules.defaults where kind.has(path) { record.values[path] = value }
    if kind.has(StatusRule.status) { kind.statusRule?.follow(&record, vocabulary, at: request.timeText) }
    for path in ["createdTime", "updatedTime"] where kind.has(path) {
      record.values[path] = .string(request.timeText)
    }
    // Custom objects spell theirs with a capital.
    for path in ["createdByAccount", "CreatedByAccount"] where kind.has(path) {
      record.values[path] = .integer(account)
    }
    if let number = kind.rules.number {
      let day = CalendarDay(daysSince1970: request.time.seconds / 86_400)
      record.values[number] = .string(
        try ReferenceNumber.free(of: kind, day: day, from: 0, in: database))
    }
    apply(change.values, to: &record, kind)
    for (list, changes) in change.elements { try apply(changes, to: list, of: &record) }
    record.name = kind.name(of: record)
    try record.insert(into: database)
    let selection = try ObjectSelection(request, of: kind.tree)
    return created("\(kind.name)/\(record.id)", record.id, try object(of: record, kind, selection))
  }

  /// `DELETE /{collection}/{id}`: the record, and everything that belongs to it.
  func delete(_ kind: RecordKind, _ id: Int64) throws -> Answer {
    let record = try record(kind, id)
    for list in kind.lists {
      for element in try RecordRow.all(list.entity, of: id, in: database) {
        try element.delete(from: database)
      }
    }
    try record.delete(from: database)
    return .deleted
  }

  /// The answer to a POST (API reference 2.2).
  func created(_ path: String, _ id: Int64, _ object: JSONObject) -> Answer {
    Answer(
      status: 201, headers: [("Location", links.url(path))], body: .json(.object(object)), createdID: id,
      isChange: true)
  }

  /// Marks a record as changed by this request, and stores it.
  func touch(_ record: inout RecordRow, _ kind: RecordKind) throws {
    for path in kind.changeTimes { record.values[path] = .string(request.timeText) }
    for path in kind.changeAccounts { record.values[path] = .integer(account) }
    let name = kind.name(of: record)
    let isRenamed = name != record.name
    record.name = name
    try record.update(in: database, isRenamed: isRenamed)
  }

  private func apply(
    _ values: [(path: String, value: JSONValue)], to record: inout RecordRow, _ kind: RecordKind
  ) {
    let oldType = record.values[StatusRule.type]
    for (path, value) in values { record.values[path] = value.isNull ? .none : value }
    if values.contains(where: { $0.path == StatusRule.status }) {
      kind.statusRule?.follow(&record, vocabulary, from: oldType, at: request.timeText)
    }
    for part in kind.stampedParts where values.contains(where: { $0.path.hasPrefix(part.start) }) {
      record.values[part.account] = .integer(account)
      if let time = part.time { record.values[time] = .string(request.timeText) }
    }
  }
}

/// Sets what follows from the status of a record: its type, and with the type the closing time (API reference 5).
struct StatusRule: Sendable {
  static let status = "statusWithType.status"
  static let type = "statusWithType.statusType"
  private static let closing = "closedTime"
  private static let solved: Int64 = 2

  /// The names of both menus.
  private let statuses: String
  private let types: String
  private let hasClosing: Bool

  /// The rule of a kind of record with these attributes; none if its statuses have no types.
  init?(_ kind: String, _ paths: Set<String>) {
    guard paths.contains(Self.type) else { return nil }
    statuses = "\(kind).\(Self.status)"
    types = "\(kind).\(Self.type)"
    hasClosing = paths.contains(Self.closing)
  }

  func follow(
    _ record: inout RecordRow, _ vocabulary: Vocabulary, from oldType: JSONValue? = nil, at time: String
  ) {
    let status = record.values[Self.status]?.integer
    let type = status.map { self.type(of: $0, vocabulary) } ?? 1
    record.values[Self.type] = .integer(type)
    guard hasClosing else { return }
    if type != Self.solved {
      record.values[Self.closing] = nil
    } else if oldType?.integer != Self.solved {
      record.values[Self.closing] = .string(time)
    }
  }

  /// The type of a status; if it is not known, the type with the same number, else the first.
  func type(of status: Int64, _ vocabulary: Vocabulary) -> Int64 {
    vocabulary[statuses, status]?.statusType ?? vocabulary[types, status]?.id
      ?? vocabulary[types].values.first?.id ?? 1
  }
}

extension Answer {
  /// The answer to a successful DELETE, as captured on a live site.
  static let deleted = Answer(mediaType: "text/html; charset=UTF-8", isChange: true)
}
