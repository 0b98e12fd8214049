import Catalog
import Foundation
import JSON
import Patches
import Sheets
import TestSupport
import Testing

/// Any row ends as a patch or with a finding that says why not, and never crashes.
@Suite struct HostileRowTests {
  @Test(arguments: [UInt64.random(in: 0 ... .max), 3, 4])
  func endsEveryCSVRowOneWay(_ seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let settings = options {
      $0.customFields = ["customFields.c.n": .number, "customFields.c.t": .datetime]
      $0.dateTimeFormat = "dd-MM-yyyy HH:mm"
      $0.timeZone = TimeZone(identifier: "Europe/Paris")
      $0.attachmentFolder = "/nowhere"
    }
    let header = [
      "id", "referenceNumber", "subject", "queue", "statusWithType.status", "customFields.c.n",
      "customFields.c.t",
      "customFields.c.u", "threads.append.text", "threads.append.entryType", "threads.rewrite.id",
      "threads.rewrite.text", "threads.rewrite.entryType", "billedMinutes.update.id",
      "billedMinutes.update.billTime",
      "otherContacts.add", "fileAttachments.add.file", "fileAttachments.add.private",
    ]
    let builder = try builder(header, settings)
    for _ in rounds(500) {
      let cells = (0..<Int.random(in: 0...header.count + 2, using: &generator)).map { _ in cell(&generator) }
      let built = builder.build(row(cells))
      #expect((built.patch == nil) == !built.errors.isEmpty, "seed \(seed): \(cells)")
    }
  }

  @Test(arguments: [UInt64.random(in: 0 ... .max), 5, 6])
  func endsEveryJSONRowOneWay(_ seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let settings = options {
      $0.columns = ["Note": "threads.append.text", "Team": "queue"]
      $0.constants = [("threads.append.entryType", "1"), ("severity", "2")]
      $0.attachmentFolder = "/nowhere"
    }
    for options in [PatchOptions(), settings] {
      let builder = try builder(nil, options)
      for _ in rounds(500) {
        let object = object(depth: 0, &generator)
        let built = builder.build(
          SheetRow(number: 1, line: 1, content: .object(object), findings: [], input: ""))
        #expect((built.patch == nil) == !built.errors.isEmpty, "seed \(seed): \(object.text())")
      }
    }
  }

  private func cell(_ generator: inout SeededGenerator) -> String {
    let known = [
      "", " ", "771", "240317-000042", "<null>", "#N/A", "#", "1e5", "1E+999", "1,2,3", "1.2.3", "-", "-1",
      "+", "e5",
      "id:", "name:", "id:7", "yes", "2024-02-30", "31-03-2024 02:30", "2024-03-31T02:30:00+01:00",
      "9999-12-31T23:59:59-23:59",
      ";;", "1;2;x", "../x", "/", ".", "\0", "\u{7}", "\u{FEFF}x", "é", "99999999999999999999", "1", "2",
      "Note", "\r\n",
    ]
    if Int.random(in: 0..<3, using: &generator) > 0 { return known.randomElement(using: &generator) ?? "" }
    let signs = Array("0123456789-+:.,;eET Z#<>/\u{A0}\u{301}")
    return String(
      (0..<Int.random(in: 0..<24, using: &generator)).compactMap { _ in signs.randomElement(using: &generator)
      })
  }

  private func object(depth: Int, _ generator: inout SeededGenerator) -> JSONObject {
    let names = [
      "id", "referenceNumber", "subject", "queue", "assignedTo", "account", "threads", "text", "entryType",
      "contact",
      "customFields", "c", "region", "fileAttachments", "file", "fileName", "data", "billedMinutes",
      "minutes", "lookupName",
      "otherContacts", "source", "parents", "milestoneInstances", "Note", "Team", "_row", "", ".",
      "threads.append.text",
    ]
    var object = JSONObject()
    for _ in 0..<Int.random(in: 0..<6, using: &generator) {
      object[names.randomElement(using: &generator) ?? "id"] = value(depth: depth, &generator)
    }
    return object
  }

  private func value(depth: Int, _ generator: inout SeededGenerator) -> JSONValue {
    switch Int.random(in: 0..<(depth > 4 ? 6 : 11), using: &generator) {
    case 0: return nil
    case 1: return true
    case 2: return .integer(Int64.random(in: -3...9, using: &generator))
    case 3: return 1.5
    case 4, 5: return .string(cell(&generator))
    case 6, 7:
      return .array(
        (0..<Int.random(in: 0..<3, using: &generator)).map { _ in value(depth: depth + 1, &generator) })
    default: return .object(object(depth: depth + 1, &generator))
    }
  }
}
