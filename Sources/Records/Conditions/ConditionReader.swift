public import Catalog

/// Reads conditions such as `assignedTo.staffGroup = 'Tier 1' and not (severity in (4, 5) or subject like 'Re:%')`.
///
/// What can be written: comparisons with `=`, `!=`, `<`, `<=`, `>`, `>=`; `in (…)`, `like '…%'`, `between … and …`,
/// `is null`, each with `not`; `and`, `or`, `not`, brackets. Literals are checked by the types of their attributes.
/// Nothing of the text ever gets into a query but by way of these values.
public struct ConditionReader {
  private let resource: ResourceType
  private var tokens: [ConditionToken] = []
  private var position = 0
  /// How deep the condition is nested at the moment; bounded, so that no condition can exhaust the stack.
  private var depth = 0

  public init(_ resource: ResourceType) { self.resource = resource }

  /// Reads a condition.
  ///
  /// - Throws: `ConditionError` at the first mistake.
  public mutating func read(_ text: String) throws(ConditionError) -> Condition {
    tokens = try ConditionToken.all(of: text)
    position = 0
    let condition = try either()
    guard current.kind == .end else { throw unexpected("'and', 'or' or the end") }
    return condition
  }

  /// Returns the custom fields that a condition may name, whose types the site knows.
  ///
  /// - Throws: `ConditionError` for a text that does not end.
  public func customPaths(in text: String) throws(ConditionError) -> [String] {
    var paths: [String] = []
    for token in try ConditionToken.all(of: text) where token.kind == .word {
      var path = token.text
      for suffix in [".id", ".lookupName", ".name"] where path.hasSuffix(suffix) {
        path = String(path.dropLast(suffix.count))
      }
      if resource.isCustom(path), resource.customKinds[path] == nil, !paths.contains(path) {
        paths.append(path)
      }
    }
    return paths
  }

  /// Reads the name of a column; `path.id` and `path.name` are parts of a menu or reference.
  ///
  /// - Throws: `ConditionError` for an attribute that the resource does not have.
  public func column(_ text: String, at place: Int = 0) throws(ConditionError) -> ConditionColumn {
    if let kind = columnKind(text) {
      return ConditionColumn(path: text, kind: kind, part: kind.isNamed ? .name : .value)
    }
    for (suffix, part) in [(".id", ConditionColumn.Part.id), (".lookupName", .name), (".name", .name)]
    where text.hasSuffix(suffix) {
      let path = String(text.dropLast(suffix.count))
      if let kind = columnKind(path), kind.isNamed {
        return ConditionColumn(path: path, kind: kind, part: part)
      }
    }
    if resource.lists.contains(where: { text == $0.name || text.hasPrefix($0.name + ".") }) {
      throw ConditionError(place, "'\(text)' is of a list, and a condition is about the record itself")
    }
    if resource.isCustom(text) {
      throw ConditionError(
        place, "the type of '\(text)' is not known", hint: "declare it in 'extra_attributes' of the site")
    }
    let known = resource.fields.map(\.path)
    throw ConditionError(
      place, "no attribute of \(resource.name) is called '\(text)'",
      hint: NearestNames.hint(for: text, among: known)
        ?? "'bulkpatch resources \(resource.ownName)' lists them")
  }

  private func columnKind(_ path: String) -> Field.Kind? {
    guard let kind = resource.field(at: path)?.kind ?? resource.customKinds[path] else { return nil }
    switch kind {
    case .base64, .menuPath: return nil
    default: return kind
    }
  }

  // MARK: Words

  private var current: ConditionToken { tokens[position] }

  private mutating func advance() { position = min(position + 1, tokens.count - 1) }

  private mutating func accept(_ word: String) -> Bool {
    guard current.kind == .word || current.kind == .symbol, current.text.lowercased() == word else {
      return false
    }
    advance()
    return true
  }

  private func unexpected(_ expected: String) -> ConditionError {
    let found = current.kind == .end ? "the end" : "'\(current.text)'"
    return ConditionError(current.place, "\(expected) is expected here, not \(found)")
  }

  private mutating func require(_ word: String) throws(ConditionError) {
    guard accept(word) else { throw unexpected("'\(word)'") }
  }

  // MARK: The grammar

  private mutating func either() throws(ConditionError) -> Condition {
    var parts = [try both()]
    while accept("or") { parts.append(try both()) }
    return parts.count == 1 ? parts[0] : .any(parts)
  }

  private mutating func both() throws(ConditionError) -> Condition {
    var parts = [try term()]
    while accept("and") { parts.append(try term()) }
    return parts.count == 1 ? parts[0] : .all(parts)
  }

  private mutating func term() throws(ConditionError) -> Condition {
    depth += 1
    defer { depth -= 1 }
    guard depth <= 50 else { throw ConditionError(current.place, "the condition is nested too deep") }
    if accept("not") { return .not(try term()) }
    guard accept("(") else { return try test() }
    let inner = try either()
    try require(")")
    return inner
  }

