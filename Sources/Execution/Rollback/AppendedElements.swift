public import Catalog
import JSON
public import Records
public import Sites
public import Staging

/// Finds the elements that rows have created, so that they can be retracted.
///
/// Rows come in from last to first. The elements of a row lie above the highest id at the time it was sent, and not
/// above that of the record's next such row. The first element there that matches what the row wrote is its own.
public struct AppendedElements {
  private let resource: ResourceType
  private let retractText: String
  /// List → record → the highest id when the row that came in last was sent.
  private var bounds: [String: [RecordID: Int64]] = [:]

  public init(resource: ResourceType, retractText: String) {
    self.resource = resource
    self.retractText = retractText
  }

  /// Looks for the elements that these rows have created, reading all their records together.
  ///
  /// - Parameter rows: each with its changes.
  /// - Returns: the outcome of the reading and, for each row that creates elements, what became of them, in the order
  ///   of the patch; empty if the site could not be read.
  public mutating func find(
    _ rows: [(row: CarriedOutRow, changes: PatchChanges)], through connection: any SiteConnection
  ) -> (exchange: Exchange, found: [Int: [AppendedElement]]) {
    var wanted: [(row: CarriedOutRow, creations: [ElementCreation])] = []
    var lists: [String: [String]] = [:]
    for (row, changes) in rows {
      let creations = changes.creations
      let retractable = creations.filter { resource.list(at: $0.list)?.retraction != nil }
      guard !retractable.isEmpty, row.snapshot != nil else { continue }
      wanted.append((row, creations))
      for creation in retractable {
        guard let retraction = resource.list(at: creation.list)?.retraction else { continue }
        for name in creation.comparableNames(in: resource) + [retraction.text, retraction.audience]
        where !lists[creation.list, default: []].contains(name) {
          lists[creation.list, default: []].append(name)
        }
      }
    }
    var ids: [RecordID] = []
    var seen: Set<RecordID> = []
    for (row, _) in wanted where seen.insert(row.recordID).inserted { ids.append(row.recordID) }
    guard !ids.isEmpty else { return (Exchange(outcome: .applied), [:]) }
    let (exchange, images) = connection.read(ReadRequest(ids: ids, attributes: [], lists: lists))
    guard case .applied = exchange.outcome else { return (exchange, [:]) }
    var found: [Int: [AppendedElement]] = [:]
    for (row, creations) in wanted { found[row.number] = find(creations, of: row, images[row.recordID]) }
    return (exchange, found)
  }

  private mutating func find(
    _ creations: [ElementCreation], of row: CarriedOutRow, _ image: RecordImage?
  ) -> [AppendedElement] {
    var taken: Set<Int64> = []
    var marks: [String: Int64] = [:]
    let found = creations.map { creation -> AppendedElement in
      guard let list = resource.list(at: creation.list), let retraction = list.retraction,
        let mark = row.snapshot?.highWaterMark(of: creation.list)
      else { return .notLookedFor }
      marks[creation.list] = mark
      let selector = resource.selector(of: creation.list)
      let bound = bounds[creation.list]?[row.recordID] ?? .max
      let window = (image?.elements(of: creation.list, above: mark, upTo: bound, in: resource) ?? [])
        .filter { !taken.contains($0.id) }
      if let (id, element) = window.first(where: { creation.isLike($0.element, in: resource) }) {
        taken.insert(id)
        return .found(key: id, audience: element[retraction.audience]?["id"]?.integer, selector: selector)
      }
      if let retracted = window.first(where: { $0.element[retraction.text] == .string(retractText) }) {
        taken.insert(retracted.id)
        return .retractedBefore
      }
      return window.isEmpty ? .missing : .changed
    }
    for (list, mark) in marks { bounds[list, default: [:]][row.recordID] = mark }
    return found
  }
}
