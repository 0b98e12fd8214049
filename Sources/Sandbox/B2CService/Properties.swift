import Catalog
import JSON

/// Paths below a property, as clients use them on live sites: `/incidents/{id}/primaryContact`,
/// `/contacts/{id}/customFields/c/newsletter`, `/contacts/{id}/emails/0`.
///
/// No source shows these: a reference answers with the record that it leads to, and that record's links; a menu value
/// or a sub-object with itself and links; any other value with an object of one member, named after it; null is 404.
extension Session {
  /// Answers a `GET` of a property of a record.
  func property(_ kind: RecordKind, _ id: Int64, _ steps: [String]) throws -> Answer {
    let place = "\(kind.name)/\(id)/\(steps.joined(separator: "/"))"
    return .json(try property(steps[...], of: record(kind, id), kind, at: place))
  }

  private func property(
    _ steps: ArraySlice<String>, of record: RecordRow, _ kind: RecordKind, at place: String
  ) throws -> JSONObject {
    var tree = kind.tree
    var rest = steps
    var prefix = ""
    while let step = rest.popFirst() {
      switch tree[step] {
      case .branch(let inner):
        tree = inner
        prefix += "\(step)."
      case .value(let attribute): return try value(attribute, step, rest, of: record, at: place)
      case .list(let list):
        guard let first = rest.popFirst() else { return try expanded(list, of: record).object ?? [:] }
        guard rest.isEmpty, let id = Int64(first) else { throw Refusal.unknownProperty(first).notFound }
        return try object(of: element(id, list, of: record), list, of: record)
      case nil: throw Refusal.unknownProperty(step).notFound
      }
    }
    var object = try members(tree, prefix: prefix, of: record, kind)
    object["links"] = links.own(place, of: described(record, prefix))
    return object
  }

  private func value(
    _ attribute: Attribute, _ name: String, _ rest: ArraySlice<String>, of record: RecordRow, at place: String
  ) throws -> JSONObject {
    guard let stored = record.value(at: attribute.path), !stored.isNull else {
      throw Refusal.unknownProperty(name).notFound
    }
    if let target = attribute.target, let kind = model[target], let id = stored.integer {
      let record = try self.record(kind, id)
      return rest.isEmpty
        ? try object(of: record, kind, at: place) : try property(rest, of: record, kind, at: place)
    }
    if let next = rest.first { throw Refusal.unknownProperty(next).notFound }
    let value = written(stored, attribute)
    var object = value.object ?? JSONObject(name, value)
    object["links"] = links.own(place, of: described(record, ""))
    return object
  }

  /// The place of the metadata of a sub-object.
  private func described(_ record: RecordRow, _ prefix: String) -> String {
    ([record.entity] + prefix.split(separator: ".").map { String($0) }).joined(separator: "/")
  }
}
