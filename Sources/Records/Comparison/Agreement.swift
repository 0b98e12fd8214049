public import Catalog
public import JSON

/// The agreement between the value that a patch asks for and the value of a record.
public enum Agreement: Sendable, Hashable {
  case same
  case different
  /// The value read does not tell, as when a name is asked for and only an id was read.
  case undecided
}

extension Agreement {
  /// Compares a patch's value with a record's.
  ///
  /// `actual` is `nil` if the record's image has no such attribute, which means no value.
  ///
  /// - Texts are equal by Unicode scalars; points in time as instants, whatever their offsets.
  /// - Menu values and references are equal by id, or by name if the image has it. B2C Service answers a reference
  ///   with links, which contain its id (API reference 4.1).
  /// - Numbers and truth values may be read as strings: framework version 9 writes ids so, and Oracle's sample has a
  ///   flag as `"true"`.
  public init(wanted: JSONValue, actual: JSONValue?, kind: Field.Kind?) {
    let actual = actual ?? .null
    if wanted == actual {
      self = .same
      return
    }
    switch kind {
    case .menu, .reference: self = namedValues(wanted, actual)
    case .dateTime: self = Agreement(instant(wanted), instant(actual))
    case .integer:
      self = isSameNumber(wanted, actual) ? .same : Agreement(integer(wanted), integer(actual))
    case .number: self = isSameNumber(number(wanted), number(actual)) ? .same : .different
    case .boolean: self = Agreement(flag(wanted), flag(actual))
    case .string, .code, .date, .base64, .menuPath: self = .different
    // The value itself shows the type of a custom field whose type is unknown.
    case nil where wanted.object != nil: self = namedValues(wanted, actual)
    case nil where instant(wanted) != nil: self = Agreement(instant(wanted), instant(actual))
    case nil: self = isSameNumber(wanted, actual) ? .same : .different
    }
  }
}

extension Agreement {
  /// Compares two values; the result is `same` only if both exist and are equal.
  fileprivate init<Value: Equatable>(_ wanted: Value?, _ actual: Value?) {
    self = wanted != nil && wanted == actual ? .same : .different
  }
}

/// Compares `{"id": 8}` or `{"lookupName": "Waiting"}` with a record's value.
private func namedValues(_ wanted: JSONValue, _ actual: JSONValue) -> Agreement {
  let actualID = identifier(actual)
  let actualName = actual["lookupName"]?.string
  let isUnset = actual.isNull || actualID == nil && actualName == nil && actual["links"] == nil
  if wanted.isNull || isUnset { return wanted.isNull == isUnset ? .same : .different }
  if let id = identifier(wanted) { return actualID.map { $0 == id ? .same : .different } ?? .undecided }
  guard let name = wanted["lookupName"], let actualName else { return .undecided }
  return name == .string(actualName) ? .same : .different
}

/// Returns the id of a menu value or a reference: its own, or the last step of its link.
private func identifier(_ value: JSONValue) -> Int64? {
  if let id = value["id"] { return integer(id) }
  let links = value["links"]?.array ?? []
  let relations = ["canonical", "self"]
  let address = relations.lazy.compactMap { relation in
    links.first { $0["rel"] == .string(relation) }?["href"]?.string
  }.first
  return address?.split(separator: "/").last.flatMap { Int64($0) }
}

private func instant(_ value: JSONValue) -> Int? {
  guard let text = value.string, case .time(let seconds) = ISODateTime.read(text[...]) else { return nil }
  return seconds
}

private func integer(_ value: JSONValue) -> Int64? {
  value.integer ?? value.string.flatMap { Int64($0) }
}

/// Returns whether both are the same number to the last digit; a service may have added or removed the point.
private func isSameNumber(_ wanted: JSONValue, _ actual: JSONValue) -> Bool {
  switch (wanted, actual) {
  case (.integer(let integer), .decimal(let decimal)), (.decimal(let decimal), .integer(let integer)):
    decimal.hasSameValue(as: integer)
  default: wanted == actual
  }
}

/// Returns the number in a text; any other value as it is.
private func number(_ value: JSONValue) -> JSONValue {
  guard let text = value.string, let number = try? JSONValue(parsing: text), number.kind == "number" else {
    return value
  }
  return number
}

private func flag(_ value: JSONValue) -> Bool? {
  if let bool = value.bool { return bool }
  switch value.string {
  case "true", "Y": return true
  case "false", "N": return false
  default: return nil
  }
}
