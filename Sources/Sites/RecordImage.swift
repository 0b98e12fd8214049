public import Catalog
public import JSON

/// What to read of which records, in as few requests as the API allows.
public struct ReadRequest: Sendable, Equatable {
  /// The records, as many as the caller likes; the connection chunks them.
  public var ids: [Int64]
  /// Dotted paths of the records' own attributes, as the catalogue spells them.
  public var attributes: [String]
  /// Lists that are wanted whole, and of their elements these attributes; the element's id always comes along.
  public var lists: [String: [String]]
  /// The types of the site's own attributes, where somebody knows them; the others cost B2C Service a request for
  /// each record, and come back as the site writes them.
  public var kinds: [String: Field.Kind]

  public init(
    ids: [Int64], attributes: [String], lists: [String: [String]] = [:],
    kinds: [String: Field.Kind] = [:]
  ) {
    self.ids = ids
    self.attributes = attributes
    self.lists = lists
    self.kinds = kinds
  }
}

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
