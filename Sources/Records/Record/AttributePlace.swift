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

  /// The text for messages, and the key in the run file: `assignedTo.account`, `threads[99].text`, `emails[0].address`.
  public var description: String {
    let element = element.map { "[\(AttributePlace.word(of: $0))]" } ?? ""
    return [list.map { $0 + element }, attribute].compactMap { $0 }.joined(separator: ".")
  }

  /// Returns the key of an element as people write it: `99`, `0` for the id of a menu value, `account=3,day="…"`.
  package static func word(of key: JSONValue) -> String {
    guard let object = key.object else { return key.text() }
    if object.count == 1, let value = object["id"] ?? object["lookupName"] { return value.text() }
    return object.map { "\($0.name)=\(word(of: $0.value))" }.joined(separator: ",")
  }
}
