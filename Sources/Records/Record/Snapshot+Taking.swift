package import Catalog
import JSON

extension PatchChanges {
  /// Returns the before-image of exactly what the patch touches, and of companion attributes.
  ///
  /// - Parameter row: the row that is about to be sent.
  package func snapshot(of image: RecordImage, row: Int, in resource: ResourceType) -> Snapshot {
    var values = JSONObject()
    for path in readableAttributes + companions(in: resource) { values[path] = image.values[path] }
    var lists = JSONObject()
    for list in Set(creations.map(\.list) + updates.map(\.list)).sorted() {
      guard let elements = image.lists[list] else { continue }
      let selector = resource.selector(of: list)
      let mark = elements.compactMap { $0[selector]?.integer }.max() ?? 0
      let touched =
        updates.filter { $0.list == list }.compactMap { $0.touched(in: image) }
        // A reference that existed before does not show later whether it was added.
        + references(in: resource).filter { $0.list == list && image.refers(to: $0.id, in: list) }
        .map { ["id": $0.id] }
      lists[list] = [
        "high_water_mark": .integer(mark), "elements": .array(touched.map(JSONValue.object)),
      ]
    }
    return Snapshot(row: row, recordID: image.id, token: image.token, values: values, lists: lists)
  }
}

extension ElementUpdate {
  /// Returns the element's key and, by path, the attributes that the update changes; `nil` if the element is missing.
  ///
  /// Of an element that is removed, they are all that were read.
  fileprivate func touched(in image: RecordImage) -> JSONObject? {
    guard let element = image.element(of: self) else { return nil }
    var touched = JSONObject(keys.map { ($0.path, $0.value) })
    if removes {
      for (name, value) in element where touched[name] == nil { touched[name] = value }
      return touched
    }
    for placed in placed {
      if case .value(let value) = image.sight(of: placed) { touched[placed.change.path] = value }
    }
    return touched
  }
}

extension Snapshot {
  /// The record as far as the snapshot has it.
  package var image: RecordImage {
    var image = RecordImage(
      id: recordID, token: token, values: Dictionary(values.map { ($0.name, $0.value) }) { $1 })
    for (list, _) in lists {
      // Attributes within an element are stored by their dotted paths.
      image.lists[list] = elements(of: list).map { flat in
        var element = JSONObject()
        for (path, value) in flat { element.set(value, at: path.split(separator: ".")) }
        return element
      }
    }
    return image
  }
}
