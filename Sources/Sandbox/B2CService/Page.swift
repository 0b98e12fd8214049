import JSON

/// The requested part of a collection (API reference 4.2 and 4.4).
struct Page {
  static let defaultLimit = 1000
  static let maximumLimit = 20_000

  var limit = Page.defaultLimit
  var offset = 0
  var wantsTotal = false
  var filter: String?
  var order: [(name: String, isDescending: Bool)] = []
  /// Only the common attributes, unless `fields` names others.
  var selection = ObjectSelection(fields: ["id", "lookupName", "createdTime", "updatedTime"])
  /// Indicates that `fields` names others.
  private(set) var hasFields = false
  private var request: Exchange
  private var hasLimit = false

  /// - Throws: `Refusal` for a parameter with an invalid value.
  init(_ request: Exchange, of tree: AttributeTree) throws(Refusal) {
    self.request = request
    for (name, value) in request.parameters {
      switch name {
      case "limit":
        limit = try Self.number(name, value, 1...Self.maximumLimit)
        hasLimit = true
      case "offset": offset = try Self.number(name, value, 0...(.max / 4))
      case "totalResults": wantsTotal = value == "true"
      case "q": filter = value
      case "fields":
        selection.fields = try ObjectSelection.fields(value, of: tree, mayBeDotted: false)
        hasFields = true
      case "orderBy":
        do {
          order += try OrderBy.parsed(value)
        } catch {
          throw .badParameter(error.message)
        }
      default: break
      }
    }
  }

  private static func number(
    _ name: String, _ value: String, _ range: ClosedRange<Int>
  ) throws(Refusal) -> Int {
    guard let number = Int(value), range.contains(number) else {
      throw .badParameter(
        "\(name) must be a number from \(range.lowerBound) to \(range.upperBound), not \(value)")
    }
    return number
  }

  /// The requested rows of a table, and their order.
  ///
  /// - Throws: `QueryError` if the filter or the order names something that the table does not have.
  func query(
    of table: QueryTable
  ) throws(QueryError) -> (condition: Condition<QueryColumn>?, order: [SortKey<QueryColumn>]) {
    let condition = try filter.map { filter throws(QueryError) in
      try Condition<QueryColumn>(ConditionParser.condition(filter), table, alias: nil)
    }
    let order = try order.map { name, isDescending throws(QueryError) in
      SortKey(column: try table.column(name, alias: nil), isDescending: isDescending)
    }
    return (condition, order)
  }

  /// The body of the answer; `next` and `prev` repeat the request with another offset.
  ///
  /// - Parameter kind: its name in the metadata catalogue, if that is not its path.
  func object(
    _ items: [JSONValue], of resource: String, kind: String? = nil, hasMore: Bool, total: Int?, links: Links
  ) -> JSONObject {
    var object: JSONObject = ["items": .array(items)]
    if hasLimit || hasMore { object["hasMore"] = .bool(hasMore) }
    if let total { object["totalResults"] = .integer(Int64(total)) }
    var own = links.own(resource, of: kind ?? resource, query: request.query).array ?? []
    if hasMore { own.append(links.link("next", neighbour(resource, offset + limit))) }
    if offset > 0 { own.append(links.link("prev", neighbour(resource, max(0, offset - limit)))) }
    object["links"] = .array(own)
    return object
  }

  private func neighbour(_ resource: String, _ offset: Int) -> String {
    let kept = (request.query ?? "").split(separator: "&").filter {
      !$0.hasPrefix("offset=") && !$0.hasPrefix("limit=")
    }
    let query = kept.map { String($0) } + ["limit=\(limit)", "offset=\(offset)"]
    return "\(resource)?\(query.joined(separator: "&"))"
  }
}
