public import Catalog
import Records
public import Staging

/// What a run is about to do, counted: for the question before it begins.
public struct RunOutline: Sendable, Equatable {
  /// Something that rows do, and how often.
  public struct Item: Sendable, Equatable {
    /// The attribute, such as `assignedTo.account` or `threads.text`; the list of an element that is made.
    public var place: String
    /// Whether elements are made.
    public var isAddition: Bool
    /// Whether writing the old value again does not undo it.
    public var isIrreversible: Bool
    public var count: Int
  }

  /// Rows that will be sent, unless their record turns out to be as asked.
  public private(set) var rows = 0
  public private(set) var records = 0
  /// The most frequent first.
  public private(set) var items: [Item] = []

  /// Goes through the staged rows, in constant memory; of a plan that is carried out, those that change something.
  ///
  /// - Throws: `StagingError` when the run file cannot be read.
  public init(reading run: RunFile, resource: ResourceType) throws(StagingError) {
    var counts: [String: Item] = [:]
    func count(_ place: String, isAddition: Bool = false, isIrreversible: Bool) {
      let key = "\(isAddition) \(isIrreversible) \(place)"
      var item =
        counts[key] ?? Item(place: place, isAddition: isAddition, isIrreversible: isIrreversible, count: 0)
      item.count += 1
      counts[key] = item
    }
    var rows = 0
    try run.forEachRowToSend { row in
      rows += 1
      let changes = RowChanges(row, in: resource).changes
      for placed in changes.placed {
        let list = placed.element.map { RunOutline.name(ofList: $0.list) + "." } ?? ""
        count(list + placed.change.path, isIrreversible: !placed.change.isReversible)
      }
      for creation in changes.creations {
        count(RunOutline.name(ofList: creation.list), isAddition: true, isIrreversible: true)
      }
    }
    self.rows = rows
    records = try run.recordsToSend()
    items = counts.values.sorted { ($1.count, $0.place) < ($0.count, $1.place) }
  }

  /// `smartActions/UserActionURLBinding` for `smartActions/5/UserActionURLBinding`: however many elements there are, they
  /// count as one.
  private static func name(ofList path: String) -> String {
    ResourceType.names(ofListAt: path).joined(separator: "/")
  }
}
