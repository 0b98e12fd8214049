import Catalog
import JSON
import Patches
import Records
import Sites
import Staging
import TestSupport
import Testing

@testable import Execution

/// Several rows of one record, rolled back from the last to the first.
@Suite struct UnwindingTests {
  private static let seeds = Array(rounds(400))

  /// Rolling back rows restores the record, whatever they did to it; later changes by other clients stay, and
  /// exactly those are reported.
  @Test(arguments: seeds)
  func restoresTheRecordAndKeepsWhatIsNotOurs(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    var record = Record.random(using: &generator)
    let before = record
    var rows: [CarriedOutRow] = []
    for number in 1...Int.random(in: 1...5, using: &generator) {
      if let row = record.carryOut(Record.randomPatch(using: &generator), number: number) { rows.append(row) }
    }
    // Some of the last rows first: then the record is partly restored already.
    _ = record.unwind(rows.suffix(Int.random(in: 0...rows.count, using: &generator)))
    var theirs: [String: JSONValue] = [:]
    if Bool.random(using: &generator) {
      for path in Record.paths where Int.random(in: 0..<4, using: &generator) == 0 {
        theirs[path] = Record.theirs(path)
        record.set(path, Record.theirs(path))
      }
    }
    let (touched, kept) = record.unwind(rows[...])

    let comment = Comment("seed \(seed)")
    #expect(kept == touched.intersection(theirs.keys), comment)
    for path in Record.paths {
      #expect(record.value(path) == theirs[path] ?? before.value(path), "\(path), seed \(seed)")
    }
  }
}

/// A record as a site would hold and show it.
private struct Record {
  static let paths = [
    "subject", "severity", "organization", "banner.text", "customFields.c.visits", "threads[1].text",
    "threads[2].text",
  ]

  private(set) var image = RecordImage(id: 7, token: "t", lists: ["threads": []])

  static func random(using generator: inout SeededGenerator) -> Record {
    var record = Record()
    record.image.lists["threads"] = [["id": 1, "text": "one"], ["id": 2, "text": "two"]]
    for path in paths where !path.hasPrefix("threads") {
      record.set(path, Bool.random(using: &generator) ? randomValue(path, using: &generator) : .null)
    }
    return record
  }

  /// A value that no row writes.
  static func theirs(_ path: String) -> JSONValue {
    switch path {
    case "severity", "organization": ["id": 99, "lookupName": "Theirs"]
    case "customFields.c.visits": 99
    default: "theirs"
    }
  }

  private static func randomValue(_ path: String, using generator: inout SeededGenerator) -> JSONValue {
    let number = Int64.random(in: 1...3, using: &generator)
    return switch path {
    case "severity", "organization": ["id": .integer(number), "lookupName": .string("Name \(number)")]
    case "customFields.c.visits": .integer(number)
    default: .string("text \(number)")
    }
  }

  static func randomPatch(using generator: inout SeededGenerator) -> JSONObject {
    var patch = JSONObject()
    var threads: [JSONValue] = []
    for path in paths where Int.random(in: 0..<3, using: &generator) == 0 {
      var value = randomValue(path, using: &generator)
      if path.hasPrefix("threads") {
        threads.append(["id": path.contains("1") ? 1 : 2, "text": value])
        continue
      }
      if Int.random(in: 0..<4, using: &generator) == 0 { value = .null }
      // By id or by name, never both.
      if let name = value["lookupName"], Bool.random(using: &generator) { value = ["lookupName": name] }
      if let id = value["id"] { value = ["id": id] }
      patch.set(value, at: path.split(separator: "."))
    }
    if !threads.isEmpty { patch["threads"] = .array(threads) }
    return patch
  }

  func value(_ path: String) -> JSONValue {
    guard path.hasPrefix("threads") else { return image.values[path] ?? .null }
    return image.lists["threads"]?[path.contains("1") ? 0 : 1]["text"] ?? .null
  }

  mutating func set(_ path: String, _ value: JSONValue) {
    guard path.hasPrefix("threads") else {
      image.values[path] = value
      return
    }
    image.lists["threads"]?[path.contains("1") ? 0 : 1]["text"] = value
  }

  mutating func apply(_ changes: PatchChanges) {
    for change in changes.attributes { set(change.path, shown(change.value)) }
    for update in changes.updates {
      for change in update.attributes { set("threads[\(update.key.text())].\(change.path)", change.value) }
    }
  }

  /// Menus and references are shown with id and name, however they were written.
  private func shown(_ value: JSONValue) -> JSONValue {
    guard let object = value.object else { return value }
    let number =
      object["id"]?.integer ?? object["lookupName"]?.string.flatMap { Int64($0.dropFirst("Name ".count)) }
      ?? 0
    return ["id": .integer(number), "lookupName": .string("Name \(number)")]
  }

  /// Rolls rows back, the last one first; returns what they are about, and what stays as it is.
  mutating func unwind(_ rows: ArraySlice<CarriedOutRow>) -> (touched: Set<String>, kept: Set<String>) {
    let builder = RollbackBuilder(resource: .incidents, retractText: nil)
    let steps = rows.reversed().compactMap { row in
      builder.build(row, ResourceType.incidents.changes(inText: row.patch, element: nil), number: 1)
    }.compactMap { row in
      row.patch.map { RollbackStep(number: 1, patch: $0.body, element: $0.element, expected: row.expected) }
    }
    var touched: Set<String> = []
    var kept: Set<String> = []
    for (index, step) in steps.enumerated() {
      let changes = ResourceType.incidents.changes(in: step.patch)
      touched.formUnion(
        changes.attributes.map(\.path) + changes.updates.map { "threads[\($0.key.text())].text" })
      let reversal = Reversal(
        changes, expected: step.expected, earlier: [], image: image, resource: .incidents,
        steps: StepsToCome(Array(steps[(index + 1)...])), isForced: false)
      kept.formUnion(reversal.kept.map(\.place))
      apply(reversal.changes)
    }
    return (touched, kept)
  }

  /// Does what a run does with a row: looks, takes the snapshot, writes; `nil` when nothing has to be
  /// written.
  mutating func carryOut(_ patch: JSONObject, number: Int) -> CarriedOutRow? {
    let changes = ResourceType.incidents.changes(in: patch)
    guard !changes.isEmpty, !changes.areMet(by: image, in: .incidents) else { return nil }
    let snapshot = changes.snapshot(of: image, row: number, in: .incidents)
    apply(changes)
    return CarriedOutRow(
      number: number, line: number + 1, state: .applied, recordID: 7, patch: patch.text(), snapshot: snapshot)
  }
}
