import GRDB

/// Service requests of a desk, and what was done to them.
extension Desk {
  /// Options with which lost answers are looked after at once.
  static let quick = ["--settle", "10ms", "--retries-base", "1ms", "--retries-cap", "5ms", "--quiet"]

  init(serviceRequests count: Int, _ options: String...) throws {
    try self.init(incidents: 0, options: ["--records", "serviceRequests=\(count)"] + options)
    // The name of the site of Fusion CX; what is given up after a second cannot come later.
    try writeSites(request: "1s")
  }

  static func serviceRequestRun(_ sheet: String, _ options: String...) -> [String] {
    ["run", sheet, "--resource", "serviceRequests", "--site", "interactions"] + quick + options
  }

  func serviceRequestNumbers() throws -> [String] {
    try read(database) {
      try String.fetchAll(
        $0, sql: "SELECT number FROM fusion_row WHERE entity = 'serviceRequests' ORDER BY id")
    }
  }

  /// The title and the severity of each, by number.
  func serviceRequestFacts() throws -> [String: String] {
    try read(database) { database in
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT number, document ->> 'Title' || '; ' || (document ->> 'SeverityCd') AS fact FROM fusion_row
          WHERE entity = 'serviceRequests'
          """)
      return Dictionary(uniqueKeysWithValues: rows.map { ($0["number"] as String, $0["fact"] as String) })
    }
  }

  /// The committed patches of each, by number.
  func serviceRequestPatches() throws -> [String: Int] {
    try read(database) { database in
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT record_key, count(*) AS patches FROM request_log
          WHERE resource = 'serviceRequests' AND method = 'PATCH' AND committed GROUP BY record_key
          """)
      return Dictionary(uniqueKeysWithValues: rows.map { ($0["record_key"] as String, $0["patches"] as Int) })
    }
  }
}
