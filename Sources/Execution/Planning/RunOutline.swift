public import Catalog
import JSON
import Records
public import Staging

/// The counts of what a run is about to do, for the question before it begins.
public struct RunOutline: Sendable, Equatable {
  /// A kind of change, and its frequency.
  public struct Item: Sendable, Equatable {
    /// The attribute, such as `assignedTo.account` or `threads.text`; for a new element, its list.
    public var place: String
    /// Indicates that elements are created.
    public var isAddition: Bool
    /// Indicates that writing the old value again does not undo it.
    public var isIrreversible: Bool
    public var count: Int
    /// The new values of an attribute, as people read them.
    public var targets = ValueCounts()
  }

  /// The number of rows to send, unless their record already is as asked.
  public private(set) var rows = 0
  public private(set) var records = 0
  /// The kinds of changes, most frequent first.
  public private(set) var items: [Item] = []

  /// Counts the staged rows, in constant memory; of an approved plan, only those that change something.
  ///
  /// - Throws: `StagingError` if the run file cannot be read.
  public init(reading run: RunFile, resource: ResourceType) throws(StagingError) {
    var counts: [String: Item] = [:]
    func count(_ place: String, isAddition: Bool = false, isIrreversible: Bool, target: JSONValue? = nil) {
      let key = "\(isAddition) \(isIrreversible) \(place)"
      var item =
        counts[key] ?? Item(place: place, isAddition: isAddition, isIrreversible: isIrreversible, count: 0)
      item.count += 1
      if let target { item.targets.add(ValueText.text(target, limit: 40)) }
      counts[key] = item
    }
    var rows = 0
    try run.forEachRowToSend { row in
      rows += 1
      let changes = RowChanges(row, in: resource).changes
      for placed in changes.placed {
        let list = placed.element.map { RunOutline.name(ofList: $0.list) + "." } ?? ""
        count(
          list + placed.change.path, isIrreversible: !placed.change.isReversible,
          target: placed.change.isEnclosure ? nil : placed.change.value)
      }
      for creation in changes.creations {
        count(RunOutline.name(ofList: creation.list), isAddition: true, isIrreversible: true)
      }
    }
    self.rows = rows
    records = try run.recordsToSend()
    items = counts.values.sorted { ($1.count, $0.place) < ($0.count, $1.place) }
  }

  /// Returns `smartActions/UserActionURLBinding` for `smartActions/5/UserActionURLBinding`, so that all elements
  /// count as one.
  private static func name(ofList path: String) -> String {
    ResourceType.names(ofListAt: path).joined(separator: "/")
  }
}
