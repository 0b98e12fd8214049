/// One attribute of a record or of a list's element: its name, its type and its limits.
public struct Field: Sendable {
  /// The dotted path exactly as the API spells it; within a list, the path inside the element.
  public var path: String
  public var kind: Kind
  public var access: Access
  /// Whether `null` may be written.
  public var nullability: Nullability
  /// Whether a write can be undone by writing the old value again.
  public var isReversible: Bool
  /// What a user should know of it.
  public var note: String?
  /// What no source confirms, so that nobody relies on it unawares.
  public var unconfirmed: String?
  /// Whether the known values of the menu are all there are, on every site: a value beside them is an error.
  public var hasFixedValues: Bool
  /// The menu ids that an *existing* element's attribute may be changed to; nil when any will do.
  public var allowedOnUpdate: [Int64]?
  /// Whether a sheet can carry the value; false for what only a form upload or another address takes.
  public var isWrittenBySheets: Bool
  /// Whether writing it makes the service do something, such as ending an interaction now; it holds no state,
  /// so that it is neither compared with the record nor ever replayed from a snapshot.
  public var isTrigger: Bool
  /// Whether the spelling of the name is inferred, not seen in a page or an answer of the API; a site's
  /// settings can correct it.
  public var isNameInferred: Bool
  /// Whether no catalogue knows it but the site or the job has named it (`extra_attributes`).
  public var isDeclared: Bool
  /// Whether its bytes have an address of their own, such as `/interactions/7/enclosure/Payload`, and are
  /// no part of the record's body.
  public var isEnclosure: Bool
  /// The attribute with which the service sets this one too, unless the same patch says what it shall be.
  public var follows: String?
  /// The attribute that this one makes sense with only, such as a team with its member: a rollback puts back both
  /// or neither.
  public var goesWith: String?

  public init(
    _ path: String, _ kind: Kind, _ access: Access = .writable,
    nullability: Nullability = .unconfirmed, isReversible: Bool = true, note: String? = nil,
    unconfirmed: String? = nil, hasFixedValues: Bool = false, allowedOnUpdate: [Int64]? = nil,
    isWrittenBySheets: Bool = true, isTrigger: Bool = false, isNameInferred: Bool = false,
    isDeclared: Bool = false, isEnclosure: Bool = false, follows: String? = nil, goesWith: String? = nil
  ) {
    self.path = path
    self.kind = kind
    self.access = access
    self.nullability = nullability
    self.isReversible = isReversible
    self.note = note
    self.unconfirmed = unconfirmed
    self.hasFixedValues = hasFixedValues
    self.allowedOnUpdate = allowedOnUpdate
    self.isWrittenBySheets = isWrittenBySheets
    self.isTrigger = isTrigger
    self.isNameInferred = isNameInferred
    self.isDeclared = isDeclared
    self.isEnclosure = isEnclosure
    self.follows = follows
    self.goesWith = goesWith
  }

  /// The type of an attribute's values.
  public enum Kind: Sendable, Hashable {
    /// Text of at most so many characters (Unicode scalars), and the pattern it must match in whole.
    case string(maximumLength: Int? = nil, pattern: String? = nil)
    case integer(minimum: Int64 = .min, maximum: Int64 = .max)
    /// A whole or decimal number of at most so many digits, those after the point included.
    case number(maximumDigits: Int? = nil)
    case boolean
    /// A calendar day, `yyyy-MM-dd`.
    case date
    /// A point in time, ISO 8601 with an offset.
    case dateTime
    /// A value of a menu (named ID), written by id or by name; a site may rename and extend the known names.
    case menu(known: [MenuValue] = [], isHierarchical: Bool = false)
    /// A code of a lookup, written as it stands; every site may extend the lookup, so that the known codes are
    /// only those that pass without a word. `lookup` is its name in the service, where a source gives it. At most so
    /// many characters: 30 on every lookup of the page "Update an interaction".
    case code(known: [String] = [], lookup: String? = nil, maximumLength: Int = 30)
    /// Another record, written by id or by name.
    case reference(to: String, isHierarchical: Bool = false)
    /// Bytes, base64 on the wire.
    case base64
    /// The elements of a hierarchy above a menu value.
    case menuPath
  }

  /// Who may write an attribute, and when.
  public enum Access: String, Sendable {
    case readOnly = "read-only"
    case writable
    /// Accepted only while the element is created.
    case createOnly = "create-only"
    /// Names the element that is meant; never changed.
    case selector
  }

  /// What is known about writing `null`.
  public enum Nullability: Sendable {
    case nullable
    case notNull
    /// No source says; allowed, and up to the site.
    case unconfirmed
  }
}

/// A menu value that every site is delivered with.
public struct MenuValue: Sendable, Hashable {
  /// Absent where no source gives the number.
  public var id: Int64?
  public var name: String

  public init(_ id: Int64?, _ name: String) {
    self.id = id
    self.name = name
  }
}

extension Field.Kind {
  /// The type in the words of the field catalogue.
  public var name: String {
    switch self {
    case .string, .base64: "string"
    case .integer: "integer"
    case .number: "number"
    case .boolean: "boolean"
    case .date: "date"
    case .dateTime: "dateTime"
    case .menu: "namedId"
    case .reference: "reference"
    case .menuPath: "list"
    case .code: "lookup"
    }
  }
}
