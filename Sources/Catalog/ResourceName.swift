/// A resource as jobs and commands name it: `contacts`, or `fusion-cx/contacts` where both APIs have one of that name.
public struct ResourceName: Sendable, Hashable {
  /// The API; `nil` if the name alone, or the site, says which.
  public var dialect: Dialect?
  /// The name in URLs, such as `incidents`; a custom object of B2C Service has its package in front: `CO.Services`.
  public var name: String

  /// Reads a name; `nil` for one that no resource can have, since it becomes a part of URLs and queries.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    let steps = parts[parts.count - 1].split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count <= 2, steps.count <= 2, steps.allSatisfy({ String($0).isAttributeName }) else {
      return nil
    }
    if parts.count == 2 {
      guard let dialect = Dialect(rawValue: String(parts[0])) else { return nil }
      self.dialect = dialect
    }
    name = String(parts[parts.count - 1])
  }

  /// The name as it was read.
  public var text: String { dialect.map { "\($0.rawValue)/\(name)" } ?? name }

  /// Indicates the name of a custom object of B2C Service, with its package in front.
  public var isCustomObject: Bool { name.contains(".") }

  /// The resources of the catalogue that it can mean, at a site of this kind if that is known.
  public func meanings(at kind: Dialect? = nil) -> [ResourceType] {
    let known = isCustomObject ? [.customObject(name)] : ResourceType.all
    return known.filter { resource in
      resource.name == name && [dialect, kind].allSatisfy { $0 == nil || $0 == resource.dialect }
    }
  }
}

extension ResourceType {
  /// The shortest name that means this resource alone.
  public var ownName: String {
    let isShared = ResourceType.all.contains { $0.name == name && $0.dialect != dialect }
    return isShared ? "\(dialect.rawValue)/\(name)" : name
  }
}
