public import JSON

/// The state that a rollback's row expects to find: the values that its source row has written.
///
/// The patch of the rollback's row has the values to restore.
public struct ExpectedState: Sendable, Hashable {
  /// The record's own values: attribute path → the value as it was written.
  public var values: JSONObject
  /// List → the changed elements: their key, and the attributes as they were written.
  public var lists: JSONObject
  /// Companion attributes as they were before; they were not written but may have changed along.
  public var companions: JSONObject
  /// The former menus and references with their names, by the text of `AttributePlace`, for messages.
  public var named: JSONObject
  /// List → the keys of added elements that are to be retracted.
  public var retracted: JSONObject

  public init(
    values: JSONObject = JSONObject(), lists: JSONObject = JSONObject(),
    companions: JSONObject = JSONObject(), named: JSONObject = JSONObject(),
    retracted: JSONObject = JSONObject()
  ) {
    self.values = values
    self.lists = lists
    self.companions = companions
    self.named = named
    self.retracted = retracted
  }

  /// Adds the written value of an attribute.
  package mutating func add(_ wrote: JSONValue, at placed: PlacedChange) {
    guard let update = placed.element else {
      values[placed.change.path] = wrote
      return
    }
    var elements = (lists[update.list]?.array ?? []).compactMap(\.object)
    let known = elements.firstIndex { $0[update.selector] == update.key }
    var element = known.map { elements[$0] } ?? JSONObject([(update.selector, update.key)])
    element[placed.change.path] = wrote
    if let known { elements[known] = element } else { elements.append(element) }
    lists[update.list] = .array(elements.map(JSONValue.object))
  }

  /// Returns the value written there; `nil` if none was.
  package func value(at place: AttributePlace) -> JSONValue? {
    guard let path = place.attribute else { return nil }
    guard let list = place.list else { return values[path] }
    // The key comes first.
    return lists[list]?.array?.lazy.compactMap(\.object).first { $0.first?.value == place.element }?[path]
  }

  /// Returns whether this element was added and is to be retracted.
  public func retracts(_ key: JSONValue, of list: String) -> Bool {
    retracted[list]?.array?.contains(key) == true
  }

  /// The number of elements to retract.
  public var retractions: Int { retracted.reduce(0) { $0 + ($1.value.array?.count ?? 0) } }

  /// The number of changes to restore, without retractions.
  public var changes: Int {
    lists.reduce(values.count) { count, list in
      let elements = (list.value.array ?? []).compactMap(\.object)
      return elements.reduce(count) { count, element in
        // The key comes first, and is no change.
        let isRetracted = element.first.map { retracts($0.value, of: list.name) } ?? false
        return isRetracted ? count : count + element.count - 1
      }
    }
  }

  // MARK: In the run file

  /// The column `expected`: a JSON object with the non-empty members.
  public var text: String {
    let members = [
      ("values", values), ("lists", lists), ("companions", companions), ("named", named),
      ("retracted", retracted),
    ]
    return JSONValue.object(JSONObject(members.filter { !$0.1.isEmpty }.map { ($0.0, .object($0.1)) })).text()
  }

  /// Reads the form of `text`.
  public init(text: String) {
    let object = (try? JSONValue(parsing: text))?.object ?? JSONObject()
    func member(_ name: String) -> JSONObject { object[name]?.object ?? JSONObject() }
    self.init(
      values: member("values"), lists: member("lists"), companions: member("companions"),
      named: member("named"), retracted: member("retracted"))
  }
}

/// The reason a part of a row is not restored, as the rule of its finding; programs match on it.
public enum RollbackRule: String, Sendable, CaseIterable {
  /// The API cannot undo it.
  case irreversible
  /// The value before is not known.
  case noSnapshot = "no-snapshot"
  /// The value was not read back after it was written, of a resource that only the site describes.
  case notReadBack = "not-read-back"
  /// Another client has changed the added element.
  case kept
  /// The added element is retracted.
  case retracted
}
