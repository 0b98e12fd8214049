internal import GRDB
internal import JSON
public import Patches
public import Records
public import Sheets

/// A staged row whose patch may give names in place of ids.
public struct NamedRow: Sendable {
  public var number: Int
  public var line: Int
  public var patch: String
  /// The body with the places where values of the record go, if there are any.
  public var live: String?
  public var element: ElementAddress?
}

/// What became of such a row once its names were looked up.
public enum SettledNames: Sendable {
  /// The patch with ids, and the same of its live form.
  case patch(String, live: String?)
  /// The findings that reject the row.
  case rejected([Finding])
}

extension RunFile {
  /// Returns whether the names of the rows have been looked up.
  ///
  /// - Throws: `StagingError` if the file cannot be read.
  public func hasCheckedNames() throws(StagingError) -> Bool {
    try read { try Bool.fetchOne($0, sql: "SELECT names_checked IS NOT NULL FROM run") ?? false }
  }

  /// Returns the forms by which rows make their bodies.
  ///
  /// - Throws: `StagingError` if the file cannot be read.
  public func forms() throws(StagingError) -> [Int64: PatchForm] { try read { try PatchTexts.forms($0) } }

  /// The reader that was shown every row when it was staged, if this process has just done so and it can tell the
  /// names of all.
  public var namesAsStaged: NameReader? { fresh?.names.flatMap { $0.unread == nil ? nil : $0 } }

  /// Reads the names that the next staged rows give.
  ///
  /// - Parameters:
  ///   - marks: the words of which a body with names has at least one.
  ///   - reader: learns the names in rows whose form shows where they are.
  /// - Returns: the number of the last row, `nil` if there was none; and the rows to be read as a whole.
  /// - Throws: `StagingError` if the file cannot be read.
  public func readNames(
    marked marks: [String], after number: Int, limit: Int, by reader: inout NameReader
  ) throws(StagingError) -> (last: Int?, whole: [NamedRow]) {
    if marks.isEmpty { return (nil, []) }
    let end = reader.hasNames ? nil : fresh?.lastText
    let isUnread =
      reader.unread.map { "AND number IN (\($0.map(String.init).joined(separator: ", ")))" } ?? ""
    return try read { database in
      let isMarked = Array(repeating: "instr(patch, ?)", count: marks.count).joined(separator: " OR ")
      let row = try BareStatement(
        """
        SELECT number, line, patch, recipe, input, live, element_list, element_id FROM row NOT INDEXED
        WHERE state = \(sql: .staged) AND number > ? AND number <= ? \(isUnread)
          AND (patch IS NULL OR \(isMarked)) ORDER BY number LIMIT ?
        """, in: database)
      row.bind(number, at: 1)
      row.bind(end ?? .max, at: 2)
      for (index, mark) in marks.enumerated() { row.bind(mark, at: Int32(index) + 3) }
      row.bind(limit, at: Int32(marks.count) + 3)
      var last: Int?
      var whole: [NamedRow] = []
      try row.forEachRow {
        let number = Int(row.integer(0) ?? 0)
        last = number
        var patch = row.string(2)
        if patch == nil {
          let recipe = unsafe row.text(3).assumingMemoryBound(to: UInt8.self)
          let input = unsafe row.text(4).assumingMemoryBound(to: UInt8.self)
          if unsafe reader.read(recipe.span, of: input.span) { return }
          patch = unsafe reader.patch(by: recipe.span, of: input.span)
        }
        guard let patch else { return }
        let element = row.string(6).flatMap { list in
          row.integer(7).map { ElementAddress(list: list, id: $0) }
        }
        whole.append(
          NamedRow(
            number: number, line: Int(row.integer(1) ?? 0), patch: patch, live: row.string(5),
            element: element))
      }
      return (last, whole)
    }
  }

  /// Gives rows their patches with ids, or rejects them.
  ///
  /// - Throws: `StagingError` if the file cannot be written.
  public func settleNames(_ rows: [(number: Int, result: SettledNames)]) throws(StagingError) {
    guard !rows.isEmpty else { return }
    let rejects = rows.contains { if case .rejected = $0.result { true } else { false } }
    try write(changesRows: rejects) { database in
      let patch = try database.cachedStatement(sql: "UPDATE row SET patch = ?, live = ? WHERE number = ?")
      let rejection = try database.cachedStatement(
        sql:
          "UPDATE row SET state = \(sql: .rejected), error_code = ?, error = ?, findings = ? WHERE number = ?"
      )
      for row in rows {
        switch row.result {
        case .patch(let text, let live): try patch.execute(arguments: [text, live, row.number])
        case .rejected(let findings):
          let earlier =
            try String.fetchOne(
              database, sql: "SELECT findings FROM row WHERE number = ?", arguments: [row.number])
          let error = findings.first { $0.severity == .error }
          try rejection.execute(
            arguments: [
              error?.rule, error?.message, FindingList.text(findings, after: earlier), row.number,
            ])
        }
      }
    }
  }

  /// Ends the look-ups: the names stay as they were found, whatever the site calls things later.
  ///
  /// - Parameters:
  ///   - names: each attribute, name and id that rows were given.
  ///   - forms: the forms whose bodies have ids in place of names from now on.
  ///   - findings: what is worth a look about the sheet as a whole.
  /// - Throws: `StagingError` if the file cannot be written.
  public func finishNames(
    _ names: [(name: GivenName, id: Int64)], forms: [Int64: PatchForm], findings: [Finding]
  ) throws(StagingError) {
    try write(changesRows: false) { database in
      for (name, id) in names {
        try database.execute(
          sql: "INSERT INTO name (attribute, name, record_id) VALUES (?, ?, ?)",
          arguments: [name.place, name.name, id])
      }
      for (number, form) in forms {
        let places = JSONValue.array(form.names.map { $0.map { .string($0) } ?? .null })
        try database.execute(
          sql: "UPDATE form SET phrases = ?, names = ? WHERE number = ?",
          arguments: [RunFile.json(form.phrases), form.names.isEmpty ? nil : places.text(), number])
      }
      if !findings.isEmpty {
        let earlier = try String.fetchOne(database, sql: "SELECT findings FROM run")
        try database.execute(
          sql: "UPDATE run SET findings = ?", arguments: [FindingList.text(findings, after: earlier)])
      }
      try database.execute(sql: "UPDATE run SET names_checked = ?", arguments: [Timestamp.now])
    }
    do { try database.writeWithoutTransaction { try PatchTexts.add(to: $0) } } catch {
      throw StagingError(error, place: directory.runFile)
    }
  }

  /// Returns the names that ids were found for: attribute → id → name.
  ///
  /// - Throws: `StagingError` if the file cannot be read.
  public func siteNames() throws(StagingError) -> [String: [Int64: String]] {
    try read { database in
      guard try database.tableExists("name") else { return [:] }
      var names: [String: [Int64: String]] = [:]
      for row in try Row.fetchAll(database, sql: "SELECT attribute, name, record_id FROM name") {
        names[row["attribute"], default: [:]][row["record_id"]] = row["name"]
      }
      return names
    }
  }
}
