import Catalog
import Foundation
import JSON

extension Session {
  /// Appends a thread, or edits the one that is named: of an old one only the text, and a response into a note.
  ///
  /// - Returns: the id of the thread.
  func apply(thread change: ElementChange, to record: IncidentRecord) throws -> Int64 {
    guard let id = change.id else { return try append(change.values, to: record) }
    guard var thread = try ThreadRecord.find(id, of: record.id, in: database) else {
      throw Refusal.badReference("Invalid ID: No such Thread with ID = \(id)")
    }
    if let text = change.values["text"]?.string { thread.text = text }
    if let entryType = change.values["entryType"]?.integer, entryType != thread.entryType {
      let response: Int64 = 2
      let note: Int64 = 1
      guard thread.entryType == response, entryType == note else {
        throw Refusal.invalid(
          "threads.entryType",
          "a thread can change from response (2) to private note (1) only, not from \(thread.entryType) to \(entryType)"
        )
      }
      thread.entryType = entryType
    }
    try thread.update(in: database)
    return id
  }

  private func append(_ values: JSONObject, to record: IncidentRecord) throws -> Int64 {
    for name in ["text", "entryType"] where values[name] == nil {
      throw Refusal(.writeFailed, "A required property is missing: threads.\(name)")
    }
    var rest = values.withoutNulls
    rest["text"] = nil
    rest["entryType"] = nil
    if rest["contentType"] == nil { rest["contentType"] = 1 }
    let entryType = values["entryType"]?.integer ?? 1
    switch entryType {
    // A customer's own words come from the primary contact unless another is named.
    case 3, 4: if rest["contact"] == nil { rest["contact"] = record.values["primaryContact"] }
    default: rest["account"] = .integer(account)
    }
    let now = request.time.text
    return try ThreadRecord(
      id: 0, incident: record.id, entryType: entryType, text: values["text"]?.string ?? "", createdTime: now,
      displayOrder: ThreadRecord.nextDisplayOrder(of: record.id, at: now, in: database), values: rest
    ).insert(into: database)
  }

  /// Adds an attachment, or changes the one that is named, whose data stay as they are.
  func apply(attachment change: ElementChange, to record: IncidentRecord) throws -> Int64 {
    let now = JSONValue.string(request.time.text)
    if let id = change.id {
      guard var attachment = try ElementRecord.find(id, .fileAttachments, of: record.id, in: database) else {
        throw Refusal.badReference("Invalid ID: No such FileAttachment with ID = \(id)")
      }
      attachment.values.merge(change.values)
      attachment.values["updatedTime"] = now
      try attachment.update(in: database)
      return id
    }
    for name in ["fileName", "data"] where change.values[name] == nil {
      throw Refusal(.writeFailed, "A required property is missing: fileAttachments.\(name)")
    }
    let data = Data(Base64.decoded(change.values["data"]?.string ?? "") ?? [])
    var values = change.values.withoutNulls
    values["data"] = nil
    values["formData"] = nil
    if values["contentType"] == nil { values["contentType"] = "application/octet-stream" }
    if values["name"] == nil, let fileName = values["fileName"]?.string, fileName.unicodeScalars.count <= 40 {
      values["name"] = .string(fileName)
    }
    values["size"] = .integer(Int64(data.count))
    values["createdTime"] = now
    values["updatedTime"] = now
    return try ElementRecord(list: .fileAttachments, id: 0, incident: record.id, values: values)
      .insert(data: data, into: database)
  }

  /// Adds billed time, or changes the element that is named by `id` or by its key (account and time).
  func apply(billedMinutes change: ElementChange, to record: IncidentRecord) throws -> Int64 {
    let existing = try ElementRecord.all(.billedMinutes, of: record.id, in: database)
    let known: ElementRecord?
    if let id = change.id {
      known = existing.first { $0.id == id }
      guard known != nil else {
        throw Refusal.badReference("Invalid ID: No such TimeBilled with ID = \(id)")
      }
    } else {
      for name in ["account", "billTime", "minutes"] where change.values[name] == nil {
        throw Refusal(.writeFailed, "A required property is missing: billedMinutes.\(name)")
      }
      known = existing.first {
        $0.values["account"] == change.values["account"] && $0.values["billTime"] == change.values["billTime"]
      }
    }
    if var known {
      known.values.merge(change.values)
      try known.update(in: database)
      return known.id
    }
    return try ElementRecord(
      list: .billedMinutes, id: 0, incident: record.id, values: change.values.withoutNulls
    ).insert(into: database)
  }
}

extension JSONObject {
  /// Only the members that are not null.
  var withoutNulls: JSONObject { JSONObject(filter { !$0.value.isNull }.map { ($0.name, $0.value) }) }

  /// Takes over the members of another object; null removes.
  mutating func merge(_ other: JSONObject) {
    for (name, value) in other { self[name] = value.isNull ? nil : value }
  }
}
