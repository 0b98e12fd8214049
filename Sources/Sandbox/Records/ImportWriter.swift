import Catalog
import Foundation
import GRDB
import JSON

/// The elements of an imported incident that came without ids of their own.
struct UnnumberedElements {
  var incident: IncidentRecord
  var elements: [(list: String, values: JSONObject)] = []
}

/// Stores imported incidents, with what is missing filled in.
struct ImportWriter {
  let database: Database
  let vocabulary: Vocabulary
  let reader: BodyReader

  /// Stores an incident and those of its elements that have ids.
  ///
  /// - Returns: the others, to be numbered when all ids of the file are known.
  func insertIncident(_ body: JSONObject) throws -> UnnumberedElements {
    let change = try reader.incident(body)
    var record = try record(change)
    if record.id != 0, try IncidentRecord.find(record.id, in: database) != nil {
      throw Refusal.invalid("id", "\(record.id) is given twice")
    }
    record.id = try record.insert(into: database)
    var rest = UnnumberedElements(incident: record)
    for (list, elements) in change.elements.sorted(by: { $0.key < $1.key }) {
      for element in elements {
        if list == "otherContacts" {
          try OtherContacts.add([element.id].compactMap(\.self), to: record.id, in: database)
        } else if let id = element.id {
          try insert(list, id, element.values, of: record)
        } else {
          rest.elements.append((list, element.values))
        }
      }
    }
    return rest
  }

  /// Stores elements with ids that are free.
  func insert(_ rest: UnnumberedElements) throws {
    for (list, values) in rest.elements { try insert(list, 0, values, of: rest.incident) }
  }

  private func record(_ change: IncidentChange) throws -> IncidentRecord {
    var values = JSONObject()
    for (path, value) in change.values where !value.isNull { values[path] = value }
    let id = values["id"]?.integer ?? 0
    // Without a date of its own a record is as old as the seed page's API.
    let created = values["createdTime"]?.string ?? "2016-01-28T09:00:00Z"
    let number = try referenceNumber(values, created, id)
    var record = IncidentRecord(
      id: id, referenceNumber: number, createdTime: created,
      updatedTime: values["updatedTime"]?.string ?? created, values: values)
    for path in ["id", "lookupName", "referenceNumber", "createdTime", "updatedTime"] {
      record.values[path] = nil
    }
    let defaults: JSONObject = [
      "subject": .string("Incident \(number)"), "primaryContact": 1, "interface": 1, "language": 1,
      "channel": 6, "responseEmailAddressType": 0, "smartSenseCustomer": 0, "smartSenseStaff": 0,
      "source": 3001, "statusWithType.status": 1,
    ]
    for (path, value) in defaults where !change.values.contains(where: { $0.path == path }) {
      record.values[path] = value
    }
    if record.values["statusWithType.statusType"] == nil {
      let status = record.values["statusWithType.status"]?.integer ?? 1
      let type = vocabulary["statusWithType.status"][status]?.statusType ?? 1
      record.values["statusWithType.statusType"] = .integer(type)
      if type == 2, record.values["closedTime"] == nil {
        record.values["closedTime"] = .string(record.updatedTime)
      }
    }
    let milestones = change.elements["milestoneInstances"] ?? []
    if !milestones.isEmpty {
      record.values["milestoneInstances"] = .array(milestones.map { .object($0.values.withoutNulls) })
    }
    return record
  }

  /// The given number, which may also come as `lookupName`, or a free one of the day of creation.
  private func referenceNumber(_ values: JSONObject, _ created: String, _ id: Int64) throws -> String {
    guard let given = values["referenceNumber"] ?? values["lookupName"] else {
      let day = CalendarDay(parsing: String(created.prefix(10))) ?? CalendarDay(daysSince1970: 0)
      return try ReferenceNumber.free(day: day, from: max(0, id), in: database)
    }
    if let field = ResourceType.incidents.field(at: "referenceNumber") {
      _ = try reader.stored(given, field, in: nil)
    }
    let number = given.string ?? ""
    guard values["lookupName"]?.string ?? number == number else {
      throw Refusal.invalid("lookupName", "is not the reference number \(number)")
    }
    guard try !IncidentRecord.isTaken(number, in: database) else {
      throw Refusal.invalid("referenceNumber", "\(number) is given twice")
    }
    return number
  }

  private func insert(_ list: String, _ id: Int64, _ values: JSONObject, of record: IncidentRecord) throws {
    var rest = values.withoutNulls
    if let stored = ElementRecord.List(list) {
      try checkIsFree(id, in: stored.rawValue, list)
      let data = Data(Base64.decoded(rest["data"]?.string ?? "") ?? [])
      if stored == .fileAttachments {
        rest["data"] = nil
        rest["size"] = rest["size"] ?? .integer(Int64(data.count))
        rest["createdTime"] = rest["createdTime"] ?? .string(record.createdTime)
        rest["updatedTime"] = rest["updatedTime"] ?? .string(record.createdTime)
      }
      try ElementRecord(list: stored, id: id, incident: record.id, values: rest)
        .insert(data: data, into: database)
    } else if list == "threads" {
      try checkIsFree(id, in: "thread", list)
      try insertThread(id, rest, of: record)
    }
  }

  private func insertThread(_ id: Int64, _ values: JSONObject, of record: IncidentRecord) throws {
    var rest = values
    for name in ["text", "entryType", "createdTime", "displayOrder"] { rest[name] = nil }
    rest["contentType"] = rest["contentType"] ?? 1
    let entryType = values["entryType"]?.integer ?? 1
    if entryType == 3, rest["contact"] == nil { rest["contact"] = record.values["primaryContact"] }
    let created = values["createdTime"]?.string ?? record.createdTime
    try ThreadRecord(
      id: id, incident: record.id, entryType: entryType, text: values["text"]?.string ?? "",
      createdTime: created,
      displayOrder: values["displayOrder"]?.integer
        ?? ThreadRecord.nextDisplayOrder(of: record.id, at: created, in: database), values: rest
    ).insert(into: database)
  }

  private func checkIsFree(_ id: Int64, in table: String, _ list: String) throws {
    guard id != 0 else { return }
    let taken = try Int.fetchOne(database, sql: "SELECT 1 FROM \(table) WHERE id = ?", arguments: [id])
    guard taken == nil else { throw Refusal.invalid("\(list).id", "\(id) is given twice") }
  }
}
