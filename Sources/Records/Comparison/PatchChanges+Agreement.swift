package import Catalog
import JSON

/// Whether a record is as a patch asks.
extension PatchChanges {
  /// The first element that is to be changed and does not exist.
  package func missingElement(in image: RecordImage) -> ElementUpdate? {
    updates.first { !$0.isBelowAnElement && image.element(of: $0) == nil }
  }

  /// Whether the record already is as asked, so that nothing has to be sent.
  package func areMet(by image: RecordImage, in resource: ResourceType) -> Bool {
    creations.isEmpty && !hasMoreThanStates && areStatesMet(by: image, in: resource)
  }

  /// Whether it sets something that cannot be read again: a command or an enclosure.
  var hasMoreThanStates: Bool { placed.contains { $0.change.isTrigger || $0.change.isEnclosure } }

  /// Whether what can be read again of the patch is as asked.
  ///
  /// - Parameter isTidied: whether a text may be what a site has made of the one that was sent.
  func areStatesMet(
    by image: RecordImage, in resource: ResourceType, tidied isTidied: Bool = false
  ) -> Bool {
    held(against: image).allSatisfy { $0.isMet(tidied: isTidied) }
      && references(in: resource).allSatisfy { list, id in image.refers(to: id, in: list) }
  }

  /// Whether what the patch touches still is what it was.
  func areAsBefore(_ before: RecordImage, _ now: RecordImage, in resource: ResourceType) -> Bool {
    held(against: now).allSatisfy { before.sight(of: $0.placed) == $0.sight }
      && references(in: resource).allSatisfy { list, id in
        before.refers(to: id, in: list) == now.refers(to: id, in: list)
      }
  }

  /// What lists of references get; such a reference is there or not, whoever has put it there.
  func references(in resource: ResourceType) -> [(list: String, id: JSONValue)] {
    creations.compactMap { creation in creation.reference(in: resource).map { (creation.list, $0) } }
  }
}
