/// One attribute of a record or of a list's element: its name, its type and its limits.
public struct Field: Sendable {
  /// The dotted path exactly as the API spells it; for a list's element, the path inside the element.
  public var path: String
  public var kind: Kind
  public var access: Access
  /// The permission to write `null`.
  public var nullability: Nullability
  /// Indicates that writing the old value again undoes a write.
  public var isReversible: Bool
  /// A note for the user.
  public var note: String?
  /// Facts that no source confirms, so that they are not relied on unawares.
  public var unconfirmed: String?
  /// Indicates that the menu has only its known values on every site: any other value is an error.
  public var hasFixedValues: Bool
  /// The menu ids that an *existing* element's attribute may be changed to; `nil` for any.
  public var allowedOnUpdate: [Int64]?
  /// Indicates that a sheet can contain the value; false if only a form upload or another address takes it.
  public var isWrittenBySheets: Bool
  /// Indicates a command: writing it makes the service do something, such as ending an interaction now.
  ///
  /// It has no state, so it is neither compared with the record nor ever replayed from a snapshot.
  public var isTrigger: Bool
  /// Indicates that the spelling of the name is inferred, not seen in a page or an answer of the API.
  ///
  /// A site's settings can correct it.
  public var isNameInferred: Bool
  /// Indicates that the site or the job has declared it (`extra_attributes`), and no catalogue knows it.
  public var isDeclared: Bool
  /// Indicates that its bytes have their own address, such as `/interactions/7/enclosure/Payload`.
  ///
  /// They are not part of the record's body.
  public var isEnclosure: Bool
  /// The attribute with which the service sets this one too, unless the same patch sets it.
  public var follows: String?
  /// The attribute that this one belongs with, such as a team with its member: a rollback restores both or neither.
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
    /// Text with a largest number of characters (Unicode scalars), and a pattern that it must match as a whole.
    case string(maximumLength: Int? = nil, pattern: String? = nil)
    case integer(minimum: Int64 = .min, maximum: Int64 = .max)
    /// A whole or decimal number with a largest number of digits, those after the point included.
    case number(maximumDigits: Int? = nil)
    case boolean
    /// A calendar day, `yyyy-MM-dd`.
    case date
    /// A point in time, ISO 8601 with an offset.
    case dateTime
    /// A value of a menu (named ID), written by id or by name; a site may rename and extend the known names.
    case menu(known: [MenuValue] = [], isHierarchical: Bool = false)
    /// A code of a lookup, written unchanged, with a largest number of characters.
    ///
    /// Every site may extend the lookup, so the known codes are only those without a warning. `lookup` is its name in
    /// the service, if a source gives it. Every lookup of the page "Update an interaction" allows 30 characters.
    case code(known: [String] = [], lookup: String? = nil, maximumLength: Int = 30)
    /// Another record, written by id or by name.
    case reference(to: String, isHierarchical: Bool = false)
    /// Bytes, base64 on the wire.
    case base64
    /// The elements of a hierarchy above a menu value.
    case menuPath
  }

  /// The permission to write an attribute.
  public enum Access: String, Sendable {
    case readOnly = "read-only"
    case writable
    /// Accepted only while the element is created.
    case createOnly = "create-only"
    /// Identifies the element; never changed.
    case selector
  }

  /// The knowledge about writing `null`.
  public enum Nullability: Sendable {
    case nullable
    case notNull
    /// Not documented; allowed, and up to the site.
    case unconfirmed
  }
}

/// A menu value that every site is delivered with.
public struct MenuValue: Sendable, Hashable {
  /// The number; `nil` if no source gives it.
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

extension [Field] {
  /// Returns the attribute at that dotted path.
  ///
  /// It looks by index: an attribute is large, and a search through values would copy each on its way.
  package func first(at path: String) -> Field? {
    // Comparing texts costs more than their lengths, which nearly always differ.
    let length = path.utf8.count
    return indices.first { self[$0].path.utf8.count == length && self[$0].path == path }.map { self[$0] }
  }
}
