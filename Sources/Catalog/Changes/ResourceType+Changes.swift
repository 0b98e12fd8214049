public import JSON

extension ResourceType {
  /// What a body changes on a record, or on the list element whose address it is sent to.
  ///
  /// `element.list` is a list's name, or a path such as `smartActions/5/UserActionURLBinding`. A member that
  /// the catalogue does not know counts as an attribute of the site's own.
  public func changes(in body: JSONObject, element: (list: String, id: Int64)? = nil) -> PatchChanges {
    var changes = PatchChanges()
    guard let element else {
      changes.attributes = changes.read(body, AttributeSpace(self), below: "", in: "")
      return changes
    }
    guard let list = list(at: element.list) else { return changes }
    let prefix = "\(element.list)/\(element.id)/"
    let attributes = changes.read(body, AttributeSpace(list), below: "", in: prefix)
    if !attributes.isEmpty {
      let update = ElementUpdate(
        list: element.list, selector: list.selector?.path ?? "id", key: .integer(element.id),
        attributes: attributes)
      changes.updates.insert(update, at: 0)
    }
    return changes
  }

  /// The list at a path of names and element ids in turn: `threads`, or `smartActions/5/UserActionURLBinding`.
  public func list(at path: String) -> ChildList? {
    let names = path.split(separator: "/", omittingEmptySubsequences: false).enumerated()
      .compactMap { $0.offset.isMultiple(of: 2) ? String($0.element) : nil }
    guard let first = names.first else { return nil }
    return names.dropFirst().reduce(list(named: first)) { $0?.list(named: $1) }
  }
}

/// The attributes and lists of a record or of an element.
private struct AttributeSpace {
  var fields: [Field]
  var lists: [ChildList]
  var customFields: [CustomFieldSpace]

  init(_ resource: ResourceType) {
    (fields, lists, customFields) = (resource.fields, resource.lists, resource.customFields)
  }

  init(_ list: ChildList) {
    (fields, lists, customFields) = (list.fields, list.lists, list.customFields)
  }

  func field(at path: String) -> Field? { fields.first { $0.path == path } }

  func isCustom(_ path: String) -> Bool { customFields.contains { $0.contains(path) } }
}

extension PatchChanges {
  /// The attributes a body sets; the elements it makes and changes are added to the lists of this value.
  ///
  /// `path` is the sub-object the body stands in, with a point at its end, and `prefix` the address of the
  /// element it belongs to, with a slash at its end.
  fileprivate mutating func read(
    _ body: JSONObject, _ space: AttributeSpace, below path: String, in prefix: String
  ) -> [AttributeChange] {
    var attributes: [AttributeChange] = []
    for (name, value) in body {
      let here = path + name
      if let field = space.field(at: here) {
        attributes.append(AttributeChange(path: here, value: value, field: field))
      } else if path.isEmpty, let list = space.lists.first(where: { $0.name == name }) {
        for element in value.array ?? [value] { read(element, of: list, in: prefix) }
      } else if let inner = value.object, !space.isCustom(here) {
        attributes += read(inner, space, below: here + ".", in: prefix)
      } else {
        attributes.append(AttributeChange(path: here, value: value, field: nil))
      }
    }
    return attributes
  }

  private mutating func read(_ element: JSONValue, of list: ChildList, in prefix: String) {
    guard var object = element.object else { return }
    let place = prefix + list.name
    guard let selector = list.selector?.path, let key = object[selector] else {
      creations.append(ElementCreation(list: place, attributes: object))
      return
    }
    object[selector] = nil
    let index = updates.count
    let attributes = read(object, AttributeSpace(list), below: "", in: "\(place)/\(key.text())/")
    guard !attributes.isEmpty else { return }
    // Before what hangs on it, in the order a reader expects.
    updates.insert(
      ElementUpdate(list: place, selector: selector, key: key, attributes: attributes), at: index)
  }
}
