/// The attributes and lists of a resource, as the site's metadata describes them.
public struct SiteDescription: Sendable {
  /// Path with the lists in front → attribute.
  public var attributes: [String: SiteAttribute] = [:]
  /// Every name that is described, by its path: attributes, sub-objects and lists.
  public var names: Set<String> = []
  /// The sub-objects and lists whose names were read; the empty path is the record itself.
  public var places: Set<String> = []
  /// The names that are lists.
  public var lists: Set<String> = []
  /// The attribute that names a record in URLs, if the site says it.
  public var key: String?
  /// The places whose lists are not described at all, so that none of them is absent.
  public var placesWithoutLists: Set<String> = []
  /// Path → why the site did not describe it.
  public var refused: [String: String] = [:]
  /// What was left out, in words.
  public private(set) var leftOut: [String] = []
  /// The number of further things that were left out.
  public private(set) var otherLeftOut = 0

  /// No site has as many attributes of one kind of record.
  public static let attributeLimit = 5_000
  private static let messageLimit = 20

  public init() {}

  public mutating func leaveOut(_ message: String) {
    if leftOut.count < Self.messageLimit { leftOut.append(message) } else { otherLeftOut += 1 }
  }

  /// Returns whether the site has what is at a path; `nil` if it does not say.
  public func has(_ path: some StringProtocol) -> Bool? {
    var place = ""
    var isSaid = false
    for step in path.split(separator: ".") {
      isSaid = places.contains(place)
      place = place.isEmpty ? String(step) : "\(place).\(step)"
      guard !isSaid || names.contains(place) else { return false }
    }
    return isSaid ? true : nil
  }

  /// Returns whether a path leads into a list.
  func isInList(_ path: String) -> Bool {
    var above = path[...]
    while let end = above.lastIndex(of: ".") {
      above = above[..<end]
      if lists.contains(String(above)) { return true }
    }
    return false
  }

  /// Returns the sub-objects and lists that paths are in, each once.
  public static func places(of paths: some Sequence<String>) -> [String] {
    var places: [String] = []
    for path in paths {
      let place = path.split(separator: ".").dropLast().joined(separator: ".")
      if !places.contains(place) { places.append(place) }
    }
    return places
  }
}
