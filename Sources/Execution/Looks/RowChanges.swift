import Catalog
import JSON
import Records
import Sites
import Staging

/// A row and its changes: its patch is read once for all questions about it.
struct RowChanges: Sendable {
  let row: StagedRow
  let changes: PatchChanges

  var number: Int { row.number }
  var recordID: RecordID { row.recordID }

  init(_ row: StagedRow, in resource: ResourceType) {
    self.row = row
    changes = resource.changes(inText: row.patch, element: row.element)
  }
}

extension ReadRequest {
  /// Creates the request for the parts of records that are compared with rows.
  ///
  /// - Parameter rows: each with the depth of reading in lists that it adds to.
  init(_ rows: [(RowChanges, creations: PatchChanges.ListDepth)], of resource: ResourceType) {
    self.init(ids: [], attributes: [])
    var seenIDs: Set<RecordID> = []
    var seenAttributes: Set<String> = []
    for (row, creations) in rows {
      let changes = row.changes
      if seenIDs.insert(row.recordID).inserted { ids.append(row.recordID) }
      for placed in changes.placed where placed.field(in: resource) == nil {
        let change = placed.change
        let path = [placed.element?.list, change.path].compactMap(\.self).joined(separator: ".")
        kinds[path] = change.kind ?? kinds[path] ?? change.value.likelyKind
      }
      for path in changes.readableAttributes + changes.companions(in: resource)
      where seenAttributes.insert(path).inserted { attributes.append(path) }
      for (list, names) in changes.readableLists(ofCreations: creations, in: resource) {
        for name in names where !lists[list, default: []].contains(name) {
          lists[list, default: []].append(name)
        }
        lists[list, default: []] += []
      }
    }
    // A cleared value says nothing about its type, but the previous value does.
    for (row, _) in rows {
      for (path, value) in row.row.expected?.values ?? JSONObject()
      where resource.field(at: path) == nil && kinds[path] == nil {
        kinds[path] = value.likelyKind
      }
    }
  }
}

extension JSONValue {
  /// The likely type of an undeclared attribute, from the written value.
  var likelyKind: Field.Kind? {
    switch self {
    case .null, .array: nil
    case .decimal: .number()
    case .bool: .boolean
    case .integer: .integer()
    case .string: .string()
    case .object: .menu()
    }
  }
}
