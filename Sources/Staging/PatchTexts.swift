internal import Foundation
internal import GRDB
internal import JSON
internal import Patches
internal import Synchronization

/// The bodies of requests, which most rows store as a recipe, for our own queries and for other readers of the file.
enum PatchTexts {
  /// A row's body in a query that uses the table by its name.
  static let column = "patch_text(row.patch, row.recipe, row.input) AS patch"

  /// Returns a query with that column adapted to a file of an older version, which is only read.
  static func fitting(_ query: String, _ database: Database) throws -> String {
    try database.tableExists("form") ? query : query.replacing(column, with: "row.patch")
  }

  /// The same body in plain SQL, for other readers of the file.
  static let view = """
    CREATE VIEW row_patch AS SELECT row.number, coalesce(row.patch, (
      SELECT group_concat(phrase || CASE typeof(piece)
        WHEN 'integer' THEN iif(of_cells, substr(json_quote(replace(
          CAST(substr(CAST(row.input AS BLOB), (piece >> 16) + 1, piece & 65535) AS TEXT), '""', '"')), 2, length(json_quote(replace(
          CAST(substr(CAST(row.input AS BLOB), (piece >> 16) + 1, piece & 65535) AS TEXT), '""', '"'))) - 2),
          CAST(substr(CAST(row.input AS BLOB), (piece >> 16) + 1, piece & 65535) AS TEXT))
        WHEN 'text' THEN piece ELSE '' END, '')
      FROM (
        SELECT part.value AS phrase, json_extract(row.recipe, '$[' || (part.key + 1) || ']') AS piece, form.of_cells
        FROM form, json_each(form.phrases) AS part WHERE form.number = json_extract(row.recipe, '$[0]')
        ORDER BY part.key
      ))) AS patch
    FROM row;
    """

  /// Registers `patch_text` with a connection.
  static func add(to database: Database) throws {
    let forms = Mutex<[Int64: PatchForm]>(try read(from: database))
    database.add(
      function: DatabaseFunction("patch_text", argumentCount: 3, pure: true) { values in
        guard values[0].isNull, let recipe = String.fromDatabaseValue(values[1]),
          let pieces = (try? JSONValue(parsing: recipe))?.array, let number = pieces.first?.integer,
          let input = String.fromDatabaseValue(values[2])
        else { return values[0] }
        guard let text = forms.withLock({ $0[number] })?.patch(by: pieces, from: input) else {
          throw DatabaseError(message: "the recipe \(recipe) does not fit its row")
        }
        return text
      })
  }

  private static func read(from database: Database) throws -> [Int64: PatchForm] {
    guard try database.tableExists("form") else { return [:] }
    var forms: [Int64: PatchForm] = [:]
    for row in try Row.fetchAll(database, sql: "SELECT number, phrases, of_cells FROM form") {
      forms[row["number"]] = PatchForm(phrases: RunFile.strings(row["phrases"]), isOfCells: row["of_cells"])
    }
    return forms
  }
}
