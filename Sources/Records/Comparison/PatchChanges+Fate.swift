package import Catalog
import JSON

/// The fate of a write whose answer was lost, as far as the record tells.
package enum LostWrite {
  case carriedOut
  case notFound
  /// Nothing has changed, and nothing would have: the service's version of our texts was there before.
  case withoutTrace
  case changedByOthers
  /// Of the requests that it takes, some were carried out, and others not.
  case inPart
  /// The addition may exist or not.
  case untraceable
}

extension PatchChanges {
  /// Returns the fate of the write, from the record right before it and the record now.
  package func fate(before: Snapshot, now: RecordImage, in resource: ResourceType) -> LostWrite {
    // A patch is carried out completely or not at all, so its creations tell. No other client writes our text above
    // the mark in that moment.
    let made = creations.filter { $0.reference(in: resource) == nil }
    if !made.isEmpty {
      let traces = made.compactMap { $0.trace(above: before, in: now, resource) }
      if traces.contains(.found) { return .carriedOut }
      return traces.isEmpty || traces.contains(.doubtful) ? .untraceable : .notFound
    }
    // A command leaves nothing to read, but it was carried out if its companions or the values it sets were.
    let areAsBefore = areAsBefore(before.image, now, in: resource)
    let isTold = !areAsBefore || !hasMoreThanStates || hasSetAlong(since: before, now, in: resource)
    if isTold, areStatesMet(by: now, in: resource) { return .carriedOut }
    // The site's version of our texts counts as ours, if there is anything new at all.
    if areStatesMet(by: now, in: resource, tidied: true) { return areAsBefore ? .withoutTrace : .carriedOut }
    if areAsBefore { return .notFound }
    return isSentInParts && !left(by: now, since: before, in: resource).isEmpty ? .inPart : .changedByOthers
  }

  /// Indicates that it takes several requests: elements with addresses of their own are written one by one.
  package var isSentInParts: Bool {
    let alone = updates.count { $0.keyed?.hasOwnAddress == true }
    return alone > 1 || alone == 1 && (!attributes.isEmpty || !creations.isEmpty || updates.count > 1)
  }

  /// Returns the changes that a record still needs, if all else is as asked or as before; none if something is not.
  package func left(by now: RecordImage, since before: Snapshot, in resource: ResourceType) -> PatchChanges {
    let before = before.image
    var left = PatchChanges()
    for held in held(against: now) where !held.isMet(tidied: true) {
      guard before.sight(of: held.placed) == held.sight else { return PatchChanges() }
      left.add(held.placed)
    }
    return left
  }
}

extension PatchChanges {
  /// Returns whether an attribute that the service sets with a command, such as the time of an end, has changed.
  private func hasSetAlong(since before: Snapshot, _ now: RecordImage, in resource: ResourceType) -> Bool {
    let commands = attributes.filter(\.isTrigger).map(\.path)
    return resource.companions(of: commands).contains { field in
      // Unless the patch sets it itself.
      guard field.follows.map(commands.contains) == true,
        !attributes.contains(where: { $0.path == field.path })
      else { return false }
      let was = before.values[field.path] ?? .null
      return Agreement(wanted: was, actual: now.values[field.path], kind: field.kind) != .same
    }
  }
}

extension ElementCreation {
  fileprivate enum Trace {
    case found
    case notFound
    /// There is a new one that may be the service's version of ours.
    case doubtful
  }

  /// Searches for an element like this that was created since the look at the record; `nil` if that is impossible.
  ///
  /// It is impossible if its list is not read, or if the element is not distinctive.
  fileprivate func trace(
    above before: Snapshot, in now: RecordImage, _ resource: ResourceType
  ) -> Trace? {
    let attributes = comparable(in: resource)
    guard let mark = before.highWaterMark(of: list), !attributes.isEmpty else { return nil }
    let new = now.elements(of: list, above: mark, in: resource).map(\.element)
    if new.contains(where: { isLike($0, in: resource) }) { return .found }
    let isDoubtful = new.contains { element in
      attributes.allSatisfy { $0.isLike(element[$0.name]) || $0.resembles(element[$0.name]) }
    }
    return isDoubtful ? .doubtful : .notFound
  }
}

extension ElementCreation.Comparable {
  fileprivate func resembles(_ actual: JSONValue?) -> Bool {
    guard let wanted = value.string, let actual = actual?.string else { return false }
    return NormalizedText(wanted).resembles(NormalizedText(actual))
  }
}
