import Catalog
import JSON
import Patches
import TestSupport
import Testing

@testable import Sheets

/// Reads a sheet both ways: by a program wherever it is certain, and by the builder alone.
///
/// - Returns: the number of rows, and of those that the program took.
@discardableResult
func compareWays(
  _ text: String, _ format: SheetFormat, for resource: ResourceType = .incidents,
  _ options: PatchOptions = PatchOptions(), _ place: Comment = ""
) throws -> (rows: Int, taken: Int)? {
  let sheet: Sheet
  do throws(SheetError) {
    sheet = try Sheet(
      MemorySource(Array(text.utf8)), place: "sheet.\(format.rawValue)", options: SheetOptions())
  } catch { return nil }
  let header = format == .jsonl ? nil : sheet.header
  guard let builder = PatchBuilder.make(resource: resource, options: options, header: header).builder,
    let beside = PatchBuilder.make(resource: resource, options: options, header: header).builder
  else { return nil }
  let program = PatchProgram(beside, of: format)
  var forms: [Int: PatchForm] = [:]
  var (rows, taken) = (0, 0)
  while true {
    var batch = RowBatch()
    let isTaken = try sheet.peek().flatMap { program?.write($0, to: &batch) } ?? false
    guard let row = try sheet.next() else { break }
    rows += 1
    let built = builder.build(row)
    for news in batch.forms { forms[news.number] = news.form }
    if isTaken {
      taken += 1
      try expect(batch, forms, makes: built, of: row, place)
    } else {
      _ = beside.build(row)
      #expect(batch.rows.isEmpty, place)
    }
  }
  #expect(builder.closingFindings == beside.closingFindings, place)
  return (rows, taken)
}

private func expect(
  _ batch: RowBatch, _ forms: [Int: PatchForm], makes built: BuiltRow, of row: SheetRow, _ place: Comment
) throws {
  guard case .entry(let entry)? = batch.rows.first, batch.rows.count == 1 else {
    Issue.record("nothing was written", sourceLocation: #_sourceLocation)
    return
  }
  func text(_ range: Range<Int>) -> String { String(decoding: batch.bytes[range], as: UTF8.self) }
  #expect(built.findings.isEmpty, place)
  let patch = try #require(built.patch, place)
  #expect(entry.number == row.number && entry.line == row.line, place)
  #expect(text(entry.input) == row.input, place)
  #expect(text(entry.key) == patch.key.text, place)
  switch patch.key {
  case .id(let id): #expect(entry.recordID == id && entry.keyAttribute == nil, place)
  case .alternate(let name, _): #expect(entry.recordID == nil && entry.keyAttribute == name, place)
  }
  #expect(entry.isIdempotent == patch.isIdempotent && patch.element == nil, place)
  let recipe = try #require(try JSONValue(parsing: text(entry.recipe)).array, place)
  let form = try #require(recipe.first?.integer.flatMap { forms[Int($0)] }, place)
  #expect(form.patch(by: recipe, from: row.input) == patch.body.text(), place)
}
