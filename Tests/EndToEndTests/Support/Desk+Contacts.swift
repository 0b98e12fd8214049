import GRDB

/// The contacts of a desk, and what was done to them.
extension Desk {
  static let quickLooks = ["--settle", "10ms", "--retries-base", "1ms", "--retries-cap", "5ms", "--quiet"]

  func contactRun(_ sheet: String, _ options: String...) -> [String] {
    ["run", sheet, "--resource", "contacts", "--site", "incidents"] + Desk.quickLooks + options
  }

  /// The names, addresses and telephone numbers of each contact.
  func contactFacts() throws -> [Int64: String] {
    try read(database) { database in
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT id, name || ' ' || coalesce(document ->> 'emails', '') || coalesce(document ->> 'phones', '') AS fact
          FROM b2c_row WHERE entity = 'contacts'
          """)
      return Dictionary(uniqueKeysWithValues: rows.map { ($0["id"] as Int64, $0["fact"] as String) })
    }
  }

  /// The address of a type of each contact that has one.
  func addresses(ofType type: Int) throws -> [Int64: String] {
    try read(database) { database in
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT row.id, email.value ->> 'address' AS address FROM b2c_row AS row, json_each(row.document, '$.emails') AS email
          WHERE row.entity = 'contacts' AND email.value ->> 'addressType' = \(type)
          """)
      return Dictionary(uniqueKeysWithValues: rows.map { ($0["id"] as Int64, $0["address"] as String) })
    }
  }

  /// The committed writes, by method and path below the version.
  func committed() throws -> [String: Int] {
    try changes().filter(\.isCommitted).reduce(into: [:]) { $0[$1.path, default: 0] += 1 }
  }
}