  private mutating func test() throws(ConditionError) -> Condition {
    guard current.kind == .word else { throw unexpected("an attribute") }
    let column = try column(current.text, at: current.place)
    advance()
    if accept("is") {
      let isNegated = accept("not")
      try require("null")
      return isNegated ? .not(.isNull(column)) : .isNull(column)
    }
    let isNegated = accept("not")
    let start = current.place
    if accept("in") { return negated(try list(of: column), isNegated) }
    if accept("like") { return negated(try likeness(of: column), isNegated) }
    if accept("between") {
      let low = try literal(for: column)
      try require("and")
      let high = try literal(for: column)
      return negated(
        .all([try compare(low, .greaterOrEqual, start), try compare(high, .lessOrEqual, start)]), isNegated)
    }
    guard !isNegated, current.kind == .symbol, let comparison = Condition.Comparison(rawValue: current.text)
    else { throw unexpected("a comparison, 'in', 'like', 'between' or 'is'") }
    advance()
    return try compare(try literal(for: column), comparison, start)
  }

  private func negated(_ condition: Condition, _ isNegated: Bool) -> Condition {
    isNegated ? .not(condition) : condition
  }

  private mutating func list(of column: ConditionColumn) throws(ConditionError) -> Condition {
    try require("(")
    var values: [(column: ConditionColumn, value: ConditionValue)] = []
    repeat { values.append(try literal(for: column)) } while accept(",")
    try require(")")
    // Ids and names of a menu are different columns.
    var parts: [Condition] = []
    for part in [ConditionColumn.Part.value, .id, .name] {
      let own = values.filter { $0.column.part == part }
      if let first = own.first { parts.append(.oneOf(first.column, own.map(\.value))) }
    }
    return parts.count == 1 ? parts[0] : .any(parts)
  }

  private mutating func likeness(of column: ConditionColumn) throws(ConditionError) -> Condition {
    let isText =
      switch column.kind {
      case .string, .code: true
      default: column.part == .name
      }
    guard isText else { throw ConditionError(current.place, "\(column.path) is no text, which 'like' needs") }
    guard current.kind == .text || current.kind == .word else { throw unexpected("a pattern in quotes") }
    defer { advance() }
    return .like(column, current.text)
  }

  private func compare(
    _ operand: (column: ConditionColumn, value: ConditionValue), _ comparison: Condition.Comparison,
    _ place: Int
  ) throws(ConditionError) -> Condition {
    let isOrdered = comparison != .equal && comparison != .notEqual
    if isOrdered, operand.column.kind.isNamed || operand.column.kind == .boolean {
      throw ConditionError(
        place, "\(operand.column.path) has no order", hint: "compare it with = or != , or use 'in'")
    }
    return .compare(operand.column, comparison, operand.value)
  }

  // MARK: Literals

  /// Reads a value of a column's type; of a menu or reference, a number is an id and anything else a name.
  private mutating func literal(
    for column: ConditionColumn
  ) throws(ConditionError) -> (column: ConditionColumn, value: ConditionValue) {
    guard current.kind == .word || current.kind == .text else { throw unexpected("a value") }
    let token = current
    advance()
    var column = column
    if column.kind.isNamed {
      let digits = token.text.hasPrefix("id:") ? String(token.text.dropFirst(3)) : token.text
      if token.kind == .word, let id = Int64(digits) {
        column.part = .id
        return (column, .integer(id))
      }
      guard column.part == .name else { throw wrong(token, column, "a whole number") }
      return (column, .text(token.text.hasPrefix("name:") ? String(token.text.dropFirst(5)) : token.text))
    }
    return (column, try value(of: token, for: column))
  }

  private func value(
    of token: ConditionToken, for column: ConditionColumn
  ) throws(ConditionError) -> ConditionValue {
    let text = token.text
    switch column.kind {
    case .string, .code: return .text(text)
    case .integer:
      guard let number = Int64(text) else { throw wrong(token, column, "a whole number") }
      return .integer(number)
    case .number:
      guard !text.isEmpty, Double(text) != nil, text.allSatisfy({ "0123456789.-".contains($0) }) else {
        throw wrong(token, column, "a number")
      }
      return .number(text)
    case .boolean:
      switch text.lowercased() {
      case "true", "yes", "1": return .flag(true)
      case "false", "no", "0": return .flag(false)
      default: throw wrong(token, column, "true or false")
      }
    case .date:
      guard ISODateTime.isDate(text[...]) else { throw wrong(token, column, "a day such as 2026-03-17") }
      return .time(text)
    case .dateTime:
      let whole = ISODateTime.isDate(text[...]) ? text + "T00:00:00Z" : text
      guard case .time(let seconds) = ISODateTime.read(whole[...]) else {
        throw wrong(token, column, "a point in time with its offset, such as 2026-03-17T09:00:00Z")
      }
      return .time(CivilTime(secondsSince1970: seconds).text)
    case .menu, .reference, .base64, .menuPath: throw wrong(token, column, "a name or an id")
    }
  }

  private func wrong(_ token: ConditionToken, _ column: ConditionColumn, _ expected: String) -> ConditionError
  {
    ConditionError(token.place, "\(column.path) takes \(expected), not '\(token.text)'")
  }
}

extension Field.Kind {
  /// Indicates values that have an id and a name.
  public var isNamed: Bool {
    switch self {
    case .menu, .reference: true
    default: false
    }
  }
}
