import Catalog
import JSON

/// A record by its attributes, whichever table it is in.
struct RecordView {
  let resource: String
  let id: Int64
  let tree: AttributeTree
  /// The stored value at a dotted path, absent when null.
  let value: (String) -> JSONValue?
  /// A list with its elements in full.
  let expanded: (ChildList) throws -> JSONValue
}

extension Session {
  func recordView(_ record: IncidentRecord) -> RecordView {
    RecordView(
      resource: "incidents", id: record.id, tree: .incident, value: { record.value(at: $0) },
      expanded: { try expanded($0, of: record.id) })
  }

  /// A record of a collection; none when there is no such id.
  func recordView(_ name: String, _ id: Int64) -> RecordView? {
    guard let value = vocabulary[name][id] else { return nil }
    let stored = Directory.stored(value, of: name)
    let path = "\(name)/\(id)"
    return RecordView(
      resource: name, id: id, tree: Directory.tree(of: name), value: { stored[$0] },
      expanded: { list in
        [
          "items": .array([emailObject(0, of: value, list)].compactMap { $0.map { .object($0) } }),
          "links": links.own("\(path)/\(list.name)", of: "\(name)/\(list.name)"),
        ]
      })
  }

  func emailObject(_ place: Int64, of contact: NamedValue, _ list: ChildList) -> JSONObject? {
    guard let stored = Directory.email(place, of: contact) else { return nil }
    var object = JSONObject()
    for field in list.fields {
      // An address has the same types as the one that answers go to.
      object[field.path] =
        field.path == "addressType"
        ? menu(place, "responseEmailAddressType") : written(stored[field.path], field)
    }
    object["links"] = links.own("contacts/\(contact.id)/\(list.name)/\(place)", of: "contacts/\(list.name)")
    return object
  }
}
