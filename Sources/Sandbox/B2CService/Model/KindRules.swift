import Catalog
import JSON

/// What the imaginary site does with the records of one kind beyond what the catalogue says.
struct KindRules: Sendable {
  /// The attributes that make up the name (`lookupName`); without any, `name` or `subject`.
  var names: [String] = []
  /// The attribute that is numbered through by the day, `yymmdd-nnnnnn`, and unique.
  var number: String?
  /// The attribute that says what an imported record is, where nothing else does.
  var title: String?
  /// What a new record gets where the request says nothing.
  var defaults: [(path: String, value: JSONValue)] = []
  /// The same for an imported one.
  var importDefaults: [(path: String, value: JSONValue)] = []
  /// What a new record must have beyond what the catalogue says.
  var required: [String] = []
  /// What cannot be cleared beyond what the catalogue says.
  var notNull: [String] = []
  /// The sub-objects that are null when nothing of them is known.
  var nullWhenEmpty: Set<String> = []
  /// The attributes that the site has defined itself; of a kind that the catalogue does not have, all beyond the
  /// common ones.
  var customFields: [Field] = []
  /// The lists of a kind that the catalogue does not have.
  var customLists: [ChildList] = []
  /// What is known of a record that only its name is given of.
  var known: @Sendable (NamedValue) -> JSONObject = { _ in [:] }
  var lists: [String: ListRules] = [:]
}

/// What the imaginary site does with the elements of one list beyond what the catalogue says.
struct ListRules: Sendable {
  /// One element in the words of the service's model, when it is not the catalogue's.
  var label: String?
  /// Whether an element can be removed.
  var isDeletable = true
  /// Whether the list itself takes a PATCH, which adds or changes one element.
  var takesPatches = false
  /// What a patch of the record does to the elements there are.
  var writing: @Sendable (Choices) -> Choices.ListWriting = { _ in .add }
  /// The attributes that name an element as its id does.
  var key: [String] = []
  /// What a new element gets where the request says nothing.
  var defaults: [(path: String, value: JSONValue)] = []
  /// The attribute that is taken over from another one, when it fits.
  var copy: (to: String, from: String)?
  /// The attribute that says how many bytes another one has.
  var size: (path: String, of: String)?
  /// The attributes that are accepted and not kept.
  var unkept: Set<String> = []
  /// The attribute that counts the elements of the same second.
  var order: String?
  var author: AuthorRule?
  var transition: Transition?
  /// The place of the first element of a list whose elements have no ids.
  var firstPlace: Int64 = 1
}

/// Who is noted as the author of a new element.
struct AuthorRule: Sendable {
  /// The menu that says whose words they are, and its values for a customer's.
  var audience: String
  var customers: Set<Int64>
  /// The attribute for a customer, and where in the record the customer is unless another is named.
  var contact: (path: String, from: String)
  /// The attribute for an account.
  var account: String
}

/// The only change that the menu of an existing element takes.
struct Transition: Sendable {
  var attribute: String
  var from: Int64
  var to: Int64
  var words: String
}

extension KindRules {
  /// The rules of a kind of record; a kind that is not known here has none.
  static func of(_ name: String) -> KindRules { delivered[name] ?? KindRules() }
}
