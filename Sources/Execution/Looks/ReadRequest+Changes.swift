import Catalog
import JSON
import Patches
import Sites
import Staging

extension ReadRequest {
  /// What has to be read of records to hold them against what rows ask for, in one go.
  ///
  /// - Parameters:
  ///   - rows: each row, what it changes, and how much is read of lists that it adds to.
  ///   - customKinds: the types of the site's own attributes, by path, as the job says them.
  init(
    _ rows: [(row: StagedRow, changes: PatchChanges, creations: PatchChanges.ListDepth)],
    customKinds: [String: Field.Kind], of resource: ResourceType
  ) {
    self.init(ids: [], attributes: [])
    var seenIDs: Set<Int64> = []
    var seenAttributes: Set<String> = []
    for (row, changes, creations) in rows {
      if seenIDs.insert(row.recordID).inserted { ids.append(row.recordID) }
      for change in changes.attributes where change.kind == nil {
        kinds[change.path] = customKinds[change.path] ?? kinds[change.path] ?? change.value.likelyKind
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
    // A value that was cleared says nothing of its type, but the one that was there before does.
    for (row, _, _) in rows {
      for (path, value) in row.expected?.values ?? JSONObject()
      where resource.field(at: path) == nil && kinds[path] == nil {
        kinds[path] = value.likelyKind
      }
    }
  }
}

extension JSONValue {
  /// The type of an attribute that nobody declared, by what is written to it.
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

extension ResourceType {
  /// What a staged row changes.
  func changes(of row: StagedRow) -> PatchChanges {
    changes(
      in: (try? JSONValue(parsing: row.patch))?.object ?? JSONObject(),
      element: row.element.map { ($0.list, $0.id) })
  }
}
