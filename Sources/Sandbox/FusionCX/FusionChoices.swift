import Catalog

/// The behaviour of the Fusion CX half where no source documents the real service's.
///
/// Settings are the points of section 14 of the project's API reference and those that a client may need to see both
/// ways. The rest is fixed and listed here, so that it is not taken for facts:
/// - 405, 406, 415, 429 and those from 500 have no body; 403 occurs only as a fault.
/// - A row that exists but does not belong to the path's parent is 404; so is a key that decodes to nothing.
/// - Query parameters that no source names are refused (400); `limit` above 500 counts as 500; `totalResults` is exact.
/// - In `fields`, groups are separated by `;`, and a child's group begins with its path and a colon; without a group
///   of its own, the root shows only links. A child named like an attribute is inlined whole.
/// - `InteractionRowFinderByObject` takes `BindObjectId` and `BindObjectTypeCd`.
/// - `q` of version 1: parts separated by `;`, each an attribute, `=`, `!=`, `<>`, `<`, `<=`, `>`, `>=` or `like`, and a value,
///   in quotes or not; `*` in the value stands for any text; `and` and `or` join further comparisons of that attribute.
///   From version 2 on, texts are in quotes; the `;` form is refused. Texts are compared by exact characters.
/// - Links of LOVs are shown up to version 4; their addresses work in every version, below the item and below the
///   collection.
/// - Version 9 writes 64-bit integers as strings, and takes them as strings or numbers; the others take numbers only.
/// - A suppressed body: PATCH and a batch answer 204 without `ETag`, POST 201 with `Location`.
/// - `{}` is accepted and changes nothing. Every other accepted PATCH raises the version by one, even when all
///   values are the present ones; so does writing or deleting an enclosure. A child's change does not raise its parent's.
/// - `""` stores an empty text. `null` for `ChannelId`, `StatusCd`, `ObjectId`, `ObjectTypeCd` is refused (required);
///   null for the other attributes with a default stays null; `ParentInteractionId` null means the row itself.
/// - `ChannelTypeCd` follows `ChannelId` if it is not given. `StartInteractionFlag` sets `StartTime` if it is empty.
/// - A child interaction is reached only through its parent; it is not in the collection.
/// - `InteractionId` of a child may be sent if it is the parent's; `ObjectVersionNumber` is ignored on writes.
/// - Who-columns that a child accepts on writing (`InteractionData`) are stored as sent.
/// - `Upsert-Mode: true` and the batch operation `upsert` match by the key or the alternate key.
/// - A batch continues after a failing part to find the others, in an order in which each sees the parts before it;
///   `replace` is not offered; a part's `path` begins with `/`; values of `ifMatch` come with quotes or without.
/// - A part of a batch whose `ifNoneMatch` matches is listed with `preconditionSucceeded` false and fails nothing.
/// - A number already taken, a child's unknown key, and a value of another type have the code `value-code`.
/// - The site's own attributes are `Region_c`, `CallbackOk_c`, `CallbackAt_c`, `VisitOn_c` and `Visits_c`. Deleting a row deletes what belongs to it.
/// - `describe` also accepts `metadataMode=minimal` for one resource, and no other mode. A title that the reference does not
///   print is made of the words of the name; `maxLength` is a number; `lov` names the list, its attribute and its display.
///   `hasDefaultValueExpression` is true for numbers that the service generates and for `ParentInteractionId`.
/// - `upper` and `lower` in `orderBy` are accepted in every framework version.
/// - An enclosure without content answers 204. Unsupported framework versions are 400.
public struct FusionChoices: Sendable, Equatable {
  /// The members of an item for a request without `fields`.
  public enum Item: String, Sendable, CaseIterable {
    /// The attributes and links of the reference's example, in its order.
    case sample
    /// Every attribute of the reference's schema, those of the example first.
    case schema
  }

  /// Acceptance or refusal.
  public enum Admission: String, Sendable, CaseIterable {
    case accepted
    case refused
  }

  /// The body of an error or of a failed precondition.
  public enum Body: String, Sendable, CaseIterable {
    /// The current item, or the payload of version 4 and its text below, as appropriate.
    case payload
    case html
    case text
    case empty
  }

  /// The form of a batch part in `o:errorPath`.
  public enum PartPath: String, Sendable, CaseIterable {
    case index
    case id
    case none
  }

  /// The failing parts of a batch that are reported.
  public enum Reports: String, Sendable, CaseIterable {
    case all
    case first
  }

  /// The effect of a nested row with the key of an existing one.
  public enum NestedRows: String, Sendable, CaseIterable {
    case update
    case insert
  }

  /// The form of `changeIndicator` and `ETag`.
  public enum TagFormat: String, Sendable, CaseIterable {
    /// The serialized Java list of the reference's example.
    case serialized
    /// The bare version number.
    case version
  }

  public enum Truth: String, Sendable, CaseIterable {
    /// `"true"`, as in the reference's example.
    case text
    /// `true`.
    case boolean
  }

  /// The path keys of children whose keys the reference calls opaque.
  public enum ChildKeys: String, Sendable, CaseIterable {
    /// A long hexadecimal text that contains the keys of parent and child.
    case hash
    /// The child's number.
    case id
  }

  public enum Switch: String, Sendable, CaseIterable {
    case off
    case on
  }

