import Catalog
import GRDB
import JSON

/// An element that becomes a row: the given values, and those that the site adds.
struct NewElement {
  var row: RecordRow
  /// The bytes that are stored separately, by attribute.
  var data: [(path: String, bytes: [UInt8])] = []

  /// - Parameters:
  ///   - id: its own id; without one it gets the next free one.
  ///   - account: the account that creates it; none for an imported element.
  ///   - time: the creation time, unless it has its own.
  init(
    _ given: JSONObject, id: Int64?, _ list: ListKind, of record: RecordRow, account: Int64?, at time: String,
    in database: Database
  ) throws {
    let rules = list.rules
    let id = try id ?? RecordRow.nextID(list.entity, in: database)
    row = RecordRow(entity: list.entity, id: id, parent: record.id, values: given.withoutNulls)
    for path in list.data {
      guard let text = row.values[path]?.string else { continue }
      data.append((path, Base64.decoded(text) ?? []))
      row.values[path] = nil
    }
    for path in rules.unkept { row.values[path] = nil }
    for (path, value) in rules.defaults where row.values[path] == nil { row.values[path] = value }
    if let copy = rules.copy, row.values[copy.to] == nil, let text = row.values[copy.from]?.string,
      list.accepts(text, at: copy.to)
    {
      row.values[copy.to] = .string(text)
    }
    if let size = rules.size, row.values[size.path] == nil {
      row.values[size.path] = .integer(Int64(data.first { $0.path == size.of }?.bytes.count ?? 0))
    }
    for path in ["createdTime", "updatedTime"] where list.has(path) && row.values[path] == nil {
      row.values[path] = .string(time)
    }
    if let author = rules.author { sign(author, record, account) }
    if let order = rules.order, row.values[order] == nil {
      row.values[order] = .integer(try Self.place(of: row, order, in: database))
    }
  }

  /// Sets the author, unless one is given.
  private mutating func sign(_ author: AuthorRule, _ record: RecordRow, _ account: Int64?) {
    if let audience = row.values[author.audience]?.integer, author.customers.contains(audience) {
      if row.values[author.contact.path] == nil {
        row.values[author.contact.path] = record.values[author.contact.from]
      }
    } else if let account {
      row.values[author.account] = .integer(account)
    }
  }

  /// Its position among the elements of the same time.
  private static func place(of row: RecordRow, _ order: String, in database: Database) throws -> Int64 {
    var place: Int64 = 1
    let time = row.values["createdTime"]?.string ?? ""
    try RecordRow.visitBackwards(row.entity, of: row.parent ?? 0, in: database) { other in
      let otherTime = other.values["createdTime"]?.string ?? ""
      if otherTime == time { place = (other.values[order]?.integer ?? 0) + 1 }
      // Numbers rise, so elements before an older one, or one of the same time, do not matter.
      return otherTime > time
    }
    return place
  }

  func insert(into database: Database) throws {
    try row.insert(into: database)
    for (path, bytes) in data { try row.setData(path, to: bytes, in: database) }
  }
}

extension ListKind {
  /// Returns whether a text is short enough for an attribute.
  fileprivate func accepts(_ text: String, at path: String) -> Bool {
    let kind = attributes.first { $0.path == path }?.field.kind
    guard case .string(let maximum, _)? = kind, let maximum else { return true }
    return text.unicodeScalars.count <= maximum
  }
}
