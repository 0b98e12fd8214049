public import Catalog
public import Records
public import Staging
import Synchronization

/// Returns the changes of a row that was carried out, from its patch and from its record right before.
///
/// They have the form of a plan, so that there is only one form to show and count.
public final class CarriedOutChanges: Sendable {
  private let resource: ResourceType
  // Most rows of a sheet ask for the same as others.
  private let changes = RememberedPatches<PatchChanges>()
  private let unread = RememberedPatches<[PlannedChange]>()

  public init(resource: ResourceType) { self.resource = resource }

  /// Returns everything the row asked for; values that were already so, or not read before, are marked.
  public func callAsFunction(_ row: CarriedOutRow) -> [PlannedChange] {
    guard let snapshot = row.snapshot else {
      return unread.value(for: row) {
        resource.changes(inText: row.patch, element: row.element).planned(
          on: RecordImage(id: row.recordID), of: resource
        ).map { change in
          var change = change
          (change.isRead, change.isAsAsked, change.now) = (false, false, nil)
          return change
        }
      }
    }
    let changes = changes.value(for: row) { resource.changes(inText: row.patch, element: row.element) }
    return changes.planned(on: snapshot.image, of: resource)
  }
}

/// What was made of the patches that came last, whatever their records.
private final class RememberedPatches<Value: Sendable>: Sendable {
  private struct Patch: Hashable {
    /// In UTF-8: texts that Swift calls equal may have been sent in other characters.
    var body: [UInt8]
    var element: ElementAddress?
  }

  private let values = Mutex<[Patch: Value]>([:])

  /// The longest patch, in bytes; longer ones rarely occur twice.
  private static var longest: Int { 256 }
  private static var limit: Int { 1_024 }

  func value(for row: CarriedOutRow, _ make: () -> Value) -> Value {
    guard row.patch.utf8.count <= Self.longest else { return make() }
    let patch = Patch(body: Array(row.patch.utf8), element: row.element)
    if let value = values.withLock({ $0[patch] }) { return value }
    let value = make()
    values.withLock { values in
      if values.count >= Self.limit { values = [:] }
      values[patch] = value
    }
    return value
  }
}
