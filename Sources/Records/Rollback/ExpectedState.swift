public import JSON

/// What a row of a rollback expects to find: what the row that it puts back has written.
///
/// The patch of the rollback's row says what each of these is to become.
public struct ExpectedState: Sendable, Hashable {
  /// Of the record itself: attribute path → the value as it was written.
  public var values: JSONObject
  /// List → the elements that were changed: their key, and the attributes as they were written.
  public var lists: JSONObject
  /// Attributes that were not written but may have changed along, as they were before.
  public var companions: JSONObject
  /// What menus and references were, with their names, by place as `AttributePlace` describes it: for people.
  public var named: JSONObject
  /// List → the keys of elements that were added, and are to be taken out of sight.
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

  /// Adds what was written to an attribute.
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

  /// What was written there; nil when nothing was.
  package func value(at place: AttributePlace) -> JSONValue? {
    guard let path = place.attribute else { return nil }
    guard let list = place.list else { return values[path] }
    // The key stands first.
    return lists[list]?.array?.lazy.compactMap(\.object).first { $0.first?.value == place.element }?[path]
  }

  /// Whether this element was added and is to be taken out of sight.
  public func retracts(_ key: JSONValue, of list: String) -> Bool {
    retracted[list]?.array?.contains(key) == true
  }

  /// How many elements are to be taken out of sight.
  public var retractions: Int { retracted.reduce(0) { $0 + ($1.value.array?.count ?? 0) } }

  /// How many changes are to be put back; a retraction is not among them.
  public var changes: Int {
    lists.reduce(values.count) { count, list in
      let elements = (list.value.array ?? []).compactMap(\.object)
      return elements.reduce(count) { count, element in
        // The key stands first, and is no change.
        let isRetracted = element.first.map { retracts($0.value, of: list.name) } ?? false
        return isRetracted ? count : count + element.count - 1
      }
    }
  }

  // MARK: In the run file

  /// The column `expected`: a JSON object with the members that are not empty.
  public var text: String {
    let members = [
      ("values", values), ("lists", lists), ("companions", companions), ("named", named),
      ("retracted", retracted),
    ]
    return JSONValue.object(JSONObject(members.filter { !$0.1.isEmpty }.map { ($0.0, .object($0.1)) })).text()
  }

  /// Reads what `text` wrote.
  public init(text: String) {
    let object = (try? JSONValue(parsing: text))?.object ?? JSONObject()
    func member(_ name: String) -> JSONObject { object[name]?.object ?? JSONObject() }
    self.init(
      values: member("values"), lists: member("lists"), companions: member("companions"),
      named: member("named"), retracted: member("retracted"))
  }
}

/// Why something of a row does not go back, by the rule of its finding; programs match on it.
public enum RollbackRule: String, Sendable, CaseIterable {
  /// The API has no way back.
  case irreversible
  /// What the record was before is not known.
  case noSnapshot = "no-snapshot"
  /// Somebody has changed what was added.
  case kept
  /// What was added is taken out of sight.
  case retracted
}
