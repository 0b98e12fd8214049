import Catalog
import JSON
import Sites

/// What the earlier rows of a record leave behind, put over what the record is now.
struct Projection {
  private struct Element {
    var list: String
    var selector: String
    var key: JSONValue
    var values: JSONObject
  }

  private var values: [String: JSONValue] = [:]
  private var elements: [Element] = []

  var isEmpty: Bool { values.isEmpty && elements.isEmpty }

  /// Takes in what a row sets; what it makes has no id yet, so that no later row can mean it.
  mutating func add(_ changes: PatchChanges) {
    for change in changes.attributes where change.hasState { values[change.path] = change.value }
    for update in changes.updates {
      let known = elements.firstIndex { $0.list == update.list && $0.key == update.key }
      var element =
        known.map { elements[$0] }
        ?? Element(list: update.list, selector: update.selector, key: update.key, values: JSONObject())
      for change in update.attributes where change.hasState { element.values[change.path] = change.value }
      if let known { elements[known] = element } else { elements.append(element) }
    }
  }

  /// The record as it would be.
  func applied(to image: RecordImage) -> RecordImage {
    guard !isEmpty else { return image }
    var image = image
    image.values.merge(values) { $1 }
    for element in elements {
      guard let index = image.lists[element.list]?.firstIndex(where: { $0[element.selector] == element.key })
      else { continue }
      for (path, value) in element.values {
        image.lists[element.list]?[index].set(value, at: path.split(separator: "."))
      }
    }
    return image
  }
}
