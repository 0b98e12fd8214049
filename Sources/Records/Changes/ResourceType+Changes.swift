public import Catalog
public import JSON

extension ResourceType {
  /// Returns the changes of a body for a record, or for the list element at whose address it is sent.
  ///
  /// A member that the catalogue does not know counts as a custom field.
  public func changes(in body: JSONObject, element: ElementAddress? = nil) -> PatchChanges {
    var changes = PatchChanges()
    guard let element else {
      changes.attributes = changes.read(body, AttributeSpace(self), below: "", in: "")
      return changes
    }
    guard let list = list(at: element.list) else { return changes }
    let space = AttributeSpace(list, at: ResourceType.names(ofListAt: element.list), customKinds)
    let attributes = changes.read(body, space, below: "", in: "\(element.list)/\(element.id)/")
    if !attributes.isEmpty {
      let update = ElementUpdate(
        list: element.list, selector: list.selector?.path ?? "id", key: .integer(element.id),
        attributes: attributes)
      changes.updates.insert(update, at: 0)
    }
    return changes
  }

  /// Returns the changes of a body that is stored as text; none if it is not a JSON object.
  package func changes(inText body: String, element: ElementAddress?) -> PatchChanges {
    changes(in: (try? JSONValue(parsing: body))?.object ?? JSONObject(), element: element)
  }
}

/// The attributes and lists of a record or of an element.
private struct AttributeSpace {
  var fields: [Field]
  var lists: [ChildList]
  var customFields: [CustomFieldSpace]
  /// The names of the lists on the way to the element.
  var names: [String]
  var customKinds: [String: Field.Kind]

  init(_ resource: ResourceType) {
    (fields, lists, customFields) = (resource.fields, resource.lists, resource.customFields)
    (names, customKinds) = ([], resource.customKinds)
  }

  init(_ list: ChildList, at names: [String], _ customKinds: [String: Field.Kind]) {
    (fields, lists, customFields) = (list.fields, list.lists, list.customFields)
    (self.names, self.customKinds) = (names, customKinds)
  }

  func field(at path: String) -> Field? { fields.first(at: path) }

  func customKind(at path: String) -> Field.Kind? {
    customKinds.isEmpty ? nil : customKinds[(names + [path]).joined(separator: ".")]
  }

  /// Returns the space of one list's elements.
  func elements(of list: ChildList) -> AttributeSpace {
    AttributeSpace(list, at: names + [list.name], customKinds)
  }
}

extension PatchChanges {
  /// Returns the attributes a body sets, and adds the elements it creates and changes to the lists of this value.
  ///
  /// `path` is the sub-object that contains the body, with a dot at its end. `prefix` is the address of the element
  /// it belongs to, with a slash at its end.
  fileprivate mutating func read(
    _ body: JSONObject, _ space: AttributeSpace, below path: String, in prefix: String
  ) -> [AttributeChange] {
    var attributes: [AttributeChange] = []
    for (name, value) in body {
      let here = path + name
      if let field = space.field(at: here) {
        attributes.append(AttributeChange(path: here, value: value, field: field))
      } else if path.isEmpty, let list = space.lists.first(where: { $0.name == name }) {
        let elements = space.elements(of: list)
        for element in value.array ?? [value] { read(element, of: list, elements, in: prefix) }
      } else if let inner = value.object, !space.customFields.contains(where: { $0.contains(here) }) {
        attributes += read(inner, space, below: here + ".", in: prefix)
      } else {
        attributes.append(
          AttributeChange(path: here, value: value, field: nil, customKind: space.customKind(at: here)))
      }
    }
    return attributes
  }

  private mutating func read(
    _ element: JSONValue, of list: ChildList, _ space: AttributeSpace, in prefix: String
  ) {
    guard var object = element.object else { return }
    let place = prefix + list.name
    let keys = list.selectors.compactMap { field in
      object[field.path].map { AttributeChange(path: field.path, value: $0, field: field) }
    }
    guard let key = keys.first, keys.count == list.selectors.count else {
      creations.append(ElementCreation(list: place, attributes: object))
      return
    }
    for key in keys { object[key.path] = nil }
    let index = updates.count
    let attributes = read(object, space, below: "", in: "\(place)/\(key.value.text())/")
    guard !attributes.isEmpty else { return }
    // Before its own lists, in the order a reader expects.
    updates.insert(ElementUpdate(place, of: list, keys: keys, attributes: attributes), at: index)
  }
}
