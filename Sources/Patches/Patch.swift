public import JSON
public import Records

/// A validated, non-empty partial update of one record; it can only come out of `PatchBuilder`.
public struct Patch: Sendable, Hashable {
  /// The record it is for.
  public var key: RecordKey
  /// The request body in the API's own form: only what changes.
  ///
  /// A body whose only member is an enclosure goes to the enclosure's address as bytes, which
  /// `PatchChanges.enclosure` tells.
  public var body: JSONObject
  /// The list element the body is for, when it goes to the element's own address and not to the record's.
  public var element: ElementAddress?
  /// Whether sending it twice leaves the record as sending it once; false as soon as it creates an element.
  public var isIdempotent: Bool
  /// Dotted paths of what it does that cannot be undone, such as `threads.append`.
  public var irreversible: [String]

  public init(
    key: RecordKey, body: JSONObject, element: ElementAddress? = nil, isIdempotent: Bool,
    irreversible: [String] = []
  ) {
    precondition(!body.isEmpty, "a patch changes something")
    self.key = key
    self.body = body
    self.element = element
    self.isIdempotent = isIdempotent
    self.irreversible = irreversible
  }
}

/// How a row names its record.
public enum RecordKey: Sendable, Hashable {
  /// By the integer that stands in the URL.
  case id(Int64)
  /// By another attribute, to be looked up before anything is sent, such as `referenceNumber`.
  case alternate(attribute: String, value: String)

  /// The key as the sheet has it.
  public var text: String {
    switch self {
    case .id(let id): String(id)
    case .alternate(_, let value): value
    }
  }
}