  /// The version of a request without one.
  public var frameworkVersion = 1
  public var item: Item = .sample
  public var tagFormat: TagFormat = .serialized
  public var topLevelFlag: Truth = .text
  public var childKeys: ChildKeys = .hash
  /// The offset of the times in answers, and of times sent without one, in seconds east of Greenwich.
  public var timeZone: Int64 = -28_800
  /// The handling of a date-time without an offset; if accepted, it is in `timeZone`.
  public var offsetlessTimes: Admission = .refused
  /// The handling of a LOB sent inline in base64.
  public var inlineLOB: Admission = .accepted
  public var nestedRows: NestedRows = .update
  /// The body of errors below version 4.
  public var plainErrors: Body = .text
  /// The body of 401 and 403.
  public var loginPage: Body = .html
  /// The body of 404.
  public var notFound: Body = .payload
  /// The body of 412: the current item or nothing.
  public var staleItem: Body = .payload
  /// The requirement that writes carry `X-Requested-By`.
  public var antiCSRF: Switch = .off
  /// The status of a batch with a part whose `ifMatch` is stale.
  public var batchStale = 400
  public var batchErrorPath: PartPath = .index
  public var batchReports: Reports = .all
  /// An attribute of interactions that this site lacks, because of its release or another spelling.
  public var missingAttribute: String?
  /// An additional attribute of interactions, a code, as each release of the service may add one.
  public var extraAttribute: String?
  /// The id of an interaction that another session keeps locked.
  public var lockedRow: Int64?
  /// Unknown or read-only attribute, malformed JSON, bad query.
  public var parseCode = "27521"
  public var createOnlyCode = "27008"
  public var lengthCode = "27010"
  public var valueCode = "27024"
  public var requiredCode = "27014"
  /// The row was changed by another client, within a transaction.
  public var changedCode = "25014"
  public var lockedCode = "26030"

  /// Creates the default choices.
  public init() {}
}

extension FusionChoices {
  /// Makes one choice; `text` is all of it as written.
  mutating func set(_ name: some StringProtocol, _ value: String, _ text: String) throws(SandboxError) {
    switch name {
    case "framework-version":
      frameworkVersion =
        Int(try Choices.one(of: FrameworkVersion.allowed.map(\.description), value, text)) ?? 1
    case "item": item = try Choices.one(of: Item.self, value, text)
    case "tag-format": tagFormat = try Choices.one(of: TagFormat.self, value, text)
    case "top-level-flag": topLevelFlag = try Choices.one(of: Truth.self, value, text)
    case "child-keys": childKeys = try Choices.one(of: ChildKeys.self, value, text)
    case "time-zone": timeZone = try Self.offset(value, text)
    case "offsetless-times": offsetlessTimes = try Choices.one(of: Admission.self, value, text)
    case "inline-lob": inlineLOB = try Choices.one(of: Admission.self, value, text)
    case "nested-rows": nestedRows = try Choices.one(of: NestedRows.self, value, text)
    case "plain-errors": plainErrors = try Choices.one(of: Body.self, value, text)
    case "login-page": loginPage = try Choices.one(of: Body.self, value, text)
    case "not-found": notFound = try Choices.one(of: Body.self, value, text)
    case "stale-item":
      staleItem = Body(rawValue: try Choices.one(of: ["payload", "empty"], value, text)) ?? .payload
    case "anti-csrf": antiCSRF = try Choices.one(of: Switch.self, value, text)
    case "batch-stale": batchStale = Int(try Choices.one(of: ["400", "412"], value, text)) ?? 400
    case "batch-error-path": batchErrorPath = try Choices.one(of: PartPath.self, value, text)
    case "batch-reports": batchReports = try Choices.one(of: Reports.self, value, text)
    case "missing-attribute":
      guard ResourceType.interactions.field(at: value) != nil else {
        throw .badChoice(text: text, reason: "interactions have no such attribute")
      }
      missingAttribute = value
    case "extra-attribute":
      guard ResourceType.interactions.field(at: value) == nil, value.allSatisfy(\.isLetter) else {
        throw .badChoice(text: text, reason: "must be letters only, and not an attribute of interactions")
      }
      extraAttribute = value
    case "locked-row":
      guard let id = Int64(value) else { throw .badChoice(text: text, reason: "is not the id of a row") }
      lockedRow = id
    case "parse-code": parseCode = try Self.code(value, text)
    case "create-only-code": createOnlyCode = try Self.code(value, text)
    case "length-code": lengthCode = try Self.code(value, text)
    case "value-code": valueCode = try Self.code(value, text)
    case "required-code": requiredCode = try Self.code(value, text)
    case "changed-code": changedCode = try Self.code(value, text)
    case "locked-code": lockedCode = try Self.code(value, text)
    default: throw .badChoice(text: text, reason: "there is no such choice")
    }
  }

  private static func offset(_ value: String, _ text: String) throws(SandboxError) -> Int64 {
    // Noon at that offset, so that the difference is the offset.
    guard let time = Timestamp(parsing: "1970-01-01T12:00:00\(value)") else {
      throw .badChoice(text: text, reason: "the value must be an offset such as -08:00")
    }
    return 43_200 - time.seconds
  }

  private static func code(_ value: String, _ text: String) throws(SandboxError) -> String {
    guard !value.isEmpty, value.count <= 30 else {
      throw .badChoice(text: text, reason: "the value must be a code such as 27024")
    }
    return value
  }
}
