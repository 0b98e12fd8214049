import Catalog
import JSON
import Patches
import Records
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
      try expectIDs(batch, forms, in: resource, of: row, built, place)
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

/// With ids in place of the names that its form shows, a row's recipe makes what the walk over the body makes.
private func expectIDs(
  _ batch: RowBatch, _ forms: [Int: PatchForm], in resource: ResourceType, of row: SheetRow,
  _ built: BuiltRow,
  _ place: Comment
) throws {
  guard case .entry(let entry)? = batch.rows.first, let body = built.patch?.body, !entry.hasTexts else {
    return
  }
  let recipe = try #require(
    try JSONValue(parsing: String(decoding: batch.bytes[entry.recipe], as: UTF8.self)).array, place)
  let form = try #require(recipe.first?.integer.flatMap { forms[Int($0)] }, place)
  // Some names have no id.
  func id(_ name: GivenName) -> Int64? { name.name.utf8.count % 3 == 0 ? nil : Int64(name.name.utf8.count) }
  var given: Set<GivenName> = []
  let changed = resource.body(body) { name in
    given.insert(name)
    return id(name)
  }
  let names = try #require(form.given(in: resource), place)
  let read = zip(names.pieces, recipe.dropFirst()).compactMap { attribute, piece -> GivenName? in
    guard let attribute, let piece = piece.integer else { return nil }
    let name = form.name(at: piece, of: Array(row.input.utf8).span)
    return name.map { GivenName(place: attribute, name: $0) }
  }
  #expect(Set(read + names.constants) == given, place)
  var filled = try #require(form.withIDs(names, in: resource, id), place)
  filled.ids = filled.names.map { attribute in
    let names = given.filter { $0.place == attribute }.compactMap { name in id(name).map { (name.name, $0) } }
    return Dictionary(names, uniquingKeysWith: { $1 })
  }
  #expect(
    filled.patch(by: recipe, from: row.input)
      == JSONValue.object(resource.dialect == .fusionCX ? body : changed ?? body).text(), place)
}
