import Catalog

/// An attribute of a kind of record, or of the elements of a list, with the site's facts about it.
final class Attribute: Sendable {
  let field: Field
  /// Its place in a record, with the list in front: `threads.text`.
  let place: String
  /// The same in the service's model: `Incident.threads.text`.
  let modelPlace: String
  /// The menu, or the kind of record, that its values come from; none for other kinds of value.
  let set: String?
  /// The words that people see in its place.
  let title: String
  /// Indicates that `null` is accepted.
  let isNullable: Bool

  /// - Parameters:
  ///   - entity: its owner, `incidents` or `incidents.threads`.
  ///   - list: the name of its list, if any.
  init(
    _ field: Field, of entity: String, in list: String?, label: String, title: String? = nil, isNullable: Bool
  ) {
    self.title = title ?? field.path.split(separator: ".").last.map { String($0) } ?? field.path
    self.field = field
    place = list.map { "\($0).\(field.path)" } ?? field.path
    modelPlace = "\(label).\(place)"
    set = Vocabulary.setName(of: field, in: entity)
    self.isNullable = isNullable
  }

  var path: String { field.path }

  /// The kind of record that it leads to, if it is a reference.
  var target: String? {
    if case .reference(let target, _) = field.kind { target } else { nil }
  }
}
