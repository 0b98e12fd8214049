public import JSON

/// One attribute *now* and *then*, or one element that is created.
public struct PlannedChange: Sendable, Hashable {
  /// The list an element belongs to; `nil` for the record's own attributes.
  public var list: String?
  /// The key of the changed element.
  public var element: JSONValue?
  /// The attribute; for an element, the path inside it, or `nil` if the element is created.
  public var attribute: String?
  /// The value when the plan was made, after the earlier rows of the record; `nil` if there is no such attribute, or
  /// it cannot be read.
  public var now: JSONValue?
  /// The value that the row sets; for bytes only their number: `{"bytes": 512}`.
  public var then: JSONValue?
  /// The element that is created.
  public var added: JSONObject?
  /// Indicates that the attribute already was as asked.
  public var isAsAsked = false
  /// Indicates that it could be read: a command has no value, and a list below an element is not read.
  public var isRead = true
  /// The reason it cannot be undone, in words.
  public var irreversible: String?
  /// The reason a rollback would keep the value; then it is not changed to `then`.
  public var kept: KeptChange?

  /// Creates a change of an attribute, of an element if one is named.
  public init(list: String? = nil, element: JSONValue? = nil, attribute: String, then: JSONValue) {
    self.list = list
    self.element = element
    self.attribute = attribute
    self.then = then
  }

  /// Creates the addition of an element.
  public init(list: String, added: JSONObject) {
    self.list = list
    self.added = added
  }

  /// The place of the change, for messages: `assignedTo.account`, `threads[99].text`, `threads`.
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

  /// Reads the form of `json`.
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

  /// Reads the form of `text`.
  package static func list(_ text: String) -> [PlannedChange] {
    ((try? JSONValue(parsing: text))?.array ?? []).compactMap { $0.object.map(PlannedChange.init) }
  }

  /// Returns several changes in the form of the run file: a JSON array.
  package static func text(_ changes: [PlannedChange]) -> String {
    JSONValue.array(changes.map { .object($0.json) }).text()
  }
}
