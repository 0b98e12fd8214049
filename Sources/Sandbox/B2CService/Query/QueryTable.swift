import Catalog

/// A table of the query language: its columns.
struct QueryTable {
  /// The kind of its rows, or of the records that they belong to.
  let kind: RecordKind
  let name: String
  private let model: B2CModel
  private let attributes: [Attribute]
  private let lists: [ListKind]
  /// The list whose elements the rows are; none for records.
  private let own: ListKind?

  /// The records of a kind.
  init(_ kind: RecordKind, in model: B2CModel) {
    self.init(kind, kind.name, kind.attributes, kind.lists, own: nil, in: model)
  }

  /// The elements of one record's list.
  init(elementsOf list: ListKind, of kind: RecordKind, in model: B2CModel) {
    if let target = list.target.flatMap({ model[$0] }) {
      self.init(target, in: model)
    } else {
      self.init(kind, list.name, list.attributes, [], own: list, in: model)
    }
  }

  private init(
    _ kind: RecordKind, _ name: String, _ attributes: [Attribute], _ lists: [ListKind], own: ListKind?,
    in model: B2CModel
  ) {
    self.kind = kind
    self.name = name
    self.attributes = attributes
    self.lists = lists
    self.own = own
    self.model = model
  }

  /// Resolves a dotted name, in any case of letters.
  ///
  /// A menu or a reference is followed by `id`, `lookupName` or `name`, or by an attribute of the record that it refers
  /// to. The kind of that record may stand between the two, as in `primaryContact.contact.id` and
  /// `primaryContact.parentContact.id`.
  ///
  /// - Throws: `QueryError` if the table has no such column.
  func column(_ written: String, alias: String?) throws(QueryError) -> QueryColumn {
    let steps = steps(of: written, alias)
    if let list = lists.first(where: { $0.name.lowercased() == steps.first }) {
      if var column = resolve(Array(steps.dropFirst()), attributes(of: list)) {
        column.list = list
        column.spelling = "\(list.name).\(column.spelling)"
        return column
      }
      if list.target != nil, steps.count == 1, let key = attributes(of: list).first {
        return QueryColumn(list: list, attribute: key, spelling: list.name)
      }
    } else if var column = resolve(steps, attributes) {
      column.list = own
      column.isName = names.contains(column.attribute.path)
      return column
    }
    throw QueryError(message: "unknown column '\(written)' of \(name)")
  }

  /// The columns of a `*`, after a name or alone.
  ///
  /// - Throws: `QueryError` if the name has no columns.
  func columns(below written: String?, alias: String?) throws(QueryError) -> [QueryColumn] {
    let steps = written.map { self.steps(of: $0 + ".*", alias) }.map { $0.dropLast() } ?? []
    guard let first = steps.first else { return attributes.map { column($0) } }
    if steps.count == 1, let list = lists.first(where: { $0.name.lowercased() == first }) {
      return attributes(of: list).map {
        QueryColumn(list: list, attribute: $0, spelling: "\(list.name).\($0.path)")
      }
    }
    let path = steps.joined(separator: ".")
    let inner = attributes.filter { $0.path.lowercased().hasPrefix(path + ".") }
    if !inner.isEmpty { return inner.map { column($0) } }
    for attribute in attributes {
      guard let target = attribute.target else { continue }
      let own = Self.lowered(attribute.path)
      guard steps.starts(with: own) else { continue }
      let rest = Array(steps.dropFirst(own.count))
      guard rest.isEmpty || rest.count == 1 && Self.isKind(rest[0], of: target) else { continue }
      return (model[target]?.attributes ?? []).map {
        QueryColumn(
          through: attribute, attribute: $0,
          spelling: ([attribute.path] + rest.map { Self.spelledKind($0) } + [$0.path])
            .joined(separator: "."))
      }
    }
    throw QueryError(message: "nothing to select below '\(written ?? "")' of \(name)")
  }

  private func column(_ attribute: Attribute) -> QueryColumn {
    QueryColumn(list: own, attribute: attribute, spelling: attribute.path)
  }

  /// The attributes that give the name of a record.
  private var names: [String] {
    guard own == nil, kind.isStored else { return [] }
    return ["lookupName"] + (kind.names.count == 1 ? kind.names : [])
  }

  /// The steps of a name in lower case, without the table's name or alias in front.
  private func steps(of written: String, _ alias: String?) -> [String] {
    let steps = Self.lowered(written)
    // The name of a table can have two steps: `CO.Services`.
    let prefix = [alias, name].compactMap { $0.map(Self.lowered) }.first { steps.starts(with: $0) } ?? []
    return steps.count > prefix.count ? Array(steps.dropFirst(prefix.count)) : steps
  }

  private static func lowered(_ path: String) -> [String] {
    path.lowercased().split(separator: ".").map { String($0) }
  }

  /// The columns of a list's elements.
  private func attributes(of list: ListKind) -> [Attribute] {
    list.target.flatMap { model[$0]?.attributes } ?? list.attributes
  }

  private func resolve(_ steps: [String], _ attributes: [Attribute]) -> QueryColumn? {
    for attribute in attributes {
      let own = Self.lowered(attribute.path)
      guard steps.starts(with: own) else { continue }
      var rest = Array(steps.dropFirst(own.count))
      var spelling = [attribute.path]
      switch attribute.field.kind {
      case .reference(let target, _):
        if let first = rest.first, Self.isKind(first, of: target) {
          spelling.append(Self.spelledKind(first))
          rest.removeFirst()
        }
        if let column = resolveReference(rest, attribute, target, spelling) { return column }
        continue
      case .menu: break
      default:
        if rest.isEmpty { return QueryColumn(attribute: attribute, spelling: attribute.path) }
        continue
      }
      if let column = Self.resolveName(rest, attribute, spelling) { return column }
    }
    return nil
  }

  /// The id or the name of a menu value or of a referenced record.
  private static func resolveName(_ rest: [String], _ attribute: Attribute, _ spelling: [String])
    -> QueryColumn?
  {
    let names = ["id": "id", "lookupname": "lookupName", "name": "name"]
    guard rest.count <= 1, let last = rest.isEmpty ? "" : names[rest[0]] else { return nil }
    return QueryColumn(
      attribute: attribute, isLabel: !["", "id"].contains(last),
      spelling: (spelling + (last.isEmpty ? [] : [last])).joined(separator: "."))
  }

  private func resolveReference(
    _ rest: [String], _ attribute: Attribute, _ target: String, _ spelling: [String]
  ) -> QueryColumn? {
    if let column = Self.resolveName(rest, attribute, spelling) { return column }
    guard var inner = resolve(rest, model[target]?.attributes ?? []), inner.through == nil else { return nil }
    inner.through = attribute
    inner.spelling = (spelling + [inner.spelling]).joined(separator: ".")
    return inner
  }

  /// Returns whether a step names the kind of record of a reference, as `contact` and `parentContact` do.
  private static func isKind(_ step: String, of target: String) -> Bool {
    let kind = step.hasPrefix("parent") && step != "parent" ? String(step.dropFirst("parent".count)) : step
    return kind != "id" && target.lowercased().hasPrefix(kind)
  }

  /// Such a step in the model's spelling.
  private static func spelledKind(_ step: String) -> String {
    guard step.hasPrefix("parent"), step != "parent" else { return step }
    let kind = step.dropFirst("parent".count)
    return "parent\(kind.prefix(1).uppercased())\(kind.dropFirst())"
  }
}
