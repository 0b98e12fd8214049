import Catalog
import JSON

/// The imaginary site's rules for the records of one kind, beyond the catalogue.
struct KindRules: Sendable {
  /// The attributes that make up the name (`lookupName`); by default `name`, `subject` or `Name`.
  var names: [String] = []
  /// The unique attribute that is numbered by the day, `yymmdd-nnnnnn`.
  var number: String?
  /// The attribute that gives an imported record a title if nothing else does.
  var title: String?
  /// The defaults of a new record.
  var defaults: [(path: String, value: JSONValue)] = []
  /// The defaults of an imported record.
  var importDefaults: [(path: String, value: JSONValue)] = []
  /// The required attributes of a new record, beyond the catalogue's.
  var required: [String] = []
  /// The attributes that cannot be cleared, beyond the catalogue's.
  var notNull: [String] = []
  /// The sub-objects that are null if all their values are.
  var nullWhenEmpty: Set<String> = []
  /// The attributes that the site has defined itself; for a kind that the catalogue does not have, all beyond the
  /// common ones.
  var customFields: [Field] = []
  /// The values of a record of which only the name is given.
  var known: @Sendable (NamedValue) -> JSONObject = { _ in [:] }
  var lists: [String: ListRules] = [:]
}

/// The imaginary site's rules for the elements of one list, beyond the catalogue.
struct ListRules: Sendable {
  /// An element's name in the service's model, if it is not the catalogue's.
  var label: String?
  /// Indicates that an element can be removed.
  var isDeletable = true
  /// Indicates that the list itself accepts a PATCH, which adds or changes one element.
  var takesPatches = false
  /// The effect of a patch of the record on the existing elements.
  var writing: @Sendable (Choices) -> Choices.ListWriting = { _ in .add }
  /// The attributes that identify an element as its id does.
  var key: [String] = []
  /// The defaults of a new element.
  var defaults: [(path: String, value: JSONValue)] = []
  /// The attribute that is copied from another one if it fits.
  var copy: (to: String, from: String)?
  /// The attribute that holds the number of bytes of another one.
  var size: (path: String, of: String)?
  /// The attributes that are accepted and not stored.
  var unkept: Set<String> = []
  /// The attribute that counts the elements of the same second.
  var order: String?
  var author: AuthorRule?
  var transition: Transition?
}

/// The author of a new element.
struct AuthorRule: Sendable {
  /// The menu that names the kind of author, and its values for customers.
  var audience: String
  var customers: Set<Int64>
  /// The attribute for a customer, and the default customer's place in the record.
  var contact: (path: String, from: String)
  /// The attribute for an account.
  var account: String
}

/// The only change that the menu of an existing element accepts.
struct Transition: Sendable {
  var attribute: String
  var from: Int64
  var to: Int64
  var words: String
}

extension KindRules {
  /// The rules of a kind of record; an unknown kind has none.
  static func of(_ name: String) -> KindRules { delivered[name] ?? KindRules() }
}
