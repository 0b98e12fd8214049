package import Catalog

/// What has to be read of a record to hold a patch against it.
extension PatchChanges {
  /// How much of a list is read because of what is made in it.
  package enum ListDepth {
    case nothing
    /// The elements' keys: the highest one tells later what is new.
    case keys
    /// What a new element can be recognised by.
    case attributes
  }

  /// The record's own attributes that have a state to read: no commands, no enclosures.
  package var readableAttributes: [String] {
    placed.filter { $0.element == nil && $0.unreadable == nil }.map(\.change.path)
  }

  /// The lists that are touched and the attributes of their elements that matter; a list below an element is
  /// not read.
  package func readableLists(
    ofCreations depth: ListDepth, in resource: ResourceType
  ) -> [String: [String]] {
    var lists: [String: [String]] = [:]
    for creation in creations where depth != .nothing && !creation.list.contains("/") {
      lists[creation.list, default: []] +=
        depth == .attributes ? creation.comparableNames(in: resource) : []
    }
    for placed in placed {
      guard let element = placed.element, !element.isBelowAnElement else { continue }
      // Of an element with nothing to read the key is read all the same: it tells whether it is there.
      lists[element.list, default: []] += placed.unreadable == nil ? [placed.change.path] : []
    }
    return lists
  }

  /// The attributes of the record that may change along; of what a command does too.
  package func companions(in resource: ResourceType) -> [String] {
    resource.companions(of: attributes.lazy.filter { !$0.isEnclosure }.map(\.path)).map(\.path)
  }
}
