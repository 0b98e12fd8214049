public import JSON

/// Where a value stands: an attribute of the record, or of an element of one of its lists.
///
/// The plan, what a rollback keeps and what a verification finds all name it like this.
public struct AttributePlace: Sendable, Hashable, CustomStringConvertible {
  /// The list that the element is of; `nil` for the record itself.
  public var list: String?
  /// The element's key; `nil` where the list as a whole is meant, to which something is added.
  public var element: JSONValue?
  /// The dotted path; `nil` where the element as a whole is meant.
  public var attribute: String?

  public init(_ attribute: String?, list: String? = nil, element: JSONValue? = nil) {
    self.attribute = attribute
    self.list = list
    self.element = element
  }

  /// For people, and as a key in the run file: `assignedTo.account`, `threads[99].text`, `threads`.
  public var description: String {
    let element = element.map { "[\($0.text())]" } ?? ""
    return [list.map { $0 + element }, attribute].compactMap { $0 }.joined(separator: ".")
  }
}
