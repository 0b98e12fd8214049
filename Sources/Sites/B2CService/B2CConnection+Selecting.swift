import Catalog
import JSON
import Records

/// Selects records by a ROQL condition, page by page in the order of their ids.
extension B2CConnection {
  /// The records of one page: far fewer than the 20,000 at which a site cuts off.
  private static let pageSize = 2_000

  func select(_ selection: Selection, after id: RecordID?) -> (Exchange, SelectedPage) {
    let resource = service.resource
    let condition = selection.condition.map { SiteCondition($0, test: Self.test) }
    // What a query cannot express is decided here, from the same columns.
    let judged = condition?.isExact == false ? selection.condition?.columns ?? [] : []
    let columns = selection.columns + judged
    var tests = condition?.text.map { [$0] } ?? []
    if let id { tests.append("\(resource.key) > \(id.roqlLiteral)") }
    let text =
      "select \(([resource.key] + columns.map(\.expression)).joined(separator: ", ")) from \(resource.name)"
      + (tests.isEmpty ? "" : " where \(tests.joined(separator: " and "))")
      + " order by \(resource.key) limit \(Self.pageSize)"
    var last = Exchange(outcome: .applied)
    var page = SelectedPage()
    guard columns.allSatisfy({ $0.path.utf8.allSatisfy(\.isNamePart) }) else {
      return (.refused("bad-name", "a column is no name of an attribute"), page)
    }
    guard let answer = ask(Self.queryPath + text.percentEncoded, &last) else { return (last, page) }
    guard let rows = answer.tableRows(columns: columns.count + 1) else {
      last.refuse(asBadAnswer: "the answer to a query is not a table of \(resource.name)")
      return (last, page)
    }
    for row in rows {
      guard let found = row[0].cellInteger.map(RecordID.integer), found > id ?? .least else {
        last.refuse(asBadAnswer: "the answer to a query is not in the order of ids")
        return (last, page)
      }
      let cells = zip(columns, row.dropFirst()).map { $0.text(of: $1) }
      if !judged.isEmpty {
        let known = Dictionary(zip(columns, cells)) { first, _ in first }
        guard selection.condition?.holds({ known[$0] ?? nil }) == true else { continue }
      }
      page.rows.append(SelectedPage.Row(id: found, cells: Array(cells.prefix(selection.columns.count))))
    }
    page.next =
      rows.count < Self.pageSize ? nil : rows.last.flatMap { $0[0].cellInteger.map(RecordID.integer) }
    return (last, page)
  }

  /// Returns one test in ROQL.
  private static func test(_ test: Condition, _ isNegated: Bool) -> SiteCondition {
    switch test {
    case .isNull(let column): return .exact("\(column.expression) is \(isNegated ? "not " : "")null")
    case .like(let column, let pattern):
      let isPlain = QueryText.isPlain(pattern)
      guard isPlain || !isNegated else { return .everything }
      let text = "\(column.expression) \(isNegated ? "not " : "")like \(QueryText.pattern(widening: pattern))"
      return SiteCondition(text: text, isExact: isPlain)
    case .oneOf(let column, let values):
      let plain = values.compactMap(\.literal)
      if isNegated {
        guard plain.count == values.count else { return .everything }
        return .exact("\(column.expression) not in (\(plain.joined(separator: ",")))")
      }
      let listed =
        plain.isEmpty
        ? [] : [SiteCondition.exact("\(column.expression) in (\(plain.joined(separator: ",")))")]
      let others = values.filter { $0.literal == nil }.map { equal(column, $0) }
      return .any(listed + others)
    case .compare(let column, let comparison, let value):
      let comparison = isNegated ? comparison.opposite : comparison
      if let literal = value.literal {
        return .exact("\(column.expression) \(comparison.rawValue) \(literal)")
      }
      return comparison == .equal ? equal(column, value) : .everything
    case .all, .any, .not: return .everything
    }
  }

  /// Returns a test that every record with a value meets, whose characters no query may have.
  private static func equal(_ column: ConditionColumn, _ value: ConditionValue) -> SiteCondition {
    SiteCondition(text: QueryText.equal(column.expression, value.word), isExact: false)
  }
}

extension ConditionColumn {
  fileprivate var expression: String {
    switch part {
    case .value: path
    case .id: "\(RecordQuery.attested[path] ?? path).id"
    case .name: "\(RecordQuery.attested[path] ?? path).lookupName"
    }
  }

  /// Returns a cell as a sheet has it; `nil` for null.
  fileprivate func text(of cell: JSONValue) -> String? {
    switch part == .value ? kind.value(cell) : cell {
    case .string(let text): text
    case .integer(let number): String(number)
    case .bool(let flag): flag ? "true" : "false"
    case .decimal(let decimal): decimal.text
    default: nil
    }
  }
}

extension ConditionValue {
  /// The value in a ROQL query; `nil` for a text that cannot be in one.
  fileprivate var literal: String? {
    switch self {
    case .integer(let number): String(number)
    case .number(let digits): digits
    case .flag(let flag): flag ? "1" : "0"
    case .text(let text), .time(let text): QueryText.isPlain(text) ? QueryText.literal(text) : nil
    }
  }
}
