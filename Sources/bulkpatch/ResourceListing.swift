import Catalog
import JSON
import Reports

/// One line of a resource's catalogue: a possible header of a sheet, with its facts.
struct ListedAttribute {
  /// The header as a sheet spells it, list operations included.
  var header: String
  var type: String
  var limit: String
  var access: String
  /// The other facts in words; unconfirmed ones come last and say so.
  var notes: [String]
}

extension [ResourceType] {
  /// The resources for people, one per line.
  var table: String {
    let rows = map { [$0.name, $0.dialect.rawValue, $0.summary] }
    return """
      \(TextTable(titles: ["RESOURCE", "API", "WHAT IT IS"], rows: rows).text())
      'bulkpatch resources NAME' lists the attributes of one

      """
  }
}

extension ResourceType {
  /// Every attribute: the record's own, then those of its lists by operation.
  var listedAttributes: [ListedAttribute] {
    fields.flatMap { field -> [ListedAttribute] in
      var listed = ListedAttribute(header: field.path, field: field)
      if field.path == key || alternateKeys.contains(field.path) { listed.access = "key" }
      return [listed, field.fileHeader(below: "")].compactMap { $0 }
    }
      + lists.flatMap { $0.listedAttributes(below: "") }
      + customFields.map { $0.listed(below: "") }
  }

  /// The catalogue for people.
  var table: String {
    let rows = listedAttributes.map {
      [$0.header, $0.type, $0.limit, $0.access, $0.notes.joined(separator: "; ")]
    }
    let notes = lists.flatMap { $0.remarks(below: "") }
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
    if field.isTrigger { notes.append("a command, never replayed") }
    if !field.isReversible { notes.append("cannot be undone") }
    if field.isNameInferred { notes.append("spelling inferred") }
    notes += [field.note, field.unconfirmed.map { "unconfirmed: \($0)" }].compactMap { $0 }
  }
}

extension ChildList {
  /// Returns every attribute a sheet may name, including those of lists below this one; `prefix` is the path to this
  /// list.
  ///
  /// `isInNewElement` leaves out the operations that only an existing element allows.
  fileprivate func listedAttributes(
    below prefix: String, isInNewElement: Bool = false
  ) -> [ListedAttribute] {
    guard !operations.isEmpty else {
      return fields.map { field in
        var listed = ListedAttribute(header: "\(prefix)\(name).\(field.path)", field: field)
        listed.access = Field.Access.readOnly.rawValue
        return listed
      }
    }
    let possible = operations.filter { !isInNewElement || $0.effect == .create }
    // Read-only lists do not depend on the operation, so they are listed once.
    let readOnly = lists.filter(\.operations.isEmpty).flatMap {
      isInNewElement ? [] : $0.listedAttributes(below: "\(prefix)\(name).")
    }
    return readOnly
      + possible.flatMap { operation -> [ListedAttribute] in
        if case .reference(let target) = element {
          return [
            ListedAttribute(
              header: "\(prefix)\(name).\(operation.verb)", type: "references", limit: "", access: "writable",
              notes: ["to \(target)"])
          ]
        }
        let label = "\(prefix)\(name).\(operation.verb)."
        let isNew = isInNewElement || operation.effect == .create
        return listedAttributes(of: operation, below: label)
          + lists.filter { !$0.operations.isEmpty }
          .flatMap { $0.listedAttributes(below: label, isInNewElement: isNew) }
          + customFields.map { $0.listed(below: label) }
      }
  }

  /// Returns the remarks on the list as a whole, and on those below it.
  fileprivate func remarks(below prefix: String) -> [String] {
    let place = prefix + name
    let unconfirmed = [unconfirmed] + operations.map(\.unconfirmed)
    var remarks = [note, caution] + unconfirmed.map { $0.map { "unconfirmed: \($0)" } }
    if isAddressedByKey, let key = selectors.first?.path,
      let value = fields.first(where: { $0.access == .writable })
    {
      remarks.append(
        "'\(place).0.\(value.path)' is the \(value.path) of the \(singular) whose \(key) has the id 0")
    }
    if let substance { remarks.append("clearing \(substance) removes the \(singular)") }
    if !operations.isEmpty, !takesUpdatesInRecord, !isKeyed {
      remarks.append("a row that changes an existing \(singular) changes nothing else")
    }
    return remarks.compactMap { $0 }.map { "\(place): \($0)\n" }
      + lists.flatMap { $0.remarks(below: place + ".") }
  }
}

extension ChildList {
  /// Returns the attributes of an element that a sheet may use in an operation.
  private func listedAttributes(
    of operation: ListOperation, below prefix: String
  ) -> [ListedAttribute] {
    var listed: [ListedAttribute] = []
    for field in fields where field.isPart(of: operation) {
      var attribute = ListedAttribute(header: prefix + field.path, field: field)
      if operation.effect == .create { attribute.access = Field.Access.writable.rawValue }
      if operation.required.contains(field.path) { attribute.notes.insert("required", at: 0) }
      listed.append(attribute)
      if upload == nil { listed += [field.fileHeader(below: prefix)].compactMap { $0 } }
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
  /// Returns whether a sheet may use the attribute in that operation.
  fileprivate func isPart(of operation: ListOperation) -> Bool {
    switch (access, operation.effect) {
    case _ where !isWrittenBySheets: false
    case (.readOnly, _): false
    case (.selector, .create), (.createOnly, .update), (.createOnly, .set): false
    case (_, .create) where isEnclosure: false
    default: true
    }
  }

  /// Returns the header that names a file to take the bytes from; `nil` for other types.
  fileprivate func fileHeader(below prefix: String) -> ListedAttribute? {
    guard kind == .base64, access == .writable, isWrittenBySheets else { return nil }
    return ListedAttribute(
      header: "\(prefix)\(path).file", type: "file", limit: "", access: "writable",
      notes: ["a path relative to the sheet; stands for \(path)"])
  }
}

extension CustomFieldSpace {
  fileprivate func listed(below prefix: String) -> ListedAttribute {
    ListedAttribute(header: prefix + path, type: "custom", limit: "", access: "writable", notes: [note])
  }
}

extension Field.Kind {
  /// The largest length or size of a value, in a few characters.
  var limit: String {
    switch self {
    case .string(let maximum?, _): "at most \(maximum)"
    case .code(_, _, let maximum): "at most \(maximum)"
    case .number(let digits?): "at most \(digits) digits"
    case .integer(.min, .max): ""
    case .integer(let minimum, .max): "\(minimum) or more"
    case .integer(.min, let maximum): "\(maximum) or less"
    case .integer(let minimum, let maximum): "\(minimum) to \(maximum)"
    default: ""
    }
  }

  /// The other requirements of a value.
  fileprivate var facts: [String] {
    switch self {
    case .string(_, let pattern?): ["matches \(pattern)"]
    case .menu(let known, _) where !known.isEmpty:
      [
        "known: "
          + known.map { value in value.id.map { "\($0) \(value.name)" } ?? value.name }
          .joined(separator: ", ")
      ]
    case .code(let known, let lookup, _):
      [lookup.map { "of \($0)" }, known.isEmpty ? nil : "known: \(known.joined(separator: ", "))"]
        .compactMap { $0 }
    case .reference(let target, _): ["to \(target)"]
    case .base64: ["base64"]
    default: []
    }
  }
}
