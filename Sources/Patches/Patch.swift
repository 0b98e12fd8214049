public import JSON
public import Records

/// A validated partial update of one record, made only by `PatchBuilder`.
public struct Patch: Sendable, Hashable {
  /// The record it is for.
  public var key: RecordKey
  /// The request body in the API's own form: only the changes.
  ///
  /// It is empty only if all of them come from the record (`RowCompletion`).
  /// A body whose only member is an enclosure goes to the enclosure's address as bytes, see `PatchChanges.enclosure`.
  public var body: JSONObject
  /// The body with the places where values of the record go (`LiveText`); `nil` if there are none.
  public var live: JSONObject?
  /// The list element that the body is for, if it goes to the element's own address instead of the record's.
  public var element: ElementAddress?
  /// Indicates that sending it twice has the same effect as once; false once it creates an element.
  public var isIdempotent: Bool
  /// The dotted paths of changes that cannot be undone, such as `threads.append`.
  public var irreversible: [String]

  public init(
    key: RecordKey, body: JSONObject, element: ElementAddress? = nil, isIdempotent: Bool,
    irreversible: [String] = []
  ) {
    self.key = key
    self.body = body
    self.element = element
    self.isIdempotent = isIdempotent
    self.irreversible = irreversible
  }
}

/// The key by which a row names its record.
public enum RecordKey: Sendable, Hashable {
  /// The key in the URL.
  case id(RecordID)
  /// Another attribute, to be looked up before anything is sent, such as `referenceNumber`.
  case alternate(attribute: String, value: String)

  /// The key as the sheet has it.
  public var text: String {
    switch self {
    case .id(let id): id.text
    case .alternate(_, let value): value
    }
  }
}
