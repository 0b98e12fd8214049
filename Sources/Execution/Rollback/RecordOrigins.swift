import Catalog
import JSON
import Patches
public import Staging

/// What a record was before the first of several rows that changed it: where putting them back leads in the end.
///
/// A step on the way needs nothing any more when the record is there already, and what the service changes along
/// is set right by the last step alone.
public struct RecordOrigins: Sendable {
  /// Place → the first row that changed it, and what it was before.
  private var values: [String: (row: Int, value: JSONValue)] = [:]
  /// Attribute that changes along → the first row that let it.
  private var companions: [String: Int] = [:]
  private let resource: ResourceType

  /// - Parameter rows: those of the record that are put back, in the order of the sheet.
  public init(_ rows: [CarriedOutRow], _ builder: RollbackBuilder) {
    resource = builder.resource
    for row in rows {
      guard let built = builder.build(row, number: 0) else { continue }
      for (place, value) in places(of: built) where values[place] == nil {
        values[place] = (row.number, value)
      }
      for (path, _) in built.expected.companions where companions[path] == nil {
        companions[path] = row.number
      }
    }
  }

  /// Adds to a row of the record what it needs to know of the earlier ones.
  public func complete(_ row: inout RollbackRow) {
    for (place, value) in places(of: row) {
      guard let first = values[place], first.row < row.source.number, first.value != value else { continue }
      row.expected.origins[place] = first.value
    }
    for (path, _) in row.expected.companions where companions[path] != row.source.number {
      row.expected.companions[path] = nil
    }
  }

  /// What a row puts back, by place.
  private func places(of row: RollbackRow) -> [(String, JSONValue)] {
    guard let patch = row.patch else { return [] }
    let changes = resource.changes(in: patch.body, element: patch.element.map { ($0.list, $0.id) })
    return changes.attributes.map { ($0.path, $0.value) }
      + changes.updates.flatMap { update in
        update.attributes.map { (update.place(of: $0.path).description, $0.value) }
      }
  }
}
