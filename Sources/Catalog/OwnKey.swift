import JSON

/// The attributes by which a job names its records, in place of those of the catalogue.
public enum OwnKey {
  /// Returns the name of a key of these attributes, as it stands with rows: `customFields.c.ticket+product`.
  public static func name(of paths: [String]) -> String { paths.joined(separator: "+") }

  /// Returns the attributes of a key of that name.
  public static func paths(_ name: String) -> [String] { name.split(separator: "+").map { String($0) } }

  /// Returns the values of a key as one text: of a single attribute its own, else a JSON array.
  public static func text(of values: [String]) -> String {
    values.count == 1 ? values[0] : JSONValue.array(values.map { .string($0) }).text()
  }

  /// Returns the values in such a text of a key with this many attributes; `nil` for any other text.
  public static func values(in text: String, count: Int) -> [String]? {
    guard count > 1 else { return [text] }
    let values = (try? JSONValue(parsing: text))?.array?.compactMap(\.string)
    return values?.count == count ? values : nil
  }
}

/// The reason an attribute cannot be a part of a job's own key.
public struct OwnKeyError: Error, Sendable, Hashable {
  public var path: String
  /// The type of its values, which are no texts, whole numbers or names; `nil` if there is no such attribute.
  public var kind: String?
}

extension ResourceType {
  /// Returns this resource with records that are named by these attributes, too.
  ///
  /// - Throws: for an attribute that does not exist, or whose values cannot be compared with a cell.
  public func keyed(by paths: [String]) throws(OwnKeyError) -> ResourceType {
    for path in paths {
      switch kind(at: path) {
      case .string?, .integer?, .code?, .menu?, .reference?: break
      case let kind?: throw OwnKeyError(path: path, kind: kind.name)
      case nil: guard isCustom(path) else { throw OwnKeyError(path: path, kind: nil) }
      }
    }
    var resource = self
    let name = OwnKey.name(of: paths)
    if !resource.alternateKeys.contains(name) { resource.alternateKeys.append(name) }
    resource.ownKey = paths
    return resource
  }
}
