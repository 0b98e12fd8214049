package import Catalog
package import JSON

/// What a record shows at the place of a change.
package enum Sight: Equatable {
  /// The value there; nil where the record has no such attribute.
  case value(JSONValue?)
  /// The element is not there.
  case noElement
  case unreadable(Unreadable)
}

/// Why nothing can be read at the place of a change.
package enum Unreadable: Equatable {
  /// It is a command, which leaves nothing to read.
  case command
  /// It is the bytes of an enclosure.
  case bytes
  /// It is an attribute in a list below an element, and those are not read.
  case belowAnElement
}

/// One attribute that a patch sets, held against a record.
@dynamicMemberLookup
package struct HeldChange {
  package var placed: PlacedChange
  package var sight: Sight

  package subscript<Value>(dynamicMember member: KeyPath<PlacedChange, Value>) -> Value {
    placed[keyPath: member]
  }

  /// The value that the record has there; nil where there is none, or none can be read.
  package var now: JSONValue? { if case .value(let now) = sight { now } else { nil } }

  /// Whether the record has nothing left to do there, as far as that can be read; when in doubt, it has.
  ///
  /// - Parameter isTidied: whether a text may be what a site has made of the one that was sent.
  func isMet(tidied isTidied: Bool) -> Bool {
    switch sight {
    case .value(let now): placed.change.isMet(by: now, tidied: isTidied)
    case .noElement, .unreadable(.belowAnElement): false
    case .unreadable: true
    }
  }
}

extension PatchChanges {
  /// Everything that gets a value, with what a record has there.
  package func held(against image: RecordImage) -> [HeldChange] {
    placed.map { HeldChange(placed: $0, sight: image.sight(of: $0)) }
  }
}

extension PlacedChange {
  /// Why it cannot be read what the record has there; nil when it can.
  package var unreadable: Unreadable? {
    if element?.isBelowAnElement == true { return .belowAnElement }
    if change.isTrigger { return .command }
    return change.isEnclosure ? .bytes : nil
  }
}

extension ElementUpdate {
  /// Whether it hangs on another element, in a list that is not read.
  var isBelowAnElement: Bool { list.contains("/") }

  /// `thread 99`, for messages.
  package func singular(in resource: ResourceType) -> String {
    "\(resource.list(at: list)?.singular ?? list) \(key.text())"
  }
}

extension RecordImage {
  func sight(of placed: PlacedChange) -> Sight {
    let reason = placed.unreadable
    guard let update = placed.element else {
      return reason.map(Sight.unreadable) ?? .value(values[placed.change.path])
    }
    if reason == .belowAnElement { return .unreadable(.belowAnElement) }
    guard let element = element(of: update) else { return .noElement }
    return reason.map(Sight.unreadable) ?? .value(element.value(at: placed.change.path.split(separator: ".")))
  }

  /// The element that a patch changes.
  func element(of update: ElementUpdate) -> JSONObject? {
    lists[update.list]?.first { $0[update.selector] == update.key }
  }

  /// Whether a list of references has this one.
  func refers(to id: JSONValue, in list: String) -> Bool { lists[list]?.contains { $0["id"] == id } == true }

  /// The elements of a list with keys in that range, which tell when they were made: one look saw none above `low`, a
  /// later one none above `high`.
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
  /// Whether a record with this value has nothing left to do; when in doubt, it has.
  package func isMet(by actual: JSONValue?, tidied isTidied: Bool = false) -> Bool {
    if Agreement(wanted: value, actual: actual, kind: kind) == .same { return true }
    return isTidied && value.isLikeText(actual)
  }
}
