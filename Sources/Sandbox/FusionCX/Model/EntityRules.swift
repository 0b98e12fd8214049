import Catalog
import JSON

/// The imaginary site's rules for the rows of one kind, beyond the catalogue.
struct EntityRules: Sendable {
  /// The attributes of a child that repeat its parent's number and alternate key, if they are not called like those.
  var parentKey: String?
  var parentNumber: String?
  /// Indicates that the keys of paths are opaque texts; otherwise they are the row's number.
  var hasOpaqueKeys = false
  /// The attributes of the reference's example, in its order; none if there is no example.
  var sample: [String] = []
  /// The children that the reference's example links to.
  var sampleChildren: [String] = []
  /// The defaults of a new row.
  var defaults: [(name: String, value: JSONValue)] = []
  /// The required attributes of a row, beyond the catalogue's.
  var required: [String] = []
  var references: [ReferenceRule] = []
  var lists: [ListOfValues] = []
  /// The attribute that names the parent row of the same kind; at the top, the row itself.
  var selfReference: SelfReference?
  /// The attribute that is true for a row without a parent of its kind.
  var topFlag: String?
  var customFields: [Field] = []
  /// The titles that the reference prints, by attribute.
  var titles: [String: String] = [:]
  /// The set of the vocabulary that lists the rows for others: generated rows have its ids.
  var rows: String?
  /// The prefix of generated alternate keys, if it is not the initials of the name.
  var numberPrefix: String?
}

/// An attribute that must refer to something the site has.
struct ReferenceRule: Sendable {
  var attribute: String
  /// The set of the vocabulary; none if the code in `typeAttribute` names it.
  var set: String?
  var typeAttribute: String?
  /// The read-only attributes with the name and the public number of the target.
  var name: String?
  var number: String?
  /// The attribute that takes the type of the target, unless the request gives one.
  var type: String?
}

/// A list of values that an item links to.
struct ListOfValues: Sendable {
  var name: String
  /// The set whose values are its rows.
  var set: String
  /// The attribute of the row that narrows the list by type.
  var narrowedBy: String?
}

/// The attributes of a hierarchy of rows of one kind.
struct SelfReference: Sendable {
  var attribute: String
  var number: String
}

extension EntityRules {
  /// The rules of a kind of row; an unknown kind has none.
  static func of(_ path: String) -> EntityRules { delivered[path] ?? EntityRules() }
}
