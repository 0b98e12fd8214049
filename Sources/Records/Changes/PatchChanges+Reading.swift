package import Catalog

/// The parts of a record that must be read to compare a patch with it.
extension PatchChanges {
  /// The depth to which a list with new elements is read.
  package enum ListDepth {
    case nothing
    /// The elements' keys: the highest one later separates new from old.
    case keys
    /// The attributes that identify a new element.
    case attributes
  }

  /// The record's own attributes with a readable state: no commands, no enclosures.
  package var readableAttributes: [String] {
    placed.filter { $0.element == nil && $0.unreadable == nil }.map(\.change.path)
  }

  /// Returns the lists that are touched, with the relevant attributes of their elements; a list below an element is
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
      // The key of an element is read even without readable attributes, to learn whether it exists.
      lists[element.list, default: []] += placed.unreadable == nil ? [placed.change.path] : []
    }
    // What is removed may have to be made again.
    for update in updates where update.removes {
      lists[update.list, default: []] += resource.list(at: update.list)?.ownAttributes ?? []
    }
    return lists
  }

  /// Returns the companion attributes of the record, including those of commands.
  package func companions(in resource: ResourceType) -> [String] {
    resource.companions(of: attributes.lazy.filter { !$0.isEnclosure }.map(\.path)).map(\.path)
  }
}

extension ChildList {
  /// The attributes of an element that a sheet may give.
  fileprivate var ownAttributes: [String] {
    fields.filter { $0.access == .writable && $0.isWrittenBySheets }.map(\.path)
  }
}
