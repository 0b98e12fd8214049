public import JSON

/// What would become of a row, as a dry run found it.
public enum PlanAction: String, Sendable, CaseIterable {
  /// It would be sent.
  case change
  /// Its record already is as asked.
  case unchanged
  /// Of a rollback: all that it would put back has been changed by somebody since, and would be left alone.
  case kept
  /// Its record, the element or an attribute that it names is not there: it would fail.
  case missing
  /// An earlier row of its record is not valid or would fail, so that this one would not be sent.
  case blocked
}

/// What a dry run foresees for one row: a row of the table `plan`.
public struct PlannedRow: Sendable, Hashable {
  /// The data row of the sheet, from 1.
  public var number: Int
  public var recordID: Int64
  public var action: PlanAction
  /// Everything that the row asks for, what already is so among it.
  public var changes: [PlannedChange]
  /// Why it would not be sent, when it would not.
  public var errorCode: String?
  public var error: String?

  public init(
    number: Int, recordID: Int64, action: PlanAction, changes: [PlannedChange], errorCode: String? = nil,
    error: String? = nil
  ) {
    self.number = number
    self.recordID = recordID
    self.action = action
    self.changes = changes
    self.errorCode = errorCode
    self.error = error
  }
}

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
  public var place: String { AttributePlace(attribute, list: list, element: element).description }
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

  static func list(_ text: String) -> [PlannedChange] {
    ((try? JSONValue(parsing: text))?.array ?? []).compactMap { $0.object.map(PlannedChange.init) }
  }

  static func text(_ changes: [PlannedChange]) -> String {
    JSONValue.array(changes.map { .object($0.json) }).text()
  }
}
