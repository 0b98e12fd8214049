import Catalog
import GRDB
import JSON

extension Session {
  /// `GET /incidents/{id}` with `fields`, `expand` and `links` (API reference 4.1, 4.2).
  func incidentItem(_ id: Int64) throws -> Answer {
    let selection = try ObjectSelection(request, of: .incident)
    return .json(try incidentObject(incident(id), selection, query: request.query))
  }

  /// An incident as the service writes it.
  func incidentObject(
    _ record: IncidentRecord, _ selection: ObjectSelection = ObjectSelection(), query: String? = nil
  ) throws -> JSONObject {
    var object = try members(.incident, prefix: "", of: recordView(record), selection)
    object["links"] = selection.narrowed(links.own("incidents/\(record.id)", of: "incidents", query: query))
    return object
  }

  /// The members of a record, or of a sub-object of it.
  func members(
    _ tree: AttributeTree, prefix: String, of record: RecordView,
    _ selection: ObjectSelection = ObjectSelection()
  ) throws -> JSONObject {
    var object = JSONObject()
    for name in tree.names where selection.includes(prefix + name) {
      switch tree[name] {
      case .value(let field): object[name] = written(record.value(field.path), field)
      case .branch(let inner):
        // An incident without a service level shows null, not an object of nulls.
        let isAbsent = name == "sLAInstance" && inner.fields.allSatisfy { record.value($0.path) == nil }
        object[name] =
          isAbsent
          ? .null : .object(try members(inner, prefix: "\(prefix)\(name).", of: record, selection))
      case .list(let list):
        object[name] =
          selection.expanded.contains(name)
          ? try record.expanded(list) : links.list(name, of: "\(record.resource)/\(record.id)")
      case nil: break
      }
    }
    return object
  }

  /// `GET /incidents` with paging, sorting and a filter (API reference 4.2, 4.4).
  func incidentCollection() throws -> Answer {
    let page = try Page(request, of: .incident)
    do {
      let (condition, order) = try page.query(of: .incidents)
      let columns = (condition?.columns ?? []) + order.map(\.column)
      guard !columns.contains(where: { $0.list != nil }) else {
        throw QueryError(message: "a collection cannot be filtered or sorted by a list")
      }
      // One row more than asked for says whether there is a next page.
      let rows = try rows(
        of: .incidents, where: condition, order: order, alsoReading: [], offset: page.offset,
        limit: page.limit + 1)
      let items = try rows.prefix(page.limit).map { row -> JSONValue in
        guard case .incident(let record, _) = row else { return .null }
        return .object(try incidentObject(record, page.selection))
      }
      let total = try page.wantsTotal ? total(where: condition) : nil
      return .json(
        page.object(
          items, of: "incidents", hasMore: rows.count > page.limit, total: total, links: links))
    } catch let error as QueryError {
      throw Refusal.badParameter("Invalid filter or order: \(error.message)")
    }
  }

  private func total(where condition: Condition<QueryColumn>?) throws -> Int {
    guard let condition else { return try IncidentRecord.count(in: database) }
    return try rows(
      of: .incidents, where: condition, order: [], alsoReading: [], offset: 0, limit: .max / 2
    ).count
  }
}
