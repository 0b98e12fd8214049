import Catalog
import JSON

/// Asks for menu values (`namedIDs`) and, by ROQL, for the records that others refer to.
extension B2CConnection {
  /// The attributes that tell records of one name apart.
  private static let details: [String: [String]] = [
    "accounts": ["staffGroup.lookupName", "login"], "contacts": ["organization.lookupName"],
    "serviceProducts": ["parent.lookupName"], "serviceCategories": ["parent.lookupName"],
    "serviceDispositions": ["parent.lookupName"],
  ]

  func values(
    of source: NameSource, containing part: String?, after id: Int64?, limit: Int
  ) -> (Exchange, [NamedRecord]) {
    switch source {
    case .menu(let resource, let path, let isHierarchical):
      return menu(resource, path, isHierarchical: isHierarchical)
    case .collection(let name):
      var conditions: [String] = []
      if let part, !part.isEmpty {
        // Whether the site minds the case of letters is not published.
        let spellings = Set([part, part.lowercased(), part.uppercased(), part.lowercased().capitalizedWords])
        let tests = spellings.sorted().map {
          "lookupName like \(QueryText.pattern(widening: "%\($0.replacing("%", with: "_"))%"))"
        }
        conditions.append("(\(tests.joined(separator: " or ")))")
      }
      if let id { conditions.append("id > \(id)") }
      let test = conditions.isEmpty ? "" : " where \(conditions.joined(separator: " and "))"
      return query("select id, lookupName from \(name)\(test) order by id limit \(limit)")
    case .lookup: return (.namesUnknown, [])
    }
  }

  private func menu(
    _ resource: String, _ path: String, isHierarchical: Bool
  ) -> (Exchange, [NamedRecord]) {
    let root = isHierarchical ? "namedIDHierarchies" : "namedIDs"
    let steps = ([root, resource] + path.split(separator: ".").map { String($0) }).map(\.percentEncoded)
    var last = Exchange(outcome: .applied)
    guard let answer = ask(steps.joined(separator: "/"), &last) else { return (last, []) }
    guard let items = answer["items"]?.array else {
      last.refuse(asBadAnswer: "the answer is not a menu")
      return (last, [])
    }
    let records = items.compactMap { item -> NamedRecord? in
      guard let id = item["id"]?.integer, let name = item["lookupName"]?.string else { return nil }
      let parents = item["parents"]?.array?.compactMap { $0["lookupName"]?.string } ?? []
      return NamedRecord(id: id, name: name, details: parents)
    }
    return (last, records)
  }

  func records(named names: [String], in collection: String) -> (Exchange, [NamedRecord]) {
    let asked = Set(names)
    let plain = names.filter(QueryText.isPlain)
    let others = names.filter { !QueryText.isPlain($0) }
    let opening = "select id, lookupName from \(collection) where "
    let room = addressLimit.bytes - service.base.utf8.count - Self.queryPath.utf8.count
    var found: [NamedRecord] = []
    var last = Exchange(outcome: .applied)
    func ask(_ parts: [String], _ join: String, _ wrap: (String) -> String) {
      let fixed = (opening + wrap("")).percentEncoded.utf8.count
      var rest = parts[...]
      while let chunk = rest.chunks(
        maximumCount: 500, length: room - fixed,
        size: {
          ($0 + join).percentEncoded.utf8.count
        }
      ).first, last.isApplied {
        let (exchange, records) = query(opening + wrap(chunk.joined(separator: join)), after: last)
        last = exchange
        found += records.filter { asked.contains($0.name) && !found.contains($0) }
        rest = rest.dropFirst(chunk.count)
      }
    }
    ask(plain.map(QueryText.literal), ",") { "lookupName in (\($0))" }
    ask(others.map { "lookupName like \(QueryText.pattern(of: $0))" }, " or ") { $0 }
    return (last, found)
  }

  func detailed(_ records: [NamedRecord], in source: NameSource) -> (Exchange, [NamedRecord]) {
    guard case .collection(let name) = source, let columns = Self.details[name], !records.isEmpty else {
      return (Exchange(outcome: .applied), records)
    }
    var last = Exchange(outcome: .applied)
    var details: [Int64: [String]] = [:]
    let opening = "select id, \(columns.joined(separator: ", ")) from \(name) where id in ("
    for chunk in records.compactMap(\.id)[...].chunks(maximumCount: 200, length: 3_000, size: { _ in 20 }) {
      let text = opening + chunk.map { String($0) }.joined(separator: ",") + ")"
      guard let answer = ask(Self.queryPath + text.percentEncoded, &last),
        let rows = answer.tableRows(columns: columns.count + 1)
      else { return (last, records) }
      for row in rows {
        if let id = row[0].cellInteger { details[id] = row.dropFirst().compactMap(\.string) }
      }
    }
    return (
      last,
      records.map { record in
        var record = record
        record.details = record.id.flatMap { details[$0] } ?? record.details
        return record
      }
    )
  }

  /// Asks for a table of ids and names.
  private func query(
    _ text: String, after earlier: Exchange = Exchange(outcome: .applied)
  ) -> (Exchange, [NamedRecord]) {
    var last = earlier
    guard let answer = ask(Self.queryPath + text.percentEncoded, &last) else { return (last, []) }
    guard let rows = answer.tableRows(columns: 2), rows.count < RecordQuery.rowLimit else {
      last.refuse(
        asBadAnswer: "the answer to a query is not a table of ids and names, or is cut at its limit")
      return (last, [])
    }
    return (
      last,
      rows.compactMap { row in
        guard let id = row[0].cellInteger, let name = row[1].string else { return nil }
        return NamedRecord(id: id, name: name)
      }
    )
  }
}

extension String {
  /// The words with capital first letters, as names are written.
  fileprivate var capitalizedWords: String {
    var words = ""
    for character in self {
      words += words.last?.isLetter == true ? String(character) : character.uppercased()
    }
    return words
  }
}
