/// The way to a row: each kind on it with its key in the path.
struct RowAddress: Sendable {
  struct Step: Sendable {
    var entity: Entity
    /// The key in the path, decoded.
    var key: String
  }

  var steps: [Step]

  /// The number that the last step names, if it can be read; for the log.
  var id: Int64? { steps.last.flatMap { Int64($0.key) ?? ChildKey.numbers($0.key)?.id } }
}

/// The meaning of a path below `/crmRestApi/resources` (API reference 1).
enum FusionRoute: Sendable {
  /// The versions of the resources.
  case versions
  /// The version itself, which accepts batches.
  case base
  /// A description of one resource, or of all.
  case describe(Entity?)
  case collection(of: RowAddress, Entity)
  case item(RowAddress)
  case enclosure(RowAddress, String)
  /// A list of values of a kind of row; the address ends at the row that gives its context, or above the kind.
  case values(RowAddress, Entity, ListOfValues)

  static let resourceVersions = ["11.13.18.05", "latest"]

  /// Reads the steps after `/crmRestApi/resources`; `nil` if the service has nothing there.
  init?(_ steps: [String], in model: FusionModel) {
    guard let version = steps.first else {
      self = .versions
      return
    }
    guard Self.resourceVersions.contains(version) else { return nil }
    self.init(below: Array(steps.dropFirst()), in: model)
  }

  /// Reads the steps after the version, which the parts of a batch consist of.
  init?(below steps: [String], in model: FusionModel) {
    guard let name = steps.first else {
      self = .base
      return
    }
    if steps == ["describe"] {
      self = .describe(nil)
      return
    }
    guard let entity = model[name] else { return nil }
    self.init(entity, steps.dropFirst(), address: RowAddress(steps: []))
  }

  private init?(_ entity: Entity, _ rest: ArraySlice<String>, address: RowAddress) {
    guard let key = rest.first else {
      self = .collection(of: address, entity)
      return
    }
    if rest.count == 1, key == "describe" {
      self = .describe(entity)
      return
    }
    if rest.count == 2, key == "lov" {
      guard let list = entity.rules.lists.first(where: { $0.name == rest.last }) else { return nil }
      self = .values(address, entity, list)
      return
    }
    var address = address
    address.steps.append(RowAddress.Step(entity: entity, key: key))
    let below = Array(rest.dropFirst())
    guard below.count > 1 else {
      guard below.isEmpty else { return nil }
      self = .item(address)
      return
    }
    switch below[0] {
    case "child":
      guard let child = entity.child(below[1]) else { return nil }
      self.init(child, below[2...], address: address)
    case "enclosure" where below.count == 2 && entity.enclosures.contains(below[1]):
      self = .enclosure(address, below[1])
    case "lov" where below.count == 2:
      guard let list = entity.rules.lists.first(where: { $0.name == below[1] }) else { return nil }
      self = .values(address, entity, list)
    default: return nil
    }
  }

  /// The valid methods.
  var methods: [String] {
    switch self {
    case .versions, .describe, .values: ["GET"]
    case .base: ["GET", "POST"]
    case .collection: ["GET", "POST"]
    case .item: ["GET", "PATCH", "DELETE"]
    case .enclosure: ["GET", "PUT", "DELETE"]
    }
  }

  /// The type of the body of a successful answer.
  var mediaType: String {
    switch self {
    case .versions: MediaType.version
    case .base, .describe: MediaType.description
    case .collection, .values: MediaType.collection
    case .item: MediaType.item
    case .enclosure: MediaType.bytes
    }
  }
}
