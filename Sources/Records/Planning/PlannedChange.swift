public import JSON

/// One attribute *now* and *then*, or one element that is made.
public struct PlannedChange: Sendable, Hashable {
  /// The list an element belongs to; `nil` for the record's own attributes.
  public var list: String?
  /// What names the element that is changed.
  public var element: JSONValue?
  /// The attribute; within an element, the path inside it, and `nil` for an element that is made.
  public var attribute: String?
  /// What the attribute was when the plan was made, after the earlier rows of the record: `nil` when the record has
  /// no such attribute, or when that cannot be read.
  public var now: JSONValue?
  /// What the row sets it to; of bytes only their number: `{"bytes": 512}`.
  public var then: JSONValue?
  /// The element that is made.
  public var added: JSONObject?
  /// Whether the attribute already was as asked.
  public var isAsAsked = false
  /// Whether it could be read: a command has no value, and a list below an element is not read.
  public var isRead = true
  /// Why it cannot be undone, in words.
  public var irreversible: String?
  /// Of a rollback: why it would be left as it is; then it is not changed to `then`.
  public var kept: KeptChange?

  /// An attribute that gets a value, of an element when one is named.
  public init(list: String? = nil, element: JSONValue? = nil, attribute: String, then: JSONValue) {
    self.list = list
    self.element = element
    self.attribute = attribute
    self.then = then
  }

  /// An element that is made.
  public init(list: String, added: JSONObject) {
    self.list = list
    self.added = added
  }

  /// What is changed, for people: `assignedTo.account`, `threads[99].text`, `threads`.
  public var place: String { attributePlace.description }

  package var attributePlace: AttributePlace { AttributePlace(attribute, list: list, element: element) }
}

extension PlannedChange {
  /// The form of the run file, of `plan.jsonl` and of `--json`.
  public var json: JSONObject {
    var json = JSONObject()
    json["list"] = list.map(JSONValue.string)
    json["element"] = element
    json["attribute"] = attribute.map(JSONValue.string)
    json["now"] = now
    json["then"] = then
    json["add"] = added.map(JSONValue.object)
    if isAsAsked { json["as_asked"] = true }
    if !isRead { json["unread"] = true }
    json["irreversible"] = irreversible.map(JSONValue.string)
    json["kept"] = kept.map { .object($0.json) }
    return json
  }

  /// Reads what `json` wrote.
  public init(_ json: JSONObject) {
    list = json["list"]?.string
    element = json["element"]
    attribute = json["attribute"]?.string
    now = json["now"]
    then = json["then"]
    added = json["add"]?.object
    isAsAsked = json["as_asked"] == true
    isRead = json["unread"] != true
    irreversible = json["irreversible"]?.string
    kept = json["kept"]?.object.flatMap(KeptChange.init)
  }

  /// Reads what `text` wrote.
  package static func list(_ text: String) -> [PlannedChange] {
    ((try? JSONValue(parsing: text))?.array ?? []).compactMap { $0.object.map(PlannedChange.init) }
  }

  /// Several in the form of the run file: a JSON array.
  package static func text(_ changes: [PlannedChange]) -> String {
    JSONValue.array(changes.map { .object($0.json) }).text()
  }
}
