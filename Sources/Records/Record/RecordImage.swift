public import JSON

/// The asked-for part of one record as the site has it now, in the form a patch would write it.
public struct RecordImage: Sendable, Equatable {
  public var id: Int64
  /// What changes whenever the record does: B2C Service's `updatedTime`, Fusion's ETag or `changeIndicator`.
  public var token: String?
  /// Attribute path → value.
  ///
  /// Menus and references are `{"id": N, "lookupName": "…"}`, without the name where the
  /// site does not tell it (of references it may not); points in time are `yyyy-MM-ddTHH:mm:ssZ`; null is null; an
  /// attribute that the record does not have is absent, which is not the same. What does not fit its type is as the
  /// site wrote it.
  public var values: [String: JSONValue]
  /// List → its elements in the order of their ids, with the asked-for attributes.
  public var lists: [String: [JSONObject]]

  public init(
    id: Int64, token: String? = nil, values: [String: JSONValue] = [:],
    lists: [String: [JSONObject]] = [:]
  ) {
    self.id = id
    self.token = token
    self.values = values
    self.lists = lists
  }
}
