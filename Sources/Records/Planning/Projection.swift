import JSON

/// What the earlier rows of a record leave behind, put over what the record is now.
package struct Projection {
  private var changes: [PlacedChange] = []
  private var indices: [AttributePlace: Int] = [:]

  package init() {}

  package var isEmpty: Bool { changes.isEmpty }

  /// Takes in what a row sets; what it makes has no id yet, so that no later row can mean it.
  package mutating func add(_ later: PatchChanges) {
    for placed in later.placed where placed.unreadable == nil {
      if let index = indices[placed.place] {
        changes[index] = placed
      } else {
        indices[placed.place] = changes.count
        changes.append(placed)
      }
    }
  }

  /// The record as it would be.
  package func applied(to image: RecordImage) -> RecordImage {
    var image = image
    for placed in changes { image.set(placed) }
    return image
  }
}

extension RecordImage {
  /// Puts the new value where it belongs, if the element is there.
  fileprivate mutating func set(_ placed: PlacedChange) {
    let (path, value) = (placed.change.path, placed.change.value)
    guard let update = placed.element else {
      values[path] = value
      return
    }
    guard let index = lists[update.list]?.firstIndex(where: { $0[update.selector] == update.key }) else {
      return
    }
    lists[update.list]?[index].set(value, at: path.split(separator: "."))
  }
}
