package import Catalog
import JSON

/// Compares a record with a patch as a whole.
extension PatchChanges {
  /// Returns the first element that is to be changed, does not exist, and cannot be created by that.
  package func missingElement(in image: RecordImage) -> ElementUpdate? {
    updates.first { $0.keyed == nil && !$0.isBelowAnElement && image.element(of: $0) == nil }
  }

  /// Returns whether the record already is as asked, so that nothing must be sent.
  package func areMet(by image: RecordImage, in resource: ResourceType) -> Bool {
    creations.isEmpty && !hasMoreThanStates && areStatesMet(by: image, in: resource)
  }

  /// Indicates that it sets something that cannot be read again: a command or an enclosure.
  var hasMoreThanStates: Bool { placed.contains { $0.change.isTrigger || $0.change.isEnclosure } }

  /// Returns whether the readable part of the patch is as asked.
  ///
  /// - Parameter isTidied: accepts a text that may be the site's version of the one that was sent.
  func areStatesMet(
    by image: RecordImage, in resource: ResourceType, tidied isTidied: Bool = false
  ) -> Bool {
    held(against: image).allSatisfy { $0.isMet(tidied: isTidied) }
      && references(in: resource).allSatisfy { list, id in image.refers(to: id, in: list) }
  }

  /// Returns whether the values that the patch touches are unchanged.
  func areAsBefore(_ before: RecordImage, _ now: RecordImage, in resource: ResourceType) -> Bool {
    held(against: now).allSatisfy { before.sight(of: $0.placed) == $0.sight }
      && references(in: resource).allSatisfy { list, id in
        before.refers(to: id, in: list) == now.refers(to: id, in: list)
      }
  }

  /// Returns the additions to lists of references; such a reference exists or not, no matter which client added it.
  func references(in resource: ResourceType) -> [(list: String, id: JSONValue)] {
    creations.compactMap { creation in creation.reference(in: resource).map { (creation.list, $0) } }
  }
}
