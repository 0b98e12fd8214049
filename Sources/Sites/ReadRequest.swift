public import Catalog

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
