import Catalog
import GRDB
import JSON

/// The contents of a store besides its records: the menus and people, and the secret of its access tokens.
struct Site: Sendable {
  var vocabulary: Vocabulary
  var tokenSecret: UInt64

  /// Reads the site of a filled store, or fills an empty one.
  ///
  /// - Throws: `SandboxError` if the file to import is wrong, otherwise what the database throws.
  static func load(
    _ settings: SandboxSettings, in database: Database, notice: (String) -> Void
  ) throws -> Site {
    let resources = settings.servedResources
    let (model, fusion) = (B2CModel(resources, .delivered(for: resources)), FusionModel(resources))
    let secret = try Int64.fetchOne(database, sql: "SELECT value FROM site WHERE name = 'token_secret'")
    if let secret {
      let counts =
        try model.stored.map { ($0.name, try RecordRow.count($0.name, in: database)) }
        + fusion.resources.map { ($0.name, try FusionRow.count($0.path, in: database)) }
      let isAsked =
        settings.importFile != nil || settings.incidents != nil || settings.interactions != nil
        || !settings.records.isEmpty
      if isAsked || counts.allSatisfy({ $0.1 == 0 }) {
        let held = counts.map { name, count in "\(count) \(name)" }.joined(separator: " and ")
        notice("the database already holds a site with \(held); nothing is generated or imported")
      }
      var vocabulary = try Vocabulary(stored: database, for: resources)
      vocabulary.take(settings.catalogue, resources)
      return Site(vocabulary: vocabulary, tokenSecret: UInt64(bitPattern: secret))
    }
    var vocabulary = Vocabulary.delivered(for: resources)
    vocabulary.take(settings.catalogue, resources)
    if let file = settings.importFile {
      let count = try RecordImport(path: file, model: model, fusion: fusion).run(into: database, &vocabulary)
      if count == 0 { notice("\(file) holds no records; nothing is imported") }
    }
    vocabulary.addContacts(upTo: settings.records["b2c-service/contacts"] ?? 0)
    try generate(settings, Directory(database: database, model: model, vocabulary: vocabulary), fusion)
    for kind in model.stored { vocabulary.remove(kind.name) }
    try vocabulary.store(in: database)
    let newSecret = UInt64.random(in: .min ... .max)
    try database.execute(
      sql: "INSERT INTO site (name, value) VALUES ('token_secret', ?)",
      arguments: [Int64(bitPattern: newSecret)])
    return Site(vocabulary: vocabulary, tokenSecret: newSecret)
  }
}

extension Site {
  /// Fills an empty store with the records that the settings ask for.
  private static func generate(
    _ settings: SandboxSettings, _ directory: Directory, _ fusion: FusionModel
  ) throws {
    let (seed, database, vocabulary) = (settings.seed, directory.database, directory.vocabulary)
    try IncidentGenerator(seed: seed, directory: directory)
      .fill(count: settings.count(.b2cService, IncidentGenerator.kind, orElse: settings.incidents, 1000))
    let records = RecordGenerator(seed: seed, directory: directory)
    for kind in directory.model.stored where kind.name != IncidentGenerator.kind {
      // Those that others refer to by name are enough.
      let isNamed = !vocabulary[kind.name].values.isEmpty
      try records.fill(
        kind, count: settings.count(.b2cService, kind.name, orElse: settings.others, isNamed ? 0 : 100))
    }
    try InteractionGenerator(seed: seed, model: fusion, vocabulary: vocabulary)
      .fill(
        database,
        count: settings.count(
          .fusionCX, InteractionGenerator.entity, orElse: settings.interactions, 1000))
    let rows = RowGenerator(seed: seed, vocabulary: vocabulary, database: database)
    for entity in fusion.resources where entity.name != InteractionGenerator.entity {
      try rows.fill(entity, count: settings.count(.fusionCX, entity.name, orElse: settings.others, 100))
    }
  }
}

extension Vocabulary {
  /// Reads back what `store(in:)` wrote; the sets themselves are always the delivered ones.
  init(stored database: Database, for resources: [ResourceType]) throws {
    var delivered = Vocabulary.delivered(for: resources)
    for resource in resources where resource.dialect == .b2cService { delivered.remove(resource.name) }
    var sets = delivered.sets.mapValues {
      NamedSet($0.name, label: $0.label, isCollection: $0.isCollection, isOpen: $0.isOpen)
    }
    let rows = try Row.fetchCursor(
      database, sql: "SELECT set_name, id, name, parent, status_type, code FROM named_value ORDER BY position"
    )
    while let row = try rows.next() {
      sets[row[0]]?.insert(
        NamedValue(id: row[1], name: row[2], parent: row[3], statusType: row[4], code: row[5]))
    }
    // A set that is newer than the store.
    for (name, set) in delivered.sets where sets[name]?.values.isEmpty ?? true { sets[name] = set }
    self.init(Array(sets.values))
  }

  /// Writes every value in order, as one statement, because every test begins with it.
  func store(in database: Database) throws {
    let values = sets.values.sorted { $0.name < $1.name }.flatMap { set in
      set.values.map { value -> JSONValue in
        .array([
          .string(set.name), .integer(value.id), .string(value.name),
          value.parent.map { .integer($0) } ?? .null,
          value.statusType.map { .integer($0) } ?? .null, value.code.map { .string($0) } ?? .null,
        ])
      }
    }
    try database.execute(
      sql: """
        INSERT INTO named_value (set_name, id, name, parent, status_type, code)
        SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'),
          json_extract(value, '$[3]'), json_extract(value, '$[4]'), json_extract(value, '$[5]')
        FROM json_each(?) ORDER BY key
        """, arguments: [JSONValue.array(values).text()])
  }
}
