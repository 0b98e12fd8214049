public import Catalog
public import Records
public import Staging

/// Tells what a row that was carried out has changed: from its patch, and from its record as it was right before.
///
/// In the form of a plan, so that whoever shows or counts changes has only one to know.
public struct CarriedOutChanges: Sendable {
  private let resource: ResourceType

  public init(resource: ResourceType) { self.resource = resource }

  /// Everything that the row asked for: what already was so is marked, and what was not read before as well.
  public func callAsFunction(_ row: CarriedOutRow) -> [PlannedChange] {
    let changes = resource.changes(inText: row.patch, element: row.element)
    guard let snapshot = row.snapshot else {
      return changes.planned(on: RecordImage(id: row.recordID), of: resource).map { change in
        var change = change
        (change.isRead, change.isAsAsked, change.now) = (false, false, nil)
        return change
      }
    }
    return changes.planned(on: snapshot.image, of: resource)
  }
}
