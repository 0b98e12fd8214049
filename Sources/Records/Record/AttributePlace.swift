public import JSON

/// The place of a value: an attribute of the record, or of an element of one of its lists.
///
/// Plans, kept changes of a rollback, and verifications all use this form.
public struct AttributePlace: Sendable, Hashable, CustomStringConvertible {
  /// The list that contains the element; `nil` for the record itself.
  public var list: String?
  /// The element's key; `nil` for an addition to the list as a whole.
  public var element: JSONValue?
  /// The dotted path; `nil` for the element as a whole.
  public var attribute: String?

  public init(_ attribute: String?, list: String? = nil, element: JSONValue? = nil) {
    self.attribute = attribute
    self.list = list
    self.element = element
  }

  /// The text for messages, and the key in the run file: `assignedTo.account`, `threads[99].text`, `threads`.
  public var description: String {
    let element = element.map { "[\($0.text())]" } ?? ""
    return [list.map { $0 + element }, attribute].compactMap { $0 }.joined(separator: ".")
  }
}
