public import Catalog
public import Records
public import Staging
import Synchronization

/// Returns the changes of a row that was carried out, from its patch and from its record right before.
///
/// They have the form of a plan, so that there is only one form to show and count.
public final class CarriedOutChanges: Sendable {
  private let resource: ResourceType
  /// The patches that were read last: most rows of a sheet ask for the same as others.
  private let known = Mutex<[Asked: PatchChanges]>([:])

  private struct Asked: Hashable {
    var patch: String
    var element: ElementAddress?

    /// The longest patch, in bytes; longer ones rarely occur twice.
    static let longest = 256
    static let limit = 1_024
  }

  public init(resource: ResourceType) { self.resource = resource }

  /// Returns everything the row asked for; values that were already so, or not read before, are marked.
  public func callAsFunction(_ row: CarriedOutRow) -> [PlannedChange] {
    let changes = changes(of: Asked(patch: row.patch, element: row.element))
    guard let snapshot = row.snapshot else {
      return changes.planned(on: RecordImage(id: row.recordID), of: resource).map { change in
        var change = change
        (change.isRead, change.isAsAsked, change.now) = (false, false, nil)
        return change
      }
    }
    return changes.planned(on: snapshot.image, of: resource)
  }

  private func changes(of asked: Asked) -> PatchChanges {
    guard asked.patch.utf8.count <= Asked.longest else {
      return resource.changes(inText: asked.patch, element: asked.element)
    }
    if let changes = known.withLock({ $0[asked] }) { return changes }
    let changes = resource.changes(inText: asked.patch, element: asked.element)
    known.withLock { known in
      if known.count >= Asked.limit { known = [:] }
      known[asked] = changes
    }
    return changes
  }
}
