import GRDB
import JSON

/// The requested part of a collection (API reference 4).
struct RowPage {
  static let defaultLimit = 25
  /// The largest number of rows that one call returns.
  static let maximumLimit = 500

  var limit = RowPage.defaultLimit
  var offset = 0
  var wantsTotal = false
  var query: String?
  var finder: String?
  var order = ""

  /// - Throws: `Fault` for a parameter that is unknown or has an invalid value.
  init(_ parameters: [(name: String, value: String)], _ choices: FusionChoices) throws(Fault) {
    for (name, value) in parameters {
      switch name {
      case "limit":
        guard let number = Int(value), number > 0 else {
          throw .parameter(name, "it must be a positive number, not '\(value)'", choices)
        }
        limit = min(number, Self.maximumLimit)
      case "offset":
        guard let number = Int(value), (0...(.max / 4)).contains(number) else {
          throw .parameter(name, "it must be a number, not '\(value)'", choices)
        }
        offset = number
      case "totalResults": wantsTotal = value == "true"
      case "q": query = value
      case "finder": finder = value
      case "orderBy": order = value
      default: throw .parameter(name, "it is not known", choices)
      }
    }
  }
}

extension FusionSession {
  /// `GET` of a collection.
  func collection(_ entity: Entity, below parent: RowAddress, _ call: FusionCall) throws -> Answer {
    let above = parent.steps.isEmpty ? nil : try row(parent)
    var parameters = call.parameters
    let selection = try Selection(&parameters, of: entity, choices)
    let page = try RowPage(parameters, choices)
    let search = RowSearch(
      entity: entity, parent: above?.id, condition: try condition(page, entity),
      order: try withoutOrderOfIDs(
        naming("orderBy") {
          try OrderBy.parsed(page.order).map { key in
            let (name, letterCase) = OrderBy.folded(key.name)
            return SortKey(
              column: try FusionColumn(name, of: entity), isDescending: key.isDescending,
              letterCase: letterCase
            )
          }
        }))
    // One extra row shows whether there is a next page.
    let rows = try rows(search, offset: page.offset, limit: page.limit + 1)
    let items = try rows.prefix(page.limit).map {
      JSONValue.object(try item($0, entity, below: parent, selection))
    }
    let total = page.wantsTotal ? try count(search) : nil
    let object = envelope(
      items, hasMore: rows.count > page.limit, limit: page.limit, offset: page.offset, total: total,
      path: path(of: entity, below: parent), name: entity.name, selection)
    return Answer(mediaType: MediaType.collection, body: .json(.object(object)))
  }

  private func condition(_ page: RowPage, _ entity: Entity) throws -> Condition<FusionColumn>? {
    var parts: [Condition<FusionColumn>] = []
    func add(_ expression: Expression) throws {
      parts.append(
        try Condition(expression) { name throws(QueryError) in try FusionColumn(name, of: entity) })
    }
    if let query = page.query {
      try naming("q") {
        try add(
          version.hasRowMatch
            ? ConditionParser.condition(query, dialect: .rowMatch) : ExampleQuery.parsed(query))
      }
    }
    if let finder = page.finder {
      try naming("finder") { try add(self.finder(finder, of: entity)) }
    }
    return parts.isEmpty ? nil : .all(parts)
  }

  /// Returns an order without that of the ids, in which rows are visited anyway.
  private func withoutOrderOfIDs(_ order: [SortKey<FusionColumn>]) -> [SortKey<FusionColumn>] {
    order.count == 1 && order[0].isOfIDs ? [] : order
  }

  /// Turns the fault of a query into the fault of a parameter.
  private func naming<Value>(_ parameter: String, _ work: () throws -> Value) throws -> Value {
    do {
      return try work()
    } catch let error as QueryError {
      throw Fault.parameter(parameter, error.message, choices)
    }
  }

  private func count(_ search: RowSearch) throws -> Int {
    guard search.parent == nil, search.condition == nil else {
      return try rows(search.unsorted, offset: 0, limit: .max / 2).count
    }
    return try FusionRow.count(search.entity.path, in: database)
  }

  /// The rows that a search finds, sorted and cut.
  private func rows(_ search: RowSearch, offset: Int, limit: Int) throws -> [FusionRow] {
    var found: [FusionRow] = []
    let isWhole = search.condition == nil && search.order.isEmpty && search.parent == nil
    // Without sorting, nothing after the last requested row has to be read.
    let enough = !search.order.isEmpty ? Int.max : isWhole ? limit : offset + limit
    try visit(search, offset: isWhole ? offset : 0) { row in
      if try search.condition?.holds({ try scalar($0, of: row) }) ?? true { found.append(row) }
      return found.count < enough
    }
    if !search.order.isEmpty {
      try found.sort { left, right in
        try search.order.puts({ try scalar($0, of: left) }, before: { try scalar($0, of: right) })
      }
    }
    return Array(found.dropFirst(isWhole ? 0 : offset).prefix(limit))
  }

  /// Visits the rows that a search can find, lowest id first.
  private func visit(_ search: RowSearch, offset: Int, _ visitor: (FusionRow) throws -> Bool) throws {
    let path = search.entity.path
    if let parent = search.parent {
      for row in try FusionRow.all(path, of: parent, in: database) {
        guard try visitor(row) else { return }
      }
      return
    }
    switch search.condition?.candidates ?? .all {
    case .range(let ids): try FusionRow.visit(path, ids, offset: offset, in: database, visitor)
    case .ids(let ids):
      for id in ids {
        guard let row = try FusionRow.find(path, id, in: database) else { continue }
        guard try visitor(row) else { return }
      }
    case .numbers(let numbers):
      let rows = try numbers.compactMap { try FusionRow.find(path, number: $0, in: database) }
      for row in rows.sorted(by: { $0.id < $1.id }) {
        guard try visitor(row) else { return }
      }
    }
  }
}

/// The rows of a kind that are requested, and their order.
private struct RowSearch {
  var entity: Entity
  /// The parent row; none for the rows of a resource.
  var parent: Int64?
  var condition: Condition<FusionColumn>?
  var order: [SortKey<FusionColumn>]

  var unsorted: RowSearch {
    var search = self
    search.order = []
    return search
  }
}
