import JSON
import Records
import Staging

/// The totals of a page's lines: counted in one pass, in memory that does not grow with the run.
struct PageTally {
  /// The largest number of attributes, and of different changes of one; the rest is only counted.
  static let attributeLimit = 200
  static let pairLimit = 512
  /// The largest number of menu values and references whose names are remembered.
  private static let nameLimit = 20_000
  /// The characters shown of a value.
  static let valueLimit = 60

  /// A value and the value that replaced it.
  struct Pair: Hashable {
    var from: String
    var to: String
  }

  /// The changes of one attribute, or the elements created in one list.
  struct Attribute {
    var name: String
    var changes = 0
    var pairs: [Pair: Int] = [:]
    /// The first few, in order.
    var first: [Pair] = []
    /// The number of changes whose values are not in `pairs`.
    var others = 0
  }

  /// The attributes, in the order they occurred.
  private(set) var attributes: [Attribute] = []
  private var places: [String: Int] = [:]
  private(set) var outcomes: [PageEntry.Outcome: Int] = [:]
  private(set) var irreversible: [IrreversibleGroup] = []
  private var names: [String: String] = [:]

  /// The number of lines.
  var lines: Int { outcomes.values.reduce(0, +) }
  /// The number of attributes that change, or would change.
  var changes: Int { outcomes.filter { $0.key.isChange }.values.reduce(0, +) }

  mutating func add(_ entry: PageEntry) {
    outcomes[entry.outcome, default: 0] += 1
    guard let change = entry.change else { return }
    remember(change.now, of: entry.kind)
    guard entry.outcome.isChange else { return }
    count(change, entry.kind)
    guard let reason = change.irreversible else { return }
    let isAddition = change.added != nil
    if let group = irreversible.firstIndex(where: { $0.place == entry.kind && $0.reason == reason }) {
      irreversible[group].count += 1
    } else if irreversible.count < PageTally.attributeLimit {
      irreversible.append(
        IrreversibleGroup(place: entry.kind, reason: reason, isAddition: isAddition, count: 1))
    }
  }

  private mutating func count(_ change: PlannedChange, _ kind: String) {
    let name = change.added == nil ? kind : "\(kind) (added)"
    let index: Int
    if let known = places[name] {
      index = known
    } else {
      guard attributes.count < PageTally.attributeLimit else { return }
      index = attributes.count
      places[name] = index
      attributes.append(Attribute(name: name))
    }
    let pair = Pair(from: PageTally.before(change), to: PageTally.text(change.result))
    attributes[index].changes += 1
    if let count = attributes[index].pairs[pair] {
      attributes[index].pairs[pair] = count + 1
    } else if attributes[index].pairs.count < PageTally.pairLimit {
      attributes[index].pairs[pair] = 1
      if attributes[index].first.count < 3 { attributes[index].first.append(pair) }
    } else {
      attributes[index].others += 1
    }
  }

  private static func before(_ change: PlannedChange) -> String {
    if change.added != nil { return "" }
    return change.isRead ? text(change.now) : "(not read)"
  }

  private static func text(_ value: JSONValue?) -> String {
    ChangeText(value).shown(limit: valueLimit) ?? "(empty)"
  }

  // MARK: Names of menu values and references

  private mutating func remember(_ value: JSONValue?, of kind: String) {
    guard let id = value?["id"], value?["lookupName"]?.string != nil, names.count < PageTally.nameLimit else {
      return
    }
    names["\(kind)/\(id.text())"] = ValueText.text(value, limit: PageTally.valueLimit)
  }

  /// Returns a value with its name if a record has shown it: `Ana Kaya (12)` for `12`.
  func named(_ text: String, of kind: String) -> String { names["\(kind)/\(text)"] ?? text }
}
