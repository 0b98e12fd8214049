import Catalog
import JSON

/// Paths below a property, as clients use them on live sites: `/incidents/{id}/primaryContact`,
/// `/contacts/{id}/customFields/c/newsletter`, `/contacts/{id}/emails/0`.
///
/// What no source shows: a reference answers the record that it leads to, with links of its own; a menu value or a
/// sub-object itself, with links; any other value an object whose one member is named after it; null is 404.
extension Session {
  /// `GET` of what stands below a record.
  func property(_ resource: String, _ id: Int64, _ steps: [String]) throws -> Answer {
    let found = resource == "incidents" ? recordView(try incident(id)) : recordView(resource, id)
    guard let record = found else { throw noSuch(vocabulary[resource].label, id) }
    let place = "\(resource)/\(id)/\(steps.joined(separator: "/"))"
    return .json(try property(steps[...], of: record, at: place))
  }

  private func property(
    _ steps: ArraySlice<String>, of record: RecordView, at place: String
  ) throws -> JSONObject {
    var tree = record.tree
    var rest = steps
    var prefix = ""
    while let step = rest.popFirst() {
      switch tree[step] {
      case .branch(let inner):
        tree = inner
        prefix += "\(step)."
      case .value(let field): return try value(field, step, rest, of: record, at: place)
      case .list(let list):
        guard let contact = vocabulary[record.resource][record.id], list.name == "emails" else {
          throw Refusal.unknownProperty(step).notFound
        }
        guard let first = rest.popFirst() else { return try record.expanded(list).object ?? [:] }
        guard rest.isEmpty, let number = Int64(first), let object = emailObject(number, of: contact, list)
        else { throw Refusal.unknownProperty(first).notFound }
        return object
      case nil: throw Refusal.unknownProperty(step).notFound
      }
    }
    var object = try members(tree, prefix: prefix, of: record)
    object["links"] = links.own(place, of: described(record, prefix))
    return object
  }

  private func value(
    _ field: Field, _ name: String, _ rest: ArraySlice<String>, of record: RecordView, at place: String
  ) throws -> JSONObject {
    guard let stored = record.value(field.path), !stored.isNull else {
      throw Refusal.unknownProperty(name).notFound
    }
    if case .reference(let target, _) = field.kind, let id = stored.integer {
      guard let record = recordView(target, id) else { throw noSuch(vocabulary[target].label, id) }
      return rest.isEmpty ? try member(of: target, id, at: place) : try property(rest, of: record, at: place)
    }
    if let next = rest.first { throw Refusal.unknownProperty(next).notFound }
    var object = written(stored, field).object ?? JSONObject(name, written(stored, field))
    object["links"] = links.own(place, of: described(record, ""))
    return object
  }

  /// Where the metadata of a sub-object are.
  private func described(_ record: RecordView, _ prefix: String) -> String {
    ([record.resource] + prefix.split(separator: ".").map { String($0) }).joined(separator: "/")
  }
}
