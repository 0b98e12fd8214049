package import Catalog

/// One attribute that a patch sets, and its place.
public struct PlacedChange: Sendable, Hashable {
  public var change: AttributeChange
  /// The element that has the attribute; `nil` for the record's own.
  public var element: ElementUpdate?

  package init(change: AttributeChange, element: ElementUpdate? = nil) {
    self.change = change
    self.element = element
  }

  /// The place of the attribute.
  public var place: AttributePlace {
    AttributePlace(change.path, list: element?.list, element: element?.key)
  }

  /// The attribute's path with its lists, without elements: `threads.entryType`.
  var namePlace: String {
    let lists = element.map { ResourceType.names(ofListAt: $0.list) } ?? []
    return (lists + [change.path]).joined(separator: ".")
  }

  /// Returns the catalogue's entries of the attribute and its siblings.
  package func fields(in resource: ResourceType) -> [Field] {
    guard let element else { return resource.fields }
    return resource.list(at: element.list)?.fields ?? []
  }

  /// Returns the catalogue's entry of the attribute; `nil` for a custom field.
  package func field(in resource: ResourceType) -> Field? {
    fields(in: resource).first(at: change.path)
  }
}

extension ElementUpdate {
  var placed: [PlacedChange] { attributes.map { PlacedChange(change: $0, element: self) } }
}

extension PatchChanges {
  /// Everything that gets a value: the record's own attributes, then those of elements, in the body's order.
  ///
  /// This is the only walk over the changes. Looks, plans, confirmations, verifications and rollbacks use it, or
  /// compare it with a record (`held(against:)`).
  public var placed: [PlacedChange] {
    attributes.map { PlacedChange(change: $0) } + updates.flatMap(\.placed)
  }

  /// Adds a change to its element, or to the record's own attributes.
  package mutating func add(_ placed: PlacedChange) {
    guard let element = placed.element else {
      attributes.append(placed.change)
      return
    }
    if let last = updates.last, last.list == element.list, last.key == element.key {
      updates[updates.count - 1].attributes.append(placed.change)
    } else {
      updates.append(element.with([placed.change]))
    }
  }
}
