package import Catalog
package import JSON

/// The content of a record at the place of a change.
package enum Sight: Equatable {
  /// The value there; `nil` if the record has no such attribute.
  case value(JSONValue?)
  /// The element does not exist, and a patch cannot create it.
  case noElement
  case unreadable(Unreadable)
}

/// The reason nothing can be read at the place of a change.
package enum Unreadable: Equatable {
  /// A command, which leaves nothing to read.
  case command
  /// The bytes of an enclosure.
  case bytes
  /// An attribute in a list below an element; those lists are not read.
  case belowAnElement
}

/// One attribute that a patch sets, compared with a record.
@dynamicMemberLookup
package struct HeldChange {
  package var placed: PlacedChange
  package var sight: Sight

  package subscript<Value>(dynamicMember member: KeyPath<PlacedChange, Value>) -> Value {
    placed[keyPath: member]
  }

  /// The record's value there; `nil` if there is none, or none can be read.
  package var now: JSONValue? { if case .value(let now) = sight { now } else { nil } }

  /// Returns whether the record needs no change there, as far as that can be read; if in doubt, it needs one.
  ///
  /// - Parameter isTidied: accepts a text that may be the site's version of the one that was sent.
  func isMet(tidied isTidied: Bool) -> Bool {
    switch sight {
    case .value(let now): placed.change.isMet(by: now, tidied: isTidied)
    case .noElement, .unreadable(.belowAnElement): false
    case .unreadable: true
    }
  }
}

extension PatchChanges {
  /// Returns everything that gets a value, with the record's content there.
  package func held(against image: RecordImage) -> [HeldChange] {
    placed.map { HeldChange(placed: $0, sight: image.sight(of: $0)) }
  }
}

extension PlacedChange {
  /// The reason the record's content there cannot be read; `nil` if it can.
  package var unreadable: Unreadable? {
    if element?.isBelowAnElement == true { return .belowAnElement }
    if change.isTrigger { return .command }
    return change.isEnclosure ? .bytes : nil
  }
}

extension ElementUpdate {
  /// Indicates that it belongs to another element, in a list that is not read.
  var isBelowAnElement: Bool { list.contains("/") }

  /// Returns `thread 99`, for messages.
  package func singular(in resource: ResourceType) -> String {
    "\(resource.list(at: list)?.singular ?? list) \(AttributePlace.word(of: key))"
  }
}

extension RecordImage {
  func sight(of placed: PlacedChange) -> Sight {
    let reason = placed.unreadable
    guard let update = placed.element else {
      return reason.map(Sight.unreadable) ?? .value(values[placed.change.path])
    }
    if reason == .belowAnElement { return .unreadable(.belowAnElement) }
    guard let element = element(of: update) else { return update.keyed == nil ? .noElement : .value(nil) }
    return reason.map(Sight.unreadable) ?? .value(element.value(at: placed.change.path.split(separator: ".")))
  }

  /// Returns the element that a patch changes.
  package func element(of update: ElementUpdate) -> JSONObject? {
    lists[update.list]?.first(where: update.isOf)
  }

  /// Returns whether a list of references contains this one.
  func refers(to id: JSONValue, in list: String) -> Bool { lists[list]?.contains { $0["id"] == id } == true }

  /// Returns the elements of a list with keys in a range, which shows when they were created.
  ///
  /// One look saw none above `low`, a later one none above `high`.
  package func elements(
    of list: String, above low: Int64, upTo high: Int64 = .max, in resource: ResourceType
  ) -> [(id: Int64, element: JSONObject)] {
    let selector = resource.selector(of: list)
    return (lists[list] ?? []).compactMap { element in
      guard let id = element[selector]?.integer, id > low, id <= high else { return nil }
      return (id, element)
    }
  }
}

extension AttributeChange {
  /// Returns whether a record with this value needs no change; if in doubt, it needs one.
  package func isMet(by actual: JSONValue?, tidied isTidied: Bool = false) -> Bool {
    if Agreement(wanted: value, actual: actual, kind: kind) == .same { return true }
    return isTidied && value.isLikeText(actual)
  }
}
