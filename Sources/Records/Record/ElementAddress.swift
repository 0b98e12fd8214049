/// One element of a list, such as thread 3 of an incident.
public struct ElementAddress: Sendable, Hashable {
  /// The list's name, such as `threads`.
  ///
  /// For a list below another element it is the path in names and ids, such as `smartActions/5/UserActionURLBinding`,
  /// which `ResourceType.list(at:)` reads.
  public var list: String
  /// The value of the attribute that identifies an element; the site knows its address.
  public var id: Int64

  public init(list: String, id: Int64) {
    self.list = list
    self.id = id
  }
}
