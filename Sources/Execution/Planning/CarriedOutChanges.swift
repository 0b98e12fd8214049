public import Catalog
public import Records
public import Staging

/// Returns the changes of a row that was carried out, from its patch and from its record right before.
///
/// They have the form of a plan, so that there is only one form to show and count.
public struct CarriedOutChanges: Sendable {
  private let resource: ResourceType

  public init(resource: ResourceType) { self.resource = resource }

  /// Returns everything the row asked for; values that were already so, or not read before, are marked.
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
