public import Catalog
public import JSON

extension ResourceType {
  /// What a body changes on a record, or on the list element whose address it is sent to.
  ///
  /// A member that the catalogue does not know counts as an attribute of the site's own.
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

  /// What a body changes that is kept as text; nothing when it is none.
  package func changes(inText body: String, element: ElementAddress?) -> PatchChanges {
    changes(in: (try? JSONValue(parsing: body))?.object ?? JSONObject(), element: element)
  }
}

/// The attributes and lists of a record or of an element.
private struct AttributeSpace {
  var fields: [Field]
  var lists: [ChildList]
  var customFields: [CustomFieldSpace]
  /// The names of the lists that lead to the element.
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

  func field(at path: String) -> Field? { fields.first { $0.path == path } }

  func isCustom(_ path: String) -> Bool { customFields.contains { $0.contains(path) } }

  func customKind(at path: String) -> Field.Kind? {
    customKinds.isEmpty ? nil : customKinds[(names + [path]).joined(separator: ".")]
  }

  /// That of the elements of one of its lists.
  func elements(of list: ChildList) -> AttributeSpace {
    AttributeSpace(list, at: names + [list.name], customKinds)
  }
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
        let elements = space.elements(of: list)
        for element in value.array ?? [value] { read(element, of: list, elements, in: prefix) }
      } else if let inner = value.object, !space.isCustom(here) {
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
    guard let selector = list.selector?.path, let key = object[selector] else {
      creations.append(ElementCreation(list: place, attributes: object))
      return
    }
    object[selector] = nil
    let index = updates.count
    let attributes = read(object, space, below: "", in: "\(place)/\(key.text())/")
    guard !attributes.isEmpty else { return }
    // Before what hangs on it, in the order a reader expects.
    updates.insert(
      ElementUpdate(list: place, selector: selector, key: key, attributes: attributes), at: index)
  }
}
