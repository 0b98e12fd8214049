import Catalog
import JSON
import Patches
import Sheets
import TestSupport
import Testing

/// A patch is the same whether a sheet gives it as CSV or as JSONL.
@Suite struct FormatEquivalenceTests {
  /// One column: its header, a cell, and the cell's value in JSON.
  private struct Entry {
    var path: String
    var cell: String
    var value: JSONValue
  }

  @Test(arguments: [UInt64.random(in: 0 ... .max), 1, 2])
  func givesTheSamePatchFromBothFormats(_ seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<300 {
      let entries = randomEntries(&generator)
      let csv = try built(entries, as: .csv)
      let jsonl = try built(entries, as: .jsonl)
      #expect(csv.patch != nil, "seed \(seed)")
      #expect(csv.patch == jsonl.patch, "seed \(seed)")
      #expect(csv.findings.map(\.rule) == jsonl.findings.map(\.rule), "seed \(seed)")
    }
  }

  private enum Format {
    case csv
    case jsonl
  }

  private func built(_ entries: [Entry], as format: Format) throws -> BuiltRow {
    guard format == .jsonl else {
      return try builder(["id"] + entries.map(\.path)).build(row(["771"] + entries.map(\.cell)))
    }
    var object: JSONObject = ["id": 771]
    var elements: [(label: String, element: JSONObject)] = []
    for entry in entries {
      let names = entry.path.split(separator: ".")
      guard let list = ResourceType.incidents.list(named: String(names[0])) else {
        object.set(entry.value, at: names)
        continue
      }
      let label = "\(names[0]).\(names[1])"
      if !elements.contains(where: { $0.label == label }) { elements.append((label, [:])) }
      for index in elements.indices where elements[index].label == label {
        elements[index].element.set(entry.value, at: names.dropFirst(2))
      }
      object[list.name] = .array(
        elements.filter { $0.label.hasPrefix(list.name + ".") }.map { .object($0.element) })
    }
    return try builder(nil).build(row(object.text()))
  }

  private func randomEntries(_ generator: inout SeededGenerator) -> [Entry] {
    var entries: [Entry] = []
    for field in ResourceType.incidents.fields where field.access == .writable {
      guard Int.random(in: 0..<4, using: &generator) == 0 else { continue }
      let mayClear = field.nullability == .nullable
      entries.append(
        mayClear && Bool.random(using: &generator)
          ? Entry(path: field.path, cell: "<null>", value: nil) : randomEntry(field, field.path, &generator))
    }
    for list in ResourceType.incidents.lists {
      for operation in list.operations where Int.random(in: 0..<3, using: &generator) == 0 {
        entries += randomElement(list, operation, &generator)
      }
    }
    if entries.isEmpty { entries = [Entry(path: "subject", cell: "x", value: "x")] }
    return entries.shuffled(using: &generator)
  }

  private func randomElement(
    _ list: ChildList, _ operation: ListOperation, _ generator: inout SeededGenerator
  ) -> [Entry] {
    list.fields.filter { field in
      switch field.access {
      case .readOnly: false
      case .selector: operation.effect == .update
      case .createOnly: operation.effect == .create && field.isWrittenBySheets
      case .writable: true
      }
    }
    .map { field in
      let path = "\(list.name).\(operation.verb).\(field.path)"
      if operation.effect == .update, let id = field.allowedOnUpdate?.first {
        return Entry(path: path, cell: String(id), value: ["id": .integer(id)])
      }
      return randomEntry(field, path, &generator)
    }
  }

  private func randomEntry(_ field: Field, _ path: String, _ generator: inout SeededGenerator) -> Entry {
    switch field.kind {
    case .string(_, let pattern):
      let text = pattern == nil ? randomText(&generator) : "text/plain"
      let safe = pattern?.contains("*?") == true ? "report 1.pdf" : text
      return Entry(path: path, cell: safe, value: .string(safe))
    case .integer(let minimum, let maximum):
      let number = Int64.random(in: minimum...maximum, using: &generator)
      return Entry(path: path, cell: " \(number)", value: .integer(number))
    case .boolean: return Entry(path: path, cell: "Yes", value: true)
    case .date: return Entry(path: path, cell: "2024-02-29", value: "2024-02-29")
    case .dateTime: return Entry(path: path, cell: "2024-03-17T10:00:00+01:00", value: "2024-03-17T09:00:00Z")
    case .base64: return Entry(path: path, cell: "aGVsbG8=", value: "aGVsbG8=")
    case .menu(let known, _):
      if let name = known.randomElement(using: &generator)?.name, Bool.random(using: &generator) {
        return Entry(path: path, cell: " \(name) ", value: ["lookupName": .string(name)])
      }
      let id = known.compactMap(\.id).randomElement(using: &generator) ?? 12
      return Entry(path: path, cell: String(id), value: ["id": .integer(id)])
    case .code(let known, _):
      let code = known.randomElement(using: &generator) ?? "A_CODE"
      return Entry(path: path, cell: " \(code)", value: .string(code))
    case .reference, .menuPath:
      let id = Int64.random(in: 0 ... .max, using: &generator)
      return Entry(path: path, cell: "id:\(id)", value: ["id": .integer(id)])
    }
  }

  private func randomText(_ generator: inout SeededGenerator) -> String {
    let letters = Array("abc é😀\n\t\"\\,;'{}<>#0123456789 ")
    let middle = (0..<Int.random(in: 0..<12, using: &generator)).map { _ in
      letters.randomElement(using: &generator) ?? "a"
    }
    return "a" + String(middle) + "z"
  }
}
