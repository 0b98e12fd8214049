internal import GRDB
internal import GRDBSQLite
internal import JSON
internal import Patches

/// The bodies of requests, which most rows store as a recipe, for our own queries and for other readers of the file.
enum PatchTexts {
  /// A row's body in a query that uses the table by its name.
  static let column = "patch_text(row.patch, row.recipe, row.input) AS patch"

  /// Returns a query with that column adapted to a file of an older version, which is only read.
  static func fitting(_ query: String, _ database: Database) throws -> String {
    try database.tableExists("form") ? query : query.replacing(column, with: "row.patch")
  }

  /// The same body in plain SQL, for other readers of the file.
  ///
  /// A name whose id is known takes the text around it along: `{"lookupName":"Solved"}` becomes `{"id":2}`.
  static let view = """
    CREATE VIEW row_patch AS SELECT row.number, coalesce(row.patch, (
      SELECT group_concat(
        substr(phrase, 1 + iif(id_before IS NULL, 0, 1 + of_cells),
          length(phrase) - iif(id_before IS NULL, 0, 1 + of_cells) - iif(id IS NULL, 0, 14 + of_cells))
        || CASE WHEN id IS NOT NULL THEN '{"id":' || id || '}'
          WHEN typeof(piece) <> 'integer' THEN coalesce(piece, '')
          WHEN of_cells THEN substr(json_quote(bytes), 2, length(json_quote(bytes)) - 2)
          ELSE bytes END, '')
      FROM (
        SELECT phrase, piece, of_cells, bytes, id, lag(id) OVER (ORDER BY place) AS id_before FROM (
          SELECT *, (SELECT record_id FROM name WHERE attribute = place_name
            AND name = iif(of_cells, bytes, iif(json_valid(bytes), json_extract(bytes, '$'), NULL))) AS id FROM (
            SELECT place, phrase, piece, of_cells, place_name, CASE WHEN typeof(piece) = 'integer' THEN
              iif(of_cells, replace(CAST(substr(CAST(row.input AS BLOB), (piece >> 16) + 1, piece & 65535) AS TEXT), '""', '"'),
                CAST(substr(CAST(row.input AS BLOB), (piece >> 16) + 1, piece & 65535) AS TEXT)) END AS bytes
            FROM (
              SELECT part.key AS place, part.value AS phrase, form.of_cells,
                json_extract(row.recipe, '$[' || (part.key + 1) || ']') AS piece,
                json_extract(form.names, '$[' || part.key || ']') AS place_name
              FROM form, json_each(form.phrases) AS part WHERE form.number = json_extract(row.recipe, '$[0]')
            )))
        ORDER BY place
      ))) AS patch
    FROM row;
    """

  /// Registers `patch_text` with a connection.
  static func add(to database: Database) throws {
    let maker = unsafe Unmanaged.passRetained(PatchMaker(try forms(database))).toOpaque()
    // SQLite lets go of the maker, also when it refuses the function.
    let code = unsafe sqlite3_create_function_v2(
      database.sqliteConnection, "patch_text", 3, SQLITE_UTF8 | SQLITE_DETERMINISTIC, maker, patchText, nil,
      nil
    ) { maker in
      if let maker = unsafe maker { unsafe Unmanaged<PatchMaker>.fromOpaque(maker).release() }
    }
    guard code == SQLITE_OK else {
      throw DatabaseError(resultCode: ResultCode(rawValue: code), message: database.lastErrorMessage)
    }
  }

  /// Returns the forms of the rows, with the ids of their names as far as they are known.
  static func forms(_ database: Database) throws -> [Int64: PatchForm] {
    guard try database.tableExists("form") else { return [:] }
    // Files of older versions, which are only read, have no such column.
    let names = try database.columns(in: "form").contains { $0.name == "names" } ? "names" : "NULL AS names"
    var ids: [String: [String: Int64]] = [:]
    var forms: [Int64: PatchForm] = [:]
    for row in try Row.fetchAll(database, sql: "SELECT number, phrases, of_cells, \(names) FROM form") {
      var form = PatchForm(phrases: RunFile.strings(row["phrases"]), isOfCells: row["of_cells"])
      if let names: String = row["names"] {
        form.names = ((try? JSONValue(parsing: names))?.array ?? []).map(\.string)
        form.ids = try form.names.map { name in
          guard let name else { return [:] }
          if ids[name] == nil { ids[name] = try idsByName(of: name, database) }
          return ids[name] ?? [:]
        }
      }
      forms[row["number"]] = form
    }
    return forms
  }

  private static func idsByName(of attribute: String, _ database: Database) throws -> [String: Int64] {
    var ids: [String: Int64] = [:]
    let rows = try Row.fetchCursor(
      database, sql: "SELECT name, record_id FROM name WHERE attribute = ?", arguments: [attribute])
    while let row = try rows.next() { ids[row["name"]] = row["record_id"] }
    return ids
  }
}

/// The forms of one connection, and the text that is being made.
///
/// It is used by the connection's thread only.
private final class PatchMaker {
  private let forms: [Int64: PatchForm]
  private(set) var patch: [UInt8] = []
  private var numbers: [Int64] = []

  init(_ forms: [Int64: PatchForm]) { self.forms = forms }

  /// Makes the patch of a row; returns whether the recipe fits it.
  func make(_ recipe: Span<UInt8>, from input: Span<UInt8>) -> Bool {
    patch.removeAll(keepingCapacity: true)
    guard PatchForm.read(recipe, into: &numbers) else { return makeFromTexts(recipe, input) }
    guard let number = numbers.first, let form = forms[number] else { return false }
    return form.append(numbers.dropFirst(), from: input, to: &patch)
      && String(validating: patch, as: UTF8.self) != nil
  }

  /// Makes the patch of a recipe with texts of its own.
  private func makeFromTexts(_ recipe: Span<UInt8>, _ input: Span<UInt8>) -> Bool {
    guard let text = PatchForm.patch(by: recipe, of: input, forms) else { return false }
    patch += text.utf8
    return true
  }
}

/// The function `patch_text(patch, recipe, input)`: the patch, or what the recipe makes of the row.
private let patchText: @convention(c) (OpaquePointer?, Int32, UnsafeMutablePointer<OpaquePointer?>?) -> Void =
  { context, _, values in
    guard let values = unsafe values, let data = unsafe sqlite3_user_data(context) else { return }
    guard unsafe sqlite3_value_type(values[0]) == SQLITE_NULL,
      unsafe sqlite3_value_type(values[1]) != SQLITE_NULL
    else { return unsafe sqlite3_result_value(context, values[0]) }
    let maker = unsafe Unmanaged<PatchMaker>.fromOpaque(data).takeUnretainedValue()
    let recipe = unsafe text(of: values[1])
    let input = unsafe text(of: values[2])
    guard unsafe maker.make(recipe.span, from: input.span) else {
      let message = unsafe "the recipe \(String(decoding: recipe, as: UTF8.self)) does not fit its row"
      return unsafe sqlite3_result_error(context, message, -1)
    }
    let copied = unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    unsafe maker.patch.withUnsafeBytes { bytes in
      unsafe sqlite3_result_text(
        context, bytes.assumingMemoryBound(to: CChar.self).baseAddress, Int32(bytes.count), copied)
    }
  }

/// Returns the bytes of a text, which are SQLite's.
private func text(of value: OpaquePointer?) -> UnsafeBufferPointer<UInt8> {
  // In this order: the first call may convert the value, which changes its length.
  let start = unsafe sqlite3_value_text(value)
  return unsafe UnsafeBufferPointer(start: start, count: Int(sqlite3_value_bytes(value)))
}
