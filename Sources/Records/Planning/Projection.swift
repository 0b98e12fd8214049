import JSON

/// The effect of a record's earlier rows, applied to the record as it is now.
package struct Projection {
  private var changes: [PlacedChange] = []
  private var indices: [AttributePlace: Int] = [:]

  package init() {}

  /// Adds the values that a row sets; elements it creates have no id yet, so no later row can refer to them.
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

  /// Returns the record as it would be.
  package func applied(to image: RecordImage) -> RecordImage {
    var image = image
    for placed in changes { image.set(placed) }
    return image
  }
}

extension RecordImage {
  /// Sets the new value in its place, if the element exists or comes to exist by that.
  fileprivate mutating func set(_ placed: PlacedChange) {
    let (path, value) = (placed.change.path, placed.change.value)
    guard let update = placed.element else {
      values[path] = value
      return
    }
    if let index = lists[update.list]?.firstIndex(where: update.isOf) {
      lists[update.list]?[index].set(value, at: path.split(separator: "."))
      // All that it has goes with what it consists of.
      if update.removes { lists[update.list]?.remove(at: index) }
    } else if update.keyed != nil, !update.removes {
      var element = JSONObject()
      for key in update.keys { element.set(key.value, at: key.path.split(separator: ".")) }
      element.set(value, at: path.split(separator: "."))
      lists[update.list, default: []].append(element)
    }
  }
}
