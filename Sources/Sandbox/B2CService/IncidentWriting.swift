import Catalog
import JSON

extension Session {
  /// `PATCH /incidents/{id}`: only what is present changes, all of it or nothing (API reference 7).
  func patchIncident(_ id: Int64) throws -> Answer {
    try patchIncident(id, body())
  }

  /// The same with a body that stands below the record: `PATCH /incidents/{id}/statusWithType/status`.
  func patchIncident(_ id: Int64, below path: [String]) throws -> Answer {
    let value = path.reversed().reduce(JSONValue.object(try body())) { .object(JSONObject($1, $0)) }
    return try patchIncident(id, value.object ?? [:])
  }

  private func patchIncident(_ id: Int64, _ body: JSONObject) throws -> Answer {
    var record = try incident(id)
    let change = try BodyReader(vocabulary: vocabulary, purpose: .change).incident(body)
    guard !change.isEmpty else { return Answer() }
    apply(change.values, to: &record)
    for (list, elements) in change.elements { try apply(elements, to: list, of: record) }
    try touch(&record)
    return Answer(isChange: true)
  }

  /// `POST /incidents`: 201 with the new record, which must have a primary contact.
  func createIncident() throws -> Answer {
    let change = try BodyReader(vocabulary: vocabulary, purpose: .create).incident(body())
    guard change.values.contains(where: { $0.path == "primaryContact" }) else {
      throw Refusal(.createFailed, "A required property is missing: primaryContact")
    }
    let now = request.time.text
    var record = IncidentRecord(
      id: 0, referenceNumber: try freeReferenceNumber(), createdTime: now, updatedTime: now,
      values: [
        "channel": 6, "interface": 1, "language": 1, "responseEmailAddressType": 0, "smartSenseCustomer": 0,
        "smartSenseStaff": 0, "source": 8007, "createdByAccount": .integer(account),
        "statusWithType.status": 1, "statusWithType.statusType": 1,
      ])
    apply(change.values, to: &record)
    record.id = try record.insert(into: database)
    for (list, elements) in change.elements { try apply(elements, to: list, of: record) }
    let selection = try ObjectSelection(request, of: .incident)
    return created("incidents/\(record.id)", record.id, try incidentObject(record, selection))
  }

  /// `DELETE /incidents/{id}`.
  func deleteIncident(_ id: Int64) throws -> Answer {
    try incident(id).delete(from: database)
    return .deleted
  }

  /// The answer to a POST (API reference 2.2).
  func created(_ path: String, _ id: Int64, _ object: JSONObject) -> Answer {
    Answer(
      status: 201, headers: [("Location", links.url(path))], body: .json(.object(object)), createdID: id,
      isChange: true)
  }

  /// Marks an incident as changed by this request, and stores it.
  func touch(_ record: inout IncidentRecord) throws {
    record.updatedTime = request.time.text
    record.values["updatedByAccount"] = .integer(account)
    try record.update(in: database)
  }

  private func apply(_ values: [(path: String, value: JSONValue)], to record: inout IncidentRecord) {
    let oldType = record.values["statusWithType.statusType"]?.integer
    for (path, value) in values { record.values[path] = value.isNull ? .none : value }
    if values.contains(where: { $0.path == "statusWithType.status" }) { followStatus(&record, oldType) }
    if values.contains(where: { $0.path.hasPrefix("banner.") }) {
      record.values["banner.updatedByAccount"] = .integer(account)
      record.values["banner.updatedTime"] = .string(request.time.text)
    }
  }

  /// The status type follows the status, and the closing time the status type (API reference 5).
  private func followStatus(_ record: inout IncidentRecord, _ oldType: Int64?) {
    let solved: Int64 = 2
    let status = record.values["statusWithType.status"]?.integer
    let type = status.flatMap { vocabulary["statusWithType.status"][$0]?.statusType } ?? 1
    record.values["statusWithType.statusType"] = .integer(type)
    if type != solved {
      record.values["closedTime"] = nil
    } else if oldType != solved {
      record.values["closedTime"] = .string(request.time.text)
    }
  }

  /// `yymmdd-nnnnnn`, the next free one of the day.
  private func freeReferenceNumber() throws -> String {
    let day = CalendarDay(daysSince1970: request.time.seconds / 86_400)
    return try ReferenceNumber.free(day: day, from: 0, in: database)
  }

  /// Applies what a body asks of a list.
  private func apply(_ changes: [ElementChange], to list: String, of record: IncidentRecord) throws {
    switch list {
    case "threads": for change in changes { _ = try apply(thread: change, to: record) }
    case "fileAttachments": for change in changes { _ = try apply(attachment: change, to: record) }
    case "billedMinutes":
      if choices.billedMinutes == .replace {
        let kept = Set(changes.compactMap(\.id))
        for old in try ElementRecord.all(.billedMinutes, of: record.id, in: database)
        where !kept.contains(old.id) {
          try old.delete(from: database)
        }
      }
      for change in changes { _ = try apply(billedMinutes: change, to: record) }
    default:
      if choices.otherContacts == .replace {
        try OtherContacts.removeAll(of: record.id, in: database)
      }
      try OtherContacts.add(changes.compactMap(\.id), to: record.id, in: database)
    }
  }
}

extension Answer {
  /// The answer to a successful DELETE, as captured on a live site.
  static let deleted = Answer(mediaType: "text/html; charset=UTF-8", isChange: true)
}
