package import Catalog

/// One attribute that a patch sets, and where.
public struct PlacedChange: Sendable, Hashable {
  public var change: AttributeChange
  /// The element that it is an attribute of; nil for the record's own.
  public var element: ElementUpdate?

  package init(change: AttributeChange, element: ElementUpdate? = nil) {
    self.change = change
    self.element = element
  }

  /// Where the attribute stands.
  public var place: AttributePlace {
    AttributePlace(change.path, list: element?.list, element: element?.key)
  }

  /// What the catalogue says of the attributes beside it, and of it.
  package func fields(in resource: ResourceType) -> [Field] {
    guard let element else { return resource.fields }
    return resource.list(at: element.list)?.fields ?? []
  }

  /// What the catalogue says of the attribute; nil for one of the site's own.
  package func field(in resource: ResourceType) -> Field? {
    fields(in: resource).first { $0.path == change.path }
  }
}

extension ElementUpdate {
  var placed: [PlacedChange] { attributes.map { PlacedChange(change: $0, element: self) } }
}

extension PatchChanges {
  /// The walk over everything that gets a value, the one there is: the record's own attributes, then those of elements,
  /// each in the body's order.
  ///
  /// Whoever looks, plans, confirms, verifies or puts back takes it, or holds it against a record
  /// (`held(against:)`).
  public var placed: [PlacedChange] {
    attributes.map { PlacedChange(change: $0) } + updates.flatMap(\.placed)
  }

  /// Adds a change, to the element that it belongs to or to the record's own attributes.
  package mutating func add(_ placed: PlacedChange) {
    guard let element = placed.element else {
      attributes.append(placed.change)
      return
    }
    if let last = updates.last, last.list == element.list, last.key == element.key {
      updates[updates.count - 1].attributes.append(placed.change)
    } else {
      updates.append(
        ElementUpdate(
          list: element.list, selector: element.selector, key: element.key, attributes: [placed.change]))
    }
  }
}
