import GRDB
import JSON

/// What a store holds beside its records: the menus and people, and the secret of its access tokens.
struct Site: Sendable {
  var vocabulary: Vocabulary
  var tokenSecret: UInt64

  /// Reads the site of a store that was filled before, or fills an empty one.
  ///
  /// - Throws: `SandboxError` when the file to import is wrong, else what the database throws.
  static func load(
    _ settings: SandboxSettings, in database: Database, notice: (String) -> Void
  ) throws -> Site {
    let secret = try Int64.fetchOne(database, sql: "SELECT value FROM site WHERE name = 'token_secret'")
    if let secret {
      let count = try IncidentRecord.count(in: database)
      if settings.importFile != nil || settings.incidents != nil || count == 0 {
        notice("the database already holds a site with \(count) incidents; nothing is generated or imported")
      }
      return Site(
        vocabulary: try Vocabulary(stored: database), tokenSecret: UInt64(bitPattern: secret))
    }
    var vocabulary = Vocabulary.delivered
    if let file = settings.importFile {
      try RecordImport(path: file).run(into: database, &vocabulary)
    }
    let count = settings.incidents ?? (settings.importFile == nil ? 1000 : 0)
    try IncidentGenerator(seed: settings.seed, vocabulary: vocabulary).fill(database, count: count)
    try vocabulary.store(in: database)
    let newSecret = UInt64.random(in: .min ... .max)
    try database.execute(
      sql: "INSERT INTO site (name, value) VALUES ('token_secret', ?)",
      arguments: [Int64(bitPattern: newSecret)])
    return Site(vocabulary: vocabulary, tokenSecret: newSecret)
  }
}

extension Vocabulary {
  /// Reads back what `store(in:)` wrote; the sets themselves are always those the site is delivered with.
  init(stored database: Database) throws {
    var sets = Vocabulary.delivered.sets.mapValues {
      NamedSet($0.name, label: $0.label, isCollection: $0.isCollection, isOpen: $0.isOpen)
    }
    let rows = try Row.fetchCursor(
      database, sql: "SELECT set_name, id, name, parent, status_type FROM named_value ORDER BY position")
    while let row = try rows.next() {
      sets[row[0]]?.insert(NamedValue(id: row[1], name: row[2], parent: row[3], statusType: row[4]))
    }
    self.init(Array(sets.values))
  }

  /// Writes every value, in order.
  func store(in database: Database) throws {
    let statement = try database.cachedStatement(
      sql: "INSERT INTO named_value (set_name, id, name, parent, status_type) VALUES (?, ?, ?, ?, ?)")
    for set in sets.values.sorted(by: { $0.name < $1.name }) {
      for value in set.values {
        try statement.execute(arguments: [set.name, value.id, value.name, value.parent, value.statusType])
      }
    }
  }
}
