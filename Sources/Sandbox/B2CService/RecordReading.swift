import Catalog
import GRDB
import JSON

extension Session {
  /// `GET /{collection}/{id}` with `fields`, `expand` and `links` (API reference 4.1, 4.2).
  func item(_ kind: RecordKind, _ id: Int64) throws -> Answer {
    let record = try record(kind, id)
    if request.parameters.isEmpty, request.headers["prefer"] == nil {
      return Answer(body: .record(record, service.templates[kind, writer]))
    }
    let selection = try ObjectSelection(request, of: kind.tree)
    return .json(try object(of: record, kind, selection, query: request.query))
  }

  /// A record as the service writes it.
  ///
  /// - Parameter place: the requested path, if it is not its own.
  func object(
    of record: RecordRow, _ kind: RecordKind, _ selection: ObjectSelection = ObjectSelection(),
    query: String? = nil, at place: String? = nil
  ) throws -> JSONObject {
    var object = try members(kind.tree, prefix: "", of: record, kind, selection)
    object["links"] = selection.narrowed(
      links.own("\(kind.name)/\(record.id)", of: kind.name, query: query, at: place))
    return object
  }

  /// The members of a record, or of a sub-object of it.
  func members(
    _ tree: AttributeTree, prefix: String, of record: RecordRow, _ kind: RecordKind,
    _ selection: ObjectSelection = ObjectSelection()
  ) throws -> JSONObject {
    var object = JSONObject()
    for name in tree.names where selection.includes(prefix + name) {
      switch tree[name] {
      case .value(let attribute): object[name] = written(record.value(at: attribute.path), attribute)
      case .branch(let inner):
        let isAbsent =
          kind.rules.nullWhenEmpty.contains(prefix + name)
          && inner.attributes.allSatisfy { record.value(at: $0.path) == nil }
        object[name] =
          isAbsent
          ? .null
          : .object(try members(inner, prefix: "\(prefix)\(name).", of: record, kind, selection))
      case .list(let list):
        object[name] =
          selection.expanded.contains(name)
          ? try expanded(list, of: record) : links.list(name, of: "\(kind.name)/\(record.id)")
      case nil: break
      }
    }
    return object
  }

  /// `GET /{collection}` with paging, sorting and a filter (API reference 4.2, 4.4).
  func collection(_ kind: RecordKind) throws -> Answer {
    let page = try Page(request, of: kind.tree)
    let table = QueryTable(kind, in: model)
    do {
      let (condition, order) = try page.query(of: table)
      let columns = (condition?.columns ?? []) + order.map(\.column)
      guard !columns.contains(where: { $0.list != nil }) else {
        throw QueryError(message: "a collection cannot be filtered or sorted by a list")
      }
      // One extra row shows whether there is a next page.
      let rows = try rows(
        of: table, where: condition, order: order, alsoReading: [], offset: page.offset, limit: page.limit + 1
      )
      let items = try rows.prefix(page.limit).map { row -> JSONValue in
        .object(try object(of: row.record, kind, page.selection))
      }
      let total = try page.wantsTotal ? total(of: table, where: condition) : nil
      return .json(
        page.object(items, of: kind.name, hasMore: rows.count > page.limit, total: total, links: links))
    } catch let error as QueryError {
      throw Refusal.badParameter("Invalid filter or order: \(error.message)")
    }
  }

  private func total(of table: QueryTable, where condition: Condition<QueryColumn>?) throws -> Int {
    if condition == nil, table.kind.isStored { return try RecordRow.count(table.name, in: database) }
    return try rows(
      of: table, where: condition, order: [], alsoReading: [], offset: 0, limit: .max / 2
    ).count
  }
}
