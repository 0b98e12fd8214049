/// One element of a list, such as thread 3 of an incident.
public struct ElementAddress: Sendable, Hashable {
  /// The list's name, such as `threads`; for a list that hangs on another element, the way to it in names and
  /// ids, such as `smartActions/5/UserActionURLBinding`, which `ResourceType.list(at:)` reads.
  public var list: String
  /// What the attribute that names an element says; the site knows which address that is.
  public var id: Int64

  public init(list: String, id: Int64) {
    self.list = list
    self.id = id
  }
}
