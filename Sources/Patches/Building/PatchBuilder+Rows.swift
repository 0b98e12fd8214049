import Catalog
import JSON
import Sheets

extension PatchBuilder {
  /// Reads a row of a CSV sheet.
  func build(_ cells: [String], _ report: RowReport) -> BuiltRow {
    var assembly = BodyAssembly(report: report, slots: mapping.initialSlots, columns: mapping.slotNames)
    var keys = Keys(reader.shape.keys)
    let said = meanings(of: cells, &assembly.report)
    for (task, cell) in zip(mapping.tasks, said) {
      switch task {
      case .skip: break
      case .value(let rule, let slot, let column):
        assembly.slots[slot] =
          cell.map { rule.read($0, nulls: nulls, at: column, &assembly.report) } ?? .rejected
      case .key(let place, let rule, let column):
        keys.note(cell.map { key($0, rule, column, &assembly.report) } ?? .rejected, place)
      }
    }
    for (template, rule, slot, path) in mapping.templates {
      assembly.slots[slot] =
        template.text(said, nulls: nulls, at: path, &assembly.report).map {
          made($0, rule, at: path, &assembly.report)
        } ?? .rejected
    }
    return complete(&assembly, JSONObject(), keys, hasMembers: false)
  }

  /// Reads a text that was made of cells; what comes from the record stays open.
  private func made(_ text: LiveText, _ rule: ValueRule, at path: String, _ report: inout RowReport)
    -> CellValue
  {
    let value = rule.read(text.shown, nulls: nulls, at: path, &report)
    guard text.isLive, case .value = value else { return value }
    var live = text
    if case .text(let maximum, _) = rule.form { live.limit = maximum }
    live.refusesCards = rule.cardRule == .error
    return .value(live.json)
  }

  /// Returns what the cells stand for; `nil` for one that the job's values do not have.
  private func meanings(of cells: [String], _ report: inout RowReport) -> [String?] {
    var said = cells.map(Optional.some)
    for (place, table) in mapping.tables.enumerated() {
      guard let table, place < cells.count else { continue }
      let column = columns[place].header
      said[place] = table.meaning(of: cells[place], nulls: nulls, at: column, &report)
    }
    return said
  }

  /// Reads a row of a JSONL sheet.
  func build(_ object: JSONObject, _ report: RowReport) -> BuiltRow {
    var assembly = BodyAssembly(report: report, slots: mapping.initialSlots, columns: mapping.slotNames)
    var keys = Keys(reader.shape.keys)
    var own: [(String, JSONValue)] = []
    for (name, value) in object {
      if let index = mapping.members[name] {
        readMapped(value, mapping.tasks[index], mapping.tables[index], &assembly, &keys)
      } else if ignored.contains(name) || Self.resultColumns.contains(name) {
        continue
      } else if let place = reader.shape.keys.firstIndex(where: { $0.attribute == name }) {
        keys.note(CheckedKey(reader.shape.keys[place].check(value, at: name, &assembly.report)), place)
      } else {
        own.append((name, value))
      }
    }
    let errors = assembly.report.errors
    let body = reader.read(JSONObject(own), &assembly)
    // Rejected members count as content; an empty list does not.
    let hasMembers = !body.isEmpty || assembly.report.errors > errors
    return complete(&assembly, body, keys, hasMembers: hasMembers)
  }

  private func readMapped(
    _ value: JSONValue, _ task: ColumnTask, _ table: ValueTable?, _ assembly: inout BodyAssembly,
    _ keys: inout Keys
  ) {
    // A value that the job gives a meaning is read as a cell would be.
    if let table, value.object == nil, value.array == nil, !value.isNull {
      let text = value.string ?? value.text()
      switch task {
      case .skip: break
      case .key(let place, let rule, let column):
        let said = table.meaning(of: text, nulls: nulls, at: column, &assembly.report)
        keys.note(said.map { key($0, rule, column, &assembly.report) } ?? .rejected, place)
      case .value(let rule, let slot, let column):
        let said = table.meaning(of: text, nulls: nulls, at: column, &assembly.report)
        assembly.slots[slot] =
          said.map { rule.read($0, nulls: nulls, at: column, &assembly.report) } ?? .rejected
      }
      return
    }
    switch task {
    case .skip: break
    case .key(let place, let rule, let column):
      keys.note(CheckedKey(rule.check(value, at: column, &assembly.report)), place)
    case .value(let rule, let slot, let column):
      assembly.slots[slot] = CellValue(
        rule.checkMember(value, nulls: nulls, at: column, &assembly.report))
    }
  }

  /// Adds the columns and constants to the members of a row, and finishes the row.
  private func complete(
    _ assembly: inout BodyAssembly, _ own: JSONObject, _ keys: Keys, hasMembers: Bool
  ) -> BuiltRow {
    var body = own
    let key = keys.chosen
    if key == nil, !keys.isRejected {
      assembly.report.error(
        "missing-key", mapping.keyColumn, "the row does not say which record it is for",
        hint: "give its \(reader.shape.keys.map(\.attribute).joined(separator: " or "))")
    }
    let saysSomething =
      mapping.isOnlyKeys || hasMembers || assembly.hasOwnValue(mapping.columnSlots)
    if saysSomething {
      assembly.fill(mapping.plan, into: &body)
    } else if rewriting == nil {
      assembly.report.error(
        "empty-patch", nil, "the row changes nothing",
        hint: "give a value beside the key, or take the row out")
    }
    return finish(assembly, body, key: key)
  }

  private func key(
    _ cell: String, _ rule: KeyRule, _ column: String, _ report: inout RowReport
  ) -> CheckedKey {
    let trimmed = cell.trimmingBlanks()
    if trimmed.isEmpty { return .absent }
    if SpreadsheetTraces.isError(trimmed) {
      report.failedFormula(cell, at: column)
      return .rejected
    }
    let meaning = nulls.meaning(of: trimmed)
    if meaning == .clears || meaning == .inAnotherCase {
      report.keyIsCleared(at: column)
      return .rejected
    }
    guard let key = rule.read(trimmed, at: column, &report) else { return .rejected }
    if meaning == .looksNull { nulls.note(trimmed, at: column, &report) }
    return .key(key)
  }
}

/// The value of one key column of a row.
private enum CheckedKey {
  case absent
  case key(RecordKey)
  case rejected

  init(_ key: RecordKey?) { self = key.map { .key($0) } ?? .rejected }
}

/// The keys in a row; the first in the catalogue's order counts.
private struct Keys {
  private(set) var isRejected = false
  private var best: (place: Int, key: RecordKey)?

  private let rules: [KeyRule]
  /// The values of attributes that name a record together, by place.
  private var parts: [Int: String] = [:]

  init(_ rules: [KeyRule]) { self.rules = rules }

  var chosen: RecordKey? { best?.key ?? together }

  /// The key of several attributes, if all of them are given.
  private var together: RecordKey? {
    let places = rules.indices.filter { rules[$0].isPart }
    let values = places.compactMap { parts[$0] }
    guard !places.isEmpty, values.count == places.count else { return nil }
    return .alternate(
      attribute: OwnKey.name(of: places.map { rules[$0].attribute }), value: OwnKey.text(of: values))
  }

  mutating func note(_ checked: CheckedKey, _ place: Int) {
    switch checked {
    case .absent: break
    case .rejected: isRejected = true
    case .key(let key) where rules[place].isPart: parts[place] = key.text
    case .key(let key) where place < best?.place ?? .max: best = (place, key)
    case .key: break
    }
  }
}
