import Catalog
import JSON
import Records

/// The part of a record that one query reads.
///
/// The first style that the site accepts is kept for the same attributes. ROQL's names for attributes are not
/// published, so a refusal must cost requests and not the run.
enum QueryStyle {
  /// Attributes, and the names of their references.
  case named
  /// Attributes, with references by id alone.
  case plain
  /// Only id and `updatedTime`; the attributes come with a request for each record.
  case keysOnly

  var next: QueryStyle? {
    switch self {
    case .named: .plain
    case .plain: .keysOnly
    case .keysOnly: nil
    }
  }
}

extension B2CConnection {
  /// The number of records whose elements are read together; a record may have hundreds of long threads.
  static let recordsPerListQuery = 200
  /// The number of records read together, as far as the URL's length allows.
  static let recordsPerQuery = 1000

  func read(_ request: ReadRequest) -> (Exchange, [RecordID: RecordImage]) {
    let resource = service.resource
    var reading = Reading()
    for path in request.attributes {
      let kind = resource.field(at: path)?.kind ?? request.kinds[path]
      guard kind != nil || resource.customFields.contains(where: { $0.contains(path) }) else {
        return (.refused("unknown-attribute", "\(resource.name) have no attribute \(path)"), [:])
      }
      reading.attributes.append((path, kind))
    }
    var lists: [(ChildList, [String])] = []
    for (name, attributes) in request.lists.sorted(by: { $0.key < $1.key }) {
      guard let list = resource.list(named: name) else {
        return (.refused("unknown-attribute", "\(resource.name) have no list \(name)"), [:])
      }
      if let unknown = attributes.first(where: { list.field($0) == nil }) {
        return (.refused("unknown-attribute", "a \(list.singular) has no attribute \(unknown)"), [:])
      }
      lists.append((list, attributes))
    }
    var seen: Set<RecordID> = []
    readRecords(request.ids.filter { seen.insert($0).inserted }[...], &reading)
    for (list, attributes) in lists where reading.last.isApplied {
      readList(list, attributes, &reading)
    }
    return (reading.last, reading.images)
  }

  /// The requested attributes, and the result so far.
  struct Reading {
    /// The attributes; only a custom field can lack a type.
    var attributes: [(path: String, kind: Field.Kind?)] = []
    var images: [RecordID: RecordImage] = [:]
    var last = Exchange(outcome: .applied)
  }

  /// The path of a query, before its text.
  static let queryPath = "queryResults/?query="
  var queryLimit: Int { addressLimit.bytes - service.base.utf8.count - Self.queryPath.utf8.count - 1 }

  /// Returns whether to ask for less at a time, because a query was refused as if it were too long.
  func shortens(_ path: String, isSingle: Bool, _ exchange: Exchange) -> Bool {
    exchange.mayBeOfLength
      && addressLimit.refused(service.base.utf8.count + 1 + path.utf8.count, isSingle: isSingle)
  }

  /// Returns whether the query itself was refused, by the site or by a gateway even for one record, so that another
  /// query may succeed.
  func refusedQuery(_ exchange: Exchange) -> Bool {
    exchange.refusal?.status == 400 || exchange.mayBeOfLength
  }
}

// MARK: - Records

extension B2CConnection {
  private func readRecords(_ ids: ArraySlice<RecordID>, _ reading: inout Reading) {
    let names = reading.attributes.map(\.path)
    let style = queryStyles[names, default: .named]
    var query = RecordQuery(service.resource)
    // Attributes that a query cannot contain are fetched record by record.
    var rest: [(path: String, kind: Field.Kind?)] = []
    for attribute in reading.attributes {
      guard style != .keysOnly, let kind = attribute.kind,
        query.add(attribute.path, kind, named: style == .named)
      else {
        rest.append(attribute)
        continue
      }
    }
    for chunk in query.chunks(ids, urlLimit: queryLimit, maximumCount: Self.recordsPerQuery) {
      let path = Self.queryPath + query.text(for: chunk)
      guard let answer = ask(path, &reading.last) else {
        if shortens(path, isSingle: chunk.count == 1, reading.last) {
          return readRecords(ids[chunk.startIndex...], &reading)
        }
        guard refusedQuery(reading.last), let next = style.next else { return }
        queryStyles[names] = next
        return readRecords(ids[chunk.startIndex...], &reading)
      }
      guard take(query.rows(in: answer), of: chunk, &reading) else { return }
      if query.joins {
        guard readMissing(chunk.filter { reading.images[$0] == nil }[...], &reading) else { return }
      }
      for id in chunk where !rest.isEmpty && reading.images[id] != nil {
        guard readRecord(id, rest, &reading) else { return }
      }
    }
  }

  /// Keeps the rows of a table; returns `false` if it is none, or is cut off.
  private func take(
    _ rows: [RecordQuery.Row]?, of ids: ArraySlice<RecordID>, _ reading: inout Reading
  ) -> Bool {
    guard let rows, rows.count < RecordQuery.rowLimit else {
      reading.last.refuse(asBadAnswer: badTable)
      return false
    }
    let ids = Set(ids)
    for row in rows where ids.contains(row.id) {
      reading.images[row.id] = RecordImage(id: row.id, token: row.token, values: row.values)
    }
    return true
  }

  var badTable: String {
    "the answer to a query is not a table of \(service.resource.name), or is cut at its limit"
  }

  /// Checks records that a query with references did not list.
  ///
  /// It is not documented whether a record without such a reference is listed at all.
  private func readMissing(_ ids: ArraySlice<RecordID>, _ reading: inout Reading) -> Bool {
    guard !ids.isEmpty else { return true }
    let query = RecordQuery(service.resource)
    for chunk in query.chunks(ids, urlLimit: queryLimit, maximumCount: Self.recordsPerQuery) {
      guard let answer = ask(Self.queryPath + query.text(for: chunk), &reading.last),
        take(query.rows(in: answer), of: chunk, &reading)
      else { return false }
      for id in chunk where reading.images[id] != nil {
        guard readRecord(id, reading.attributes, &reading) else { return false }
      }
    }
    return true
  }

  /// Fetches attributes of one record; returns `false` if the site failed.
  ///
  /// A record that was deleted meanwhile is no failure.
  private func readRecord(
    _ id: RecordID, _ attributes: [(path: String, kind: Field.Kind?)], _ reading: inout Reading
  ) -> Bool {
    let fields = (attributes.map(\.path) + [RecordQuery.token]).map(\.percentEncoded).joined(separator: ",")
    guard
      let object = ask("\(service.resource.name)/\(id.pathSegment)?fields=\(fields)", &reading.last)?.object
    else {
      if reading.last.refusal?.status == 404 {
        reading.images[id] = nil
        reading.last.outcome = .applied
      } else if reading.last.isApplied {
        reading.last.refuse(asBadAnswer: "the answer is not one of \(service.resource.name)")
      }
      return reading.last.isApplied
    }
    for (path, kind) in attributes {
      guard let raw = object.memberOrNull(at: path) else { continue }
      reading.images[id]?.values[path] = kind?.value(raw) ?? raw.asNamedValue ?? raw
    }
    return true
  }
}

extension JSONObject {
  /// Returns the value at a dotted path; null if an object on the way is null, `nil` if there is none.
  func memberOrNull(at path: String) -> JSONValue? {
    var value = JSONValue.object(self)
    for step in path.split(separator: ".") {
      guard let next = value[String(step)] else { return nil }
      if next.isNull { return .null }
      value = next
    }
    return value
  }
}
