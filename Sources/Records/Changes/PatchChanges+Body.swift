package import JSON

extension PatchChanges {
  /// Returns the body that makes these changes: the record's patch, or that of the element at its own address.
  ///
  /// It covers only attributes and elements that exist; a rollback creates none.
  package func body(for element: ElementAddress?) -> JSONObject {
    var body = JSONObject()
    for change in attributes { body.set(change.value, at: change.path.split(separator: ".")) }
    for update in updates {
      if let element, update.list == element.list, update.key == .integer(element.id) {
        for change in update.attributes { body.set(change.value, at: change.path.split(separator: ".")) }
        continue
      }
      var object = JSONObject()
      for change in update.keys + update.attributes {
        object.set(change.value, at: change.path.split(separator: "."))
      }
      body[update.list] = .array((body[update.list]?.array ?? []) + [.object(object)])
    }
    return body
  }
}
