import Catalog
import GRDB
import JSON

extension Session {
  /// `GET /incidents/{id}` with `fields`, `expand` and `links` (API reference 4.1, 4.2).
  func incidentItem(_ id: Int64) throws -> Answer {
    var selection = ObjectSelection()
    for (name, value) in request.parameters {
      switch name {
      case "fields": selection.fields = try selection.checked(value, mayBeDotted: true)
      case "expand": selection.expanded = try ObjectSelection.lists(value)
      case "links": selection.relations = Set(value.split(separator: ",").map { $0.trimmed })
      default: throw Refusal.badParameter("Unknown parameter: \(name)")
      }
    }
    return .json(try incidentObject(incident(id), selection, query: request.query))
  }

  /// An incident as the service writes it.
  func incidentObject(
    _ record: IncidentRecord, _ selection: ObjectSelection = ObjectSelection(), query: String? = nil
  ) throws -> JSONObject {
    var object = try members(AttributeTree.incident, prefix: "", record, selection)
    var own = links.own("incidents/\(record.id)", of: "incidents", query: query).array ?? []
    if let relations = selection.relations {
      own = own.filter { $0["rel"]?.string.map { relations.contains($0) } ?? false }
    }
    object["links"] = .array(own)
    return object
  }

  private func members(
    _ tree: AttributeTree, prefix: String, _ record: IncidentRecord, _ selection: ObjectSelection
  ) throws -> JSONObject {
    var object = JSONObject()
    for name in tree.names where selection.includes(prefix + name) {
      switch tree[name] {
      case .value(let field): object[name] = written(record.value(at: field.path), field)
      case .branch(let inner):
        // An incident without a service level shows null, not an object of nulls.
        let isAbsent =
          name == "sLAInstance" && !record.values.contains { $0.name.hasPrefix("sLAInstance.") }
        object[name] =
          isAbsent ? .null : .object(try members(inner, prefix: "\(prefix)\(name).", record, selection))
      case .list(let list):
        object[name] =
          selection.expanded.contains(name)
          ? try expanded(list, of: record.id) : links.list(name, of: record.id)
      case nil: break
      }
    }
    return object
  }

  /// `GET /incidents` with paging, sorting and a filter (API reference 4.2, 4.4).
  func incidentCollection() throws -> Answer {
    let page = try Page(request)
    do {
      let condition = try page.filter.map { filter throws(QueryError) in
        try Condition<QueryColumn>(ConditionParser.condition(filter), .incidents, alias: nil)
      }
      var order: [SortKey<QueryColumn>] = []
      for (name, isDescending) in page.order {
        order.append(
          SortKey(column: try QueryTable.incidents.column(name, alias: nil), isDescending: isDescending))
      }
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

/// Which members of an object are asked for.
struct ObjectSelection {
  /// Dotted paths; none means all.
  var fields: [String]?
  /// The lists to write in full.
  var expanded: Set<String> = []
  /// The own links to keep; none means all.
  var relations: Set<String>?

  /// Whether a path is asked for, or lies on the way to one, or below one.
  func includes(_ path: String) -> Bool {
    guard let fields else { return true }
    return fields.contains { $0 == path || $0.hasPrefix(path + ".") || path.hasPrefix($0 + ".") }
  }

  /// The names of a `fields` parameter, which must exist.
  func checked(_ text: String, mayBeDotted: Bool) throws(Refusal) -> [String] {
    let names = text.split(separator: ",").map { $0.trimmed }
    for name in names {
      guard mayBeDotted || !name.contains(".") else {
        throw .badParameter("fields of a collection cannot name sub-fields: \(name)")
      }
      var tree: AttributeTree? = .incident
      for step in name.split(separator: ".", omittingEmptySubsequences: false) {
        switch tree?[String(step)] {
        case .branch(let inner): tree = inner
        case .value, .list: tree = nil
        case nil: throw .badParameter("Invalid property specified: \(name)")
        }
      }
    }
    return names
  }

  /// The lists an `expand` parameter names; `all` means every one.
  static func lists(_ text: String) throws(Refusal) -> Set<String> {
    let known = Set(AttributeTree.elements.keys)
    if text == "all" { return known }
    let names = Set(text.split(separator: ",").map { $0.trimmed })
    if let stranger = names.subtracting(known).min() {
      throw .badParameter("Not a list that can be expanded: \(stranger)")
    }
    return names
  }
}
