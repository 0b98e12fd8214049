package import Catalog
import JSON

/// What has become of a write whose answer was lost, as far as the record tells.
package enum LostWrite {
  case carriedOut
  case notFound
  /// Nothing has changed, and nothing would have: what a service makes of our texts was there before.
  case withoutTrace
  case changedByOthers
  /// What it adds may be there or not.
  case untraceable
}

extension PatchChanges {
  /// Tells from what the record was right before the write, and what it is now.
  package func fate(before: Snapshot, now: RecordImage, in resource: ResourceType) -> LostWrite {
    // A patch is carried out whole or not at all, so what it creates tells; nobody else writes our text above
    // the mark in that moment.
    let made = creations.filter { $0.reference(in: resource) == nil }
    if !made.isEmpty {
      let traces = made.compactMap { $0.trace(above: before, in: now, resource) }
      if traces.contains(.found) { return .carriedOut }
      return traces.isEmpty || traces.contains(.doubtful) ? .untraceable : .notFound
    }
    // A command leaves nothing to read, but it was carried out if what came with it was, or what it sets along.
    let areAsBefore = areAsBefore(before.image, now, in: resource)
    let isTold = !areAsBefore || !hasMoreThanStates || hasSetAlong(since: before, now, in: resource)
    if isTold, areStatesMet(by: now, in: resource) { return .carriedOut }
    // What the site has made of our texts counts as ours, if there is anything new at all.
    if areStatesMet(by: now, in: resource, tidied: true) { return areAsBefore ? .withoutTrace : .carriedOut }
    return areAsBefore ? .notFound : .changedByOthers
  }
}

extension PatchChanges {
  /// Whether something that the service sets with a command, such as the time of an end, is not what it was.
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
    /// There is a new one that a service may have made of ours.
    case doubtful
  }

  /// Whether an element like this was made since the record was looked at; `nil` when that cannot be told: its list
  /// is not read, or nothing sets it apart.
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
