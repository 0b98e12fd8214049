import Catalog
import JSON
import Records

/// Selects records by a row-match expression (`q`), page by page in the order of their ids (reference, section 4).
extension FusionConnection {
  func select(_ selection: Selection, after id: RecordID?) -> (Exchange, SelectedPage) {
    let resource = site.resource
    var page = SelectedPage()
    guard site.frameworkVersion > 1 else {
      return (
        .refused("no-selection", "framework version 1 has no conditions; set framework_version to 2 or more"),
        page
      )
    }
    guard selection.columns.allSatisfy({ FusionFields.isName($0.path) }) else {
      return (.refused("bad-name", "a column is no name of an attribute"), page)
    }
    var tests = selection.condition.map { SiteCondition($0, test: Self.test) }?.text.map { [$0] } ?? []
    let query = FusionQuery(isByExample: false, attribute: resource.key)
    if let id { tests.append("\(resource.key) > \(query.literal(of: id))") }
    var names = [resource.key]
    for column in selection.columns where !names.contains(column.path) { names.append(column.path) }
    let path =
      "\(resource.name)?onlyData=true&fields=\(FusionFields(root: names).text)&limit=\(Self.pageSize)"
      + "&orderBy=\(resource.key.percentEncoded)%3Aasc"
      + (tests.isEmpty ? "" : "&q=\(tests.joined(separator: " and ").percentEncoded)")
    var last = Exchange(outcome: .applied)
    guard let answer = ask(path, &last) else { return (last, page) }
    guard let items = answer.page, !(items.hasMore && items.items.isEmpty) else {
      last.refuse(asBadAnswer: "the answer is not a page of \(resource.name)")
      return (last, page)
    }
    // How a site sorts texts is its own affair; that the selection ends is not.
    var seen: Set<RecordID> = id.map { [$0] } ?? []
    for item in items.items {
      guard let found = item.id(of: resource), seen.insert(found).inserted,
        resource.isKeyText || found > page.rows.last?.id ?? .least
      else {
        last.refuse(asBadAnswer: "the answer is not in the order of \(resource.key)")
        return (last, page)
      }
      let cells = selection.columns.map { item.object[$0.path]?.cellText }
      page.rows.append(SelectedPage.Row(id: found, cells: cells))
    }
    page.next = items.hasMore ? page.rows.last?.id : nil
    return (last, page)
  }

  /// Returns one test of a row-match expression.
  private static func test(_ test: Condition, _ isNegated: Bool) -> SiteCondition {
    let not = isNegated ? "not " : ""
    switch test {
    case .isNull(let column): return .exact("\(column.path) is \(not)null")
    case .like(let column, let pattern): return .exact("\(column.path) \(not)like \(quoted(pattern))")
    case .oneOf(let column, let values):
      return .exact("\(column.path) \(not)in (\(values.map(literal).joined(separator: ",")))")
    case .compare(let column, let comparison, let value):
      let comparison = isNegated ? comparison.opposite : comparison
      return .exact(
        "\(column.path) \(comparison == .notEqual ? "<>" : comparison.rawValue) \(literal(value))")
    case .all, .any, .not: return .everything
    }
  }

  private static func literal(_ value: ConditionValue) -> String {
    switch value {
    case .integer, .number, .flag: value.word
    case .text(let text), .time(let text): quoted(text)
    }
  }

  /// Returns a text as a literal: a quote within it is doubled, and nothing else has a meaning there.
  private static func quoted(_ text: String) -> String {
    "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
  }
}

extension JSONValue {
  /// A value as a sheet has it; `nil` for null.
  fileprivate var cellText: String? {
    switch self {
    case .string(let text): text
    case .integer(let number): String(number)
    case .bool(let flag): flag ? "true" : "false"
    case .decimal(let decimal): decimal.text
    default: nil
    }
  }
}
