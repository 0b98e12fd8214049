import Catalog

/// An attribute of a kind of record, or of the elements of a list, with what the site knows of it.
final class Attribute: Sendable {
  let field: Field
  /// Where it stands in a record, the list in front: `threads.text`.
  let place: String
  /// The same as the service's model writes it: `Incident.threads.text`.
  let modelPlace: String
  /// The menu, or the kind of record, that its values are taken from; none for what is neither.
  let set: String?
  /// Whether `null` is accepted.
  let isNullable: Bool

  /// - Parameters:
  ///   - entity: what it belongs to, `incidents` or `incidents.threads`.
  ///   - list: the name of the list that it belongs to, if any.
  init(_ field: Field, of entity: String, in list: String?, label: String, isNullable: Bool) {
    self.field = field
    place = list.map { "\($0).\(field.path)" } ?? field.path
    modelPlace = "\(label).\(place)"
    set = Vocabulary.setName(of: field, in: entity)
    self.isNullable = isNullable
  }

  var path: String { field.path }

  /// The kind of record that it leads to, when it is a reference.
  var target: String? {
    if case .reference(let target, _) = field.kind { target } else { nil }
  }
}
