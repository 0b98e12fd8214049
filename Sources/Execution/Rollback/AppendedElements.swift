public import Catalog
import JSON
public import Records
public import Sites
public import Staging

/// Finds the elements that rows have made, so that they can be taken out of sight.
///
/// Rows come in from the last to the first. What a row has made lies above the highest id that there was when it
/// was sent, and not above the one that there was when the next such row of its record was; there, the first
/// element that is as the row wrote it is its own.
public struct AppendedElements {
  private let resource: ResourceType
  private let retractText: String
  /// List → record → the highest id there was when the row that came in last was sent.
  private var bounds: [String: [Int64: Int64]] = [:]

  public init(resource: ResourceType, retractText: String) {
    self.resource = resource
    self.retractText = retractText
  }

  /// Looks for what these rows have made, reading all their records at once.
  ///
  /// - Parameter rows: each with what it has changed.
  /// - Returns: how the reading went and, for each row that makes something, what became of it, in the order of the
  ///   patch; nothing when the site could not be read.
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
    var ids: [Int64] = []
    var seen: Set<Int64> = []
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
