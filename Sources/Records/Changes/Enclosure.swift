package import Catalog
import JSON

/// The bytes of an enclosure, which go to `…/enclosure/{attribute}` unchanged, not into a PATCH.
public struct Enclosure: Sendable, Hashable {
  /// The attribute, which is the last step of the address.
  public var attribute: String
  /// The bytes in base64.
  public var base64: String
}

extension PatchChanges {
  /// The enclosure in the body, if that is its only member; `nil` for the body of a PATCH.
  public var enclosure: Enclosure? {
    guard creations.isEmpty, let placed = placed.first, attributes.count + updates.count == 1,
      placed.element?.attributes.count ?? 1 == 1, placed.change.isEnclosure,
      let base64 = placed.change.value.string
    else { return nil }
    return Enclosure(attribute: placed.change.path, base64: base64)
  }
}

extension ResourceType {
  /// Indicates that an attribute may have an address of its own.
  package var hasEnclosures: Bool {
    fields.contains(where: \.isEnclosure) || lists.contains(where: \.hasEnclosures)
  }
}

extension ChildList {
  fileprivate var hasEnclosures: Bool {
    fields.contains(where: \.isEnclosure) || lists.contains(where: \.hasEnclosures)
  }
}
