public import JSON

/// The requested part of one record as the site has it now, in the form of a patch.
public struct RecordImage: Sendable, Equatable {
  public var id: RecordID
  /// The value that changes whenever the record does: B2C Service's `updatedTime`, Fusion's ETag or
  /// `changeIndicator`.
  public var token: String?
  /// Attribute path → value.
  ///
  /// Menus and references are `{"id": N, "lookupName": "…"}`, without the name if the site does not give it (it may
  /// not for references). Points in time are `yyyy-MM-ddTHH:mm:ssZ`. Null is null. An attribute that the record does
  /// not have is absent, which is not the same. A value that does not fit its type is as the site wrote it.
  public var values: [String: JSONValue]
  /// List → its elements in the order of their ids, with the requested attributes.
  public var lists: [String: [JSONObject]]

  public init(
    id: RecordID, token: String? = nil, values: [String: JSONValue] = [:],
    lists: [String: [JSONObject]] = [:]
  ) {
    self.id = id
    self.token = token
    self.values = values
    self.lists = lists
  }
}
