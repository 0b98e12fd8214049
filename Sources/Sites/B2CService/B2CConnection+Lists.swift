import Catalog
import JSON
import Records

/// Reads the lists of records: a query has one row for each element.
extension B2CConnection {
  /// Reads one list of every record that was found.
  func readList(_ list: ChildList, _ attributes: [String], _ reading: inout Reading) {
    let ids = reading.images.keys.sorted()
    for id in ids { reading.images[id]?.lists[list.name] = [] }
    let element = ListElement(list, attributes)
    let names = element.attributes.map { "\(list.name).\($0.path)" }
    var query = element.query(of: service.resource, queryStyles[names, default: .named])
    var chunks = query?.chunks(ids[...], urlLimit: queryLimit, maximumCount: Self.recordsPerListQuery) ?? []
    chunks.reverse()
    while let chunk = chunks.popLast(), let asked = query {
      let path = Self.queryPath + asked.text(for: chunk)
      guard let answer = ask(path, &reading.last) else {
        if shortens(path, isSingle: chunk.count == 1, reading.last) {
          let left = ([chunk] + chunks.reversed()).flatMap { $0 }
          chunks = asked.chunks(
            left[...], urlLimit: queryLimit, maximumCount: Self.recordsPerListQuery)
          chunks.reverse()
          continue
        }
        if refusedQuery(reading.last), let next = queryStyles[names, default: .named].next {
          queryStyles[names] = next
          query = element.query(of: service.resource, next)
          // Without a query, the rest is fetched record by record.
          guard query == nil else {
            chunks.append(chunk)
            continue
          }
          let left = ([chunk] + chunks.reversed()).flatMap { $0 }
          return readElements(element, of: left, &reading)
        }
        guard reading.last.isTooLarge, chunk.count > 1 else { return }
        chunks += chunk.halves.reversed()
        continue
      }
      guard let rows = asked.rows(in: answer), rows.count < RecordQuery.rowLimit || chunk.count > 1 else {
        return reading.last.refuse(asBadAnswer: badTable)
      }
      // A table of this length was cut off.
      if rows.count >= RecordQuery.rowLimit {
        chunks += chunk.halves.reversed()
        continue
      }
      take(rows, element, &reading)
    }
    if query == nil { readElements(element, of: ids, &reading) }
  }

  private func take(_ rows: [RecordQuery.Row], _ element: ListElement, _ reading: inout Reading) {
    for row in rows {
      guard let object = element.object(row.values) else { continue }
      reading.images[row.id]?.lists[element.list.name]?.append(object)
    }
    for id in Set(rows.map(\.id)) { reading.images[id]?.sort(element) }
  }

  /// Fetches the list of each record by itself.
  private func readElements(_ element: ListElement, of ids: [RecordID], _ reading: inout Reading) {
    for id in ids {
      let path = "\(service.resource.name)/\(id.pathSegment)?expand=\(element.list.name.percentEncoded)"
      guard let answer = ask(path, &reading.last) else {
        guard reading.last.refusal?.status == 404 else { return }
        reading.images[id] = nil
        reading.last.outcome = .applied
        continue
      }
      guard let items = answer[element.list.name]?["items"]?.array else {
        return reading.last.refuse(
          asBadAnswer: "the answer does not hold the \(element.list.name) of one of \(service.resource.name)")
      }
      reading.images[id]?.lists[element.list.name] = items.compactMap { item in
        var values: [String: JSONValue] = [:]
        for (path, kind) in element.attributes {
          values[path] = item.object?.memberOrNull(at: path).map { kind.value($0) }
        }
        // A list of references contains only links.
        if element.keys == ["id"], values["id"] == nil { values["id"] = item.asNamedValue?["id"] }
        return element.object(values)
      }
      reading.images[id]?.sort(element)
    }
  }
}

/// The attributes to read of each element of a list.
struct ListElement {
  let list: ChildList
  /// The attributes that identify an element, if there are any.
  let keys: [String]
  /// The keys come first.
  private(set) var attributes: [(path: String, kind: Field.Kind)] = []

  /// - Parameter wanted: attributes that the list is known to have.
  init(_ list: ChildList, _ wanted: [String]) {
    self.list = list
    if case .reference = list.element {
      keys = ["id"]
      attributes = [("id", .integer())]
      return
    }
    let keys = list.selectors.map(\.path)
    self.keys = keys
    for path in keys + wanted.filter({ !keys.contains($0) }) {
      guard let field = list.field(path), !attributes.contains(where: { $0.path == path }) else { continue }
      attributes.append((path, field.kind))
    }
  }

  /// Returns the query that reads all of it; `nil` if there is none.
  func query(of resource: ResourceType, _ style: QueryStyle) -> RecordQuery? {
    guard style != .keysOnly else { return nil }
    var query = RecordQuery(resource)
    for (path, kind) in attributes {
      guard query.add(path, kind, prefix: "\(list.name).", named: style == .named) else { return nil }
    }
    return query
  }

  /// Returns an element as an object; `nil` for the row of nulls that stands for an empty list.
  func object(_ values: [String: JSONValue]) -> JSONObject? {
    guard keys.allSatisfy({ values[$0]?.isNull == false }) else { return nil }
    var object = JSONObject()
    for (path, _) in attributes {
      guard let value = values[path] else { continue }
      object.set(value, at: path.split(separator: "."))
    }
    return object.allSatisfy { $0.value.isNull } ? nil : object
  }
}

extension RecordImage {
  fileprivate mutating func sort(_ element: ListElement) {
    guard let key = element.keys.first else { return }
    func number(_ object: JSONObject) -> Int64 { object[key]?.integer ?? object[key]?["id"]?.integer ?? 0 }
    lists[element.list.name]?.sort { number($0) < number($1) }
  }
}

extension ArraySlice {
  fileprivate var halves: [ArraySlice<Element>] {
    let middle = startIndex + count / 2
    return [self[..<middle], self[middle...]]
  }
}

extension Exchange {
  /// Indicates that the answer exceeded the limit.
  fileprivate var isTooLarge: Bool {
    if case .unknown(_, let refusal) = outcome { refusal.code == "answer-too-large" } else { false }
  }
}
