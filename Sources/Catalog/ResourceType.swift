public import JSON

/// A kind of record: its attributes, lists and limits, as one value.
///
/// Validation, request bodies, the `resources` command and the sandbox are all derived from it. A new resource thus
/// costs one file in `Resources/`, its line in `all`, and its test.
public struct ResourceType: Sendable {
  /// The name of the collection in URLs, job files and on the command line, such as `incidents`.
  public var name: String
  /// One record in words, such as `incident`.
  public var singular: String
  /// One sentence that says what a record is.
  public var summary: String
  /// The API that serves it.
  public var dialect: Dialect
  /// The attribute that identifies a record in URLs: an integer or a text, as its type says.
  public var key: String
  /// Attributes that also identify a record but must be looked up first, such as `referenceNumber`.
  public var alternateKeys: [String]
  /// The attributes of the record itself, sub-objects flattened into dotted paths.
  public var fields: [Field]
  /// The lists of a record.
  public var lists: [ChildList]
  /// The places of custom fields, whose names and types are not known offline.
  public var customFields: [CustomFieldSpace]
  /// The declared types of custom fields, by path; those of lists by their whole paths.
  public var customKinds: [String: Field.Kind] = [:]
  /// The titles that people see, and the words that they use, by header: what else a sheet calls an attribute.
  public var titles: [String: [String]]
  /// The attributes that together name a record, if a job has a key of its own.
  public var ownKey: [String] = []
  /// The names that the site has given for ids: attribute → id → name.
  public var siteNames: [String: [Int64: String]] = [:]
  /// The values that the site's menus and lookups had when its overlay was saved: place → values.
  ///
  /// None at a place where only the site itself is to be asked.
  public var siteValues: [String: [MenuValue]] = [:]
  /// The places of custom fields that the site has described whole: what has no type there does not exist.
  public var sitePlaces: Set<String> = []
  /// The attributes and lists that the site does not take, by place.
  public var siteRefusals: [String: SiteRefusal] = [:]
  /// Indicates that only a site describes it (`init(_:describedBy:)`), so that what its attributes do is not known.
  public var isUnlisted = false
  /// Patches that are accepted or refused, for the help, the guide and the tests.
  public var examples: [Example]

  public init(
    name: String, singular: String, summary: String, dialect: Dialect, key: String,
    alternateKeys: [String], fields: [Field], lists: [ChildList],
    customFields: [CustomFieldSpace], titles: [String: [String]] = [:], examples: [Example]
  ) {
    self.name = name
    self.singular = singular
    self.summary = summary
    self.dialect = dialect
    self.key = key
    self.alternateKeys = alternateKeys
    self.fields = fields
    self.lists = lists
    self.customFields = customFields
    self.titles = titles
    self.examples = examples
  }
}

extension ResourceType {
  /// Every resource of this build, one per line; a test compares it with the files in `Resources/`.
  public static let all: [ResourceType] = [
    .incidents,
    .contacts,
    .organizations,
    .interactions,
    .serviceRequests,
    .accounts,
    .fusionContacts,
  ]

  /// Returns the resource that an API has under that name, if the catalogue has it.
  public static func named(_ name: String, in dialect: Dialect) -> ResourceType? {
    ResourceName(name)?.meanings(at: dialect).first
  }

  /// Indicates that records are named by a text, such as the number of a service request.
  public var isKeyText: Bool {
    if case .string? = field(at: key)?.kind { true } else { false }
  }

  /// Returns the attribute of the record itself at that dotted path.
  public func field(at path: String) -> Field? {
    fields.first(at: path)
  }

  /// Returns the list of that name.
  public func list(named name: String) -> ChildList? {
    lists.first { $0.name == name }
  }

  /// Returns the list at a path of alternating names and element ids: `threads`, or
  /// `smartActions/5/UserActionURLBinding`.
  public func list(at path: String) -> ChildList? {
    let names = ResourceType.names(ofListAt: path)
    guard let first = names.first else { return nil }
    return names.dropFirst().reduce(list(named: first)) { $0?.list(named: $1) }
  }

  /// Returns the names of such a path, without the ids between them.
  package static func names(ofListAt path: String) -> [String] {
    path.split(separator: "/", omittingEmptySubsequences: false).enumerated()
      .compactMap { $0.offset.isMultiple(of: 2) ? String($0.element) : nil }
  }
}

/// The API of a resource, spelled as in `sites.yaml`.
public enum Dialect: String, Sendable, CaseIterable {
  /// Oracle B2C Service, Connect REST v1.4.
  case b2cService = "b2c-service"
  /// Oracle Fusion CX Sales and Service REST, 11.13.18.05.
  case fusionCX = "fusion-cx"
}

/// A namespace of attributes that a site defines itself.
public struct CustomFieldSpace: Sendable {
  /// The path with `{…}` for the free parts, such as `customFields.{package}.{name}` or `{name}_c`.
  public var path: String
  /// The known facts about it.
  public var note: String

  public init(path: String, note: String) {
    self.path = path
    self.note = note
  }

  /// Returns whether a dotted path is in this namespace: same number of steps, equal fixed steps, non-empty free
  /// ones.
  public func contains(_ path: some StringProtocol) -> Bool {
    // Most paths begin differently, which is faster to check than their steps.
    guard path.utf8.starts(with: self.path.utf8.prefix { $0 != UInt8(ascii: "{") }) else { return false }
    let own = self.path.split(separator: ".", omittingEmptySubsequences: false)
    let asked = path.split(separator: ".", omittingEmptySubsequences: false)
    return own.count == asked.count
      && zip(own, asked).allSatisfy { own, asked in
        guard let suffix = Self.suffix(ofFreeStep: own) else { return own == asked }
        return asked.hasSuffix(suffix) && asked.utf8.count > suffix.utf8.count
      }
  }

  /// Returns the suffix of the names in a free step, `_c` for `{name}_c`; `nil` for a fixed step.
  public static func suffix(ofFreeStep step: some StringProtocol) -> String? {
    guard step.hasPrefix("{"), let close = step.lastIndex(of: "}") else { return nil }
    return String(step[step.index(after: close)...])
  }
}

/// A patch in the API's own nested form, with its result.
public struct Example: Sendable {
  public enum Verdict: Sendable, Equatable {
    case accepted
    /// Refused by the rule of that name.
    case refused(rule: String)
  }

  public var title: String
  public var patch: JSONObject
  public var verdict: Verdict

  public static func accepted(_ title: String, _ patch: JSONObject) -> Example {
    Example(title: title, patch: patch, verdict: .accepted)
  }

  public static func refused(_ title: String, _ patch: JSONObject, by rule: String) -> Example {
    Example(title: title, patch: patch, verdict: .refused(rule: rule))
  }
}
