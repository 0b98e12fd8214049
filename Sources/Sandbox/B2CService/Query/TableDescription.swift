import Catalog
import JSON

extension Session {
  /// `DESCRIBE`: the tables, or the columns of one, each with its type and its target.
  ///
  /// - Throws: `QueryError` if there is no such table.
  func description(of name: String?) throws(QueryError) -> JSONValue {
    let titles = ["Name", "Type", "Path"]
    guard let name else {
      let tables = model.kinds.map(\.name).sorted()
      return Self.result("describe", titles, tables.map { [$0, "Table", nil] })
    }
    let table = try table(name)
    let tree = table.kind.tree
    let rows = tree.names.map { name -> [String?] in
      switch tree[name] {
      case .value(let attribute):
        if let target = attribute.target {
          return [name, directory.label(of: target).replacing(" ", with: ""), target]
        }
        return [name, Self.type(of: attribute.field.kind), nil]
      case .branch: return [name, RecordKind.label(name), "\(table.name).\(name)"]
      case .list(let list): return [name, RecordKind.label(list.list.singular), "\(table.name).\(name)"]
      case nil: return [name, nil, nil]
      }
    }
    return Self.result(table.name, titles, rows)
  }

  private static func type(of kind: Field.Kind) -> String {
    switch kind {
    case .integer: "Integer"
    case .number: "Decimal"
    case .boolean: "Boolean"
    case .date: "Date"
    case .dateTime: "DateTime"
    case .menu(_, let isHierarchical): isHierarchical ? "NamedIDHierarchy" : "NamedID"
    case .string, .code, .base64, .reference, .menuPath: "String"
    }
  }
}
