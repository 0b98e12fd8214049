public import JSON

/// The bytes of an enclosure, which go to `…/enclosure/{attribute}` as they are and not into a PATCH.
public struct Enclosure: Sendable, Hashable {
  /// The attribute, which is the last step of the address.
  public var attribute: String
  /// The bytes in base64.
  public var base64: String
}

extension ResourceType {
  /// The enclosure that a body stands for, when its only member is one; nil for the body of a PATCH.
  ///
  /// `element` is the list element the body is for, as in `changes(in:element:)`.
  public func enclosure(in body: JSONObject, element: (list: String, id: Int64)? = nil) -> Enclosure? {
    guard body.count == 1, let (name, value) = body.first, let bytes = value.string else { return nil }
    let field = element.map { list(at: $0.list)?.field(name) } ?? field(at: name)
    return field?.isEnclosure == true ? Enclosure(attribute: name, base64: bytes) : nil
  }
}
