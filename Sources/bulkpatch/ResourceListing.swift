import Catalog
import JSON
import Reports

/// One line of a resource's catalogue: a header that a sheet may have, and what is to be known of it.
struct ListedAttribute {
  /// As a sheet's header spells it, list operations included.
  var header: String
  var type: String
  var limit: String
  var access: String
  /// The rest in words; what no source confirms comes last and says so.
  var notes: [String]
}

extension ResourceType {
  /// Every attribute: the record's own, then those of its lists by operation.
  var listedAttributes: [ListedAttribute] {
    fields.map { field in
      var listed = ListedAttribute(header: field.path, field: field)
      if field.path == key || alternateKeys.contains(field.path) { listed.access = "key" }
      return listed
    } + lists.flatMap(\.listedAttributes)
      + customFields.map {
        ListedAttribute(header: $0.path, type: "custom", limit: "", access: "writable", notes: [$0.note])
      }
  }

  /// The catalogue for people.
  var table: String {
    let rows = listedAttributes.map {
      [$0.header, $0.type, $0.limit, $0.access, $0.notes.joined(separator: "; ")]
    }
    let notes = lists.flatMap { list -> [String] in
      let unconfirmed = [list.unconfirmed] + list.operations.map(\.unconfirmed)
      return ([list.note] + unconfirmed.map { $0.map { "unconfirmed: \($0)" } }).compactMap { $0 }
        .map { "\(list.name): \($0)\n" }
    }
    return """
      \(name): \(summary)
      API: \(dialect.rawValue). Key column: \(([key] + alternateKeys).joined(separator: " or ")).

      \(TextTable(titles: ["HEADER", "TYPE", "LIMIT", "ACCESS", "NOTES"], rows: rows).text())
      \(notes.joined())
      """
  }
}

extension ListedAttribute {
  init(header: String, field: Field) {
    self.header = header
    type = field.kind.name
    limit = field.kind.limit
    access = field.access == .selector ? "selects" : field.access.rawValue
    notes = field.kind.facts
    if field.access == .writable, field.nullability == .nullable { notes.append("may be cleared") }
    if field.nullability == .notNull { notes.append("cannot be cleared") }
    if !field.isReversible { notes.append("cannot be undone") }
    notes += [field.note, field.unconfirmed.map { "unconfirmed: \($0)" }].compactMap { $0 }
  }
}

extension ChildList {
  fileprivate var listedAttributes: [ListedAttribute] {
    guard !operations.isEmpty else {
      return fields.map { ListedAttribute(header: "\(name).\($0.path)", field: $0) }
    }
    return operations.flatMap { operation -> [ListedAttribute] in
      if case .reference(let target) = element {
        return [
          ListedAttribute(
            header: "\(name).\(operation.verb)", type: "references", limit: "", access: "writable",
            notes: ["to \(target)"])
        ]
      }
      return listedAttributes(of: operation)
    }
  }
}

extension ChildList {
  /// The attributes of an element that a sheet may give in an operation.
  private func listedAttributes(of operation: ListOperation) -> [ListedAttribute] {
    let prefix = "\(name).\(operation.verb)."
    var listed: [ListedAttribute] = []
    for field in fields where field.isPart(of: operation) {
      var attribute = ListedAttribute(header: prefix + field.path, field: field)
      if operation.effect == .create { attribute.access = Field.Access.writable.rawValue }
      if operation.required.contains(field.path) { attribute.notes.insert("required", at: 0) }
      listed.append(attribute)
    }
    if operation.effect == .create, let upload {
      listed.append(
        ListedAttribute(
          header: prefix + upload.member, type: "file", limit: "", access: "writable",
          notes: ["a path relative to the sheet; stands for \(upload.data) and \(upload.fileName)"]))
    }
    return listed
  }
}

extension Field {
  /// Whether a sheet may have the attribute in that operation.
  fileprivate func isPart(of operation: ListOperation) -> Bool {
    switch (access, operation.effect) {
    case _ where !isWrittenBySheets: false
    case (.readOnly, _): false
    case (.selector, .create), (.createOnly, .update): false
    default: true
    }
  }
}

extension Field.Kind {
  /// How long or how large a value may be, in a few characters.
  var limit: String {
    switch self {
    case .string(let maximum?, _): "at most \(maximum)"
    case .integer(.min, .max): ""
    case .integer(let minimum, .max): "\(minimum) or more"
    case .integer(.min, let maximum): "\(maximum) or less"
    case .integer(let minimum, let maximum): "\(minimum) to \(maximum)"
    default: ""
    }
  }

  /// What else a value has to be.
  fileprivate var facts: [String] {
    switch self {
    case .string(_, let pattern?): ["matches \(pattern)"]
    case .menu(let known, _) where !known.isEmpty:
      [
        "known: "
          + known.map { value in value.id.map { "\($0) \(value.name)" } ?? value.name }
          .joined(separator: ", ")
      ]
    case .reference(let target, _): ["to \(target)"]
    case .base64: ["base64"]
    default: []
    }
  }
}
