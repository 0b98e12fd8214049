import Catalog
import JSON
import Patches
import Records
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

  @Test(arguments: ResourceType.all.map(\.ownName), [UInt64.random(in: 0 ... .max), 1, 2])
  func givesTheSamePatchFromBothFormats(_ name: String, _ seed: UInt64) throws {
    let resource = try #require(ResourceName(name)?.meanings().first)
    var generator = SeededGenerator(seed: seed)
    for _ in rounds(300) {
      let entries = randomEntries(resource, &generator)
      let csv = try built(entries, as: .csv, resource)
      let jsonl = try built(entries, as: .jsonl, resource)
      #expect(csv.patch != nil, "seed \(seed)")
      #expect(csv.patch == jsonl.patch, "seed \(seed)")
      // A CSV sheet gets it once, for its header; JSONL has none.
      let rules = jsonl.findings.map(\.rule).filter { $0 != "caution" }
      #expect(csv.findings.map(\.rule) == rules, "seed \(seed)")
    }
  }

  /// The operations of a patch are those of its body, all of them and once each.
  @Test(arguments: ResourceType.all.map(\.ownName), [UInt64.random(in: 0 ... .max), 3])
  func decodesEveryPatchWholly(_ name: String, _ seed: UInt64) throws {
    let resource = try #require(ResourceName(name)?.meanings().first)
    var generator = SeededGenerator(seed: seed)
    for _ in rounds(300) {
      let built = try built(randomEntries(resource, &generator), as: .csv, resource)
      let patch = try #require(built.patch, "seed \(seed)")
      let changes = resource.changes(in: patch.body, element: patch.element)
      #expect(changes.creations.isEmpty == patch.isIdempotent, "seed \(seed)")
      #expect(changes.attributes.isEmpty || patch.element == nil, "seed \(seed)")
      let own = patch.element == nil ? changes.attributes : changes.updates.first?.attributes ?? []
      var rebuilt = JSONObject()
      for change in own { rebuilt.set(change.value, at: change.path.split(separator: ".")) }
      let lists = patch.element.map { resource.list(at: $0.list)?.lists ?? [] } ?? resource.lists
      let expected = JSONObject(
        patch.body.filter { member in !lists.contains { $0.name == member.name } }.map { ($0.name, $0.value) }
      )
      #expect(rebuilt == expected, "seed \(seed)")
    }
  }

  private enum Format {
    case csv
    case jsonl
  }

  private func built(_ entries: [Entry], as format: Format, _ resource: ResourceType) throws -> BuiltRow {
    guard format == .jsonl else {
      return try builder([resource.key] + entries.map(\.path), for: resource)
        .build(row(["771"] + entries.map(\.cell)))
    }
    var object: JSONObject = [resource.key: resource.isKeyText ? "771" : 771]
    var verbs: [String: [Substring]] = [:]
    for entry in entries {
      insert(
        entry.value, at: entry.path.split(separator: ".")[...], into: &object, resource.lists, "", &verbs)
    }
    return try builder(nil, for: resource).build(row(object.text()))
  }

  /// Puts a value where a header says, in the nested form; `verbs` has the operations whose elements each list
  /// has so far, in their order.
  private func insert(
    _ value: JSONValue, at names: ArraySlice<Substring>, into object: inout JSONObject, _ lists: [ChildList],
    _ prefix: String, _ verbs: inout [String: [Substring]]
  ) {
    guard let name = names.first, let list = lists.first(where: { $0.name == name }),
      let verb = names.dropFirst().first
    else {
      object.set(value, at: names)
      return
    }
    guard case .object = list.element else {
      object[list.name] = value
      return
    }
    let label = prefix + list.name
    var elements = object[list.name]?.array ?? []
    let index = verbs[label]?.firstIndex(of: verb) ?? elements.count
    if index == elements.count {
      elements.append([:])
      verbs[label, default: []].append(verb)
    }
    var element = elements[index].object ?? [:]
    insert(value, at: names.dropFirst(2), into: &element, list.lists, "\(label).\(verb).", &verbs)
    elements[index] = .object(element)
    object[list.name] = .array(elements)
  }

  private func randomEntries(_ resource: ResourceType, _ generator: inout SeededGenerator) -> [Entry] {
    // A row that changes an element with an address of its own does nothing else.
    if let list = resource.lists.filter({ !$0.takesUpdatesInRecord }).randomElement(using: &generator),
      let update = list.operation("update"), Int.random(in: 0..<4, using: &generator) == 0
    {
      return randomElement(list, update, below: "", &generator).shuffled(using: &generator)
    }
    var entries: [Entry] = []
    for field in resource.fields
    where field.access == .writable && !field.isEnclosure && field.isWrittenBySheets {
      guard Int.random(in: 0..<4, using: &generator) == 0 else { continue }
      let mayClear = field.nullability == .nullable
      entries.append(
        mayClear && Bool.random(using: &generator)
          ? Entry(path: field.path, cell: "<null>", value: nil) : randomEntry(field, field.path, &generator))
    }
    for list in resource.lists {
      for operation in list.operations where Int.random(in: 0..<3, using: &generator) == 0 {
        guard list.takesUpdatesInRecord || operation.effect == .create else { continue }
        entries += randomElement(list, operation, below: "", &generator)
      }
    }
    if entries.isEmpty, let field = resource.fields.first(where: { $0.access == .writable }) {
      entries = [randomEntry(field, field.path, &generator)]
    }
    return entries.shuffled(using: &generator)
  }

  /// Every attribute of one element, and of one new element of each list below it.
  private func randomElement(
    _ list: ChildList, _ operation: ListOperation, below prefix: String, _ generator: inout SeededGenerator
  ) -> [Entry] {
    let label = "\(prefix)\(list.name).\(operation.verb)"
    if case .reference = list.element {
      return [Entry(path: label, cell: "7; id:8", value: [["id": 7], ["id": 8]])]
    }
    var entries: [Entry] = []
    for field in list.fields where isGiven(field, operation) {
      let path = "\(label).\(field.path)"
      if operation.effect == .update, let id = field.allowedOnUpdate?.first {
        entries.append(Entry(path: path, cell: String(id), value: ["id": .integer(id)]))
      } else {
        entries.append(randomEntry(field, path, &generator))
      }
    }
    for inner in list.lists {
      guard let create = inner.operations.first(where: { $0.effect == .create }) else { continue }
      entries += randomElement(inner, create, below: label + ".", &generator)
    }
    return entries
  }

  private func isGiven(_ field: Field, _ operation: ListOperation) -> Bool {
    switch field.access {
    case _ where field.isEnclosure: false
    case .readOnly: false
    case .selector: operation.effect == .update
    case .createOnly: operation.effect == .create && field.isWrittenBySheets
    case .writable: true
    }
  }

  private func randomEntry(_ field: Field, _ path: String, _ generator: inout SeededGenerator) -> Entry {
    switch field.kind {
    case .string(let maximum, let pattern):
      let random = randomText(&generator)
      let fitting = random.unicodeScalars.count > maximum ?? .max ? "az" : random
      let text = pattern == nil ? fitting : pattern == "^[YN]$" ? "Y" : "text/plain"
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
    case .number: return Entry(path: path, cell: " -12.5", value: -12.5)
    case .code(let known, _, _):
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
