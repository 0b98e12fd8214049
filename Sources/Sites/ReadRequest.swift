public import Catalog
public import Records

/// The attributes to read of some records, in as few requests as the API allows.
public struct ReadRequest: Sendable, Equatable {
  /// The records, any number of them; the connection splits them into chunks.
  public var ids: [RecordID]
  /// Dotted paths of the records' own attributes, as the catalogue spells them.
  public var attributes: [String]
  /// Lists to read in full, with these attributes of their elements; the element's id always comes along.
  public var lists: [String: [String]]
  /// The types of custom fields, if known.
  ///
  /// Others cost B2C Service a request for each record, and come back as the site writes them.
  public var kinds: [String: Field.Kind]

  public init(
    ids: [RecordID], attributes: [String], lists: [String: [String]] = [:],
    kinds: [String: Field.Kind] = [:]
  ) {
    self.ids = ids
    self.attributes = attributes
    self.lists = lists
    self.kinds = kinds
  }
}
