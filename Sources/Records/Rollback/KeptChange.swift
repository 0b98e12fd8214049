public import JSON

/// An attribute that a rollback has kept, and the reason: one entry of the column `kept`.
public struct KeptChange: Sendable, Hashable {
  public enum Reason: String, Sendable {
    /// The value has been changed by another client since it was written.
    case changed
    /// The value read does not tell whether it still is the written one.
    case undecided
    /// It still has the written value, but belongs with one that has not.
    case goesWith = "goes-with"
    /// It was not written, but changed along, by the service or another client.
    case changedAlong = "changed-along"
    /// The service sets it by itself, and it cannot be restored.
    case irreversible
  }

  /// The error code of a row with kept values.
  public static let errorCode = "kept"

  /// The list and the element it belongs to; `nil` for the record itself.
  public var list: String?
  public var element: JSONValue?
  public var attribute: String
  public var reason: Reason
  /// The attribute that it belongs with, for that reason.
  public var partner: String?
  /// The written value, the current value, and the value before; absent if there was no such attribute.
  public var wrote: JSONValue?
  public var now: JSONValue?
  public var was: JSONValue?

  public init(
    list: String? = nil, element: JSONValue? = nil, attribute: String, reason: Reason, partner: String? = nil,
    wrote: JSONValue? = nil, now: JSONValue? = nil, was: JSONValue? = nil
  ) {
    self.list = list
    self.element = element
    self.attribute = attribute
    self.reason = reason
    self.partner = partner
    self.wrote = wrote
    self.now = now
    self.was = was
  }

  /// Indicates that this is one of the changes to restore.
  public var isOfPatch: Bool {
    switch reason {
    case .changed, .undecided, .goesWith: true
    case .changedAlong, .irreversible: false
    }
  }

  /// The place of the kept value, for messages: `assignedTo.account`, `threads[99].text`.
  public var place: String { AttributePlace(attribute, list: list, element: element).description }

  /// The kept value and the reason, in words: `subject: we wrote "B", is now "C", was "A"`.
  public var text: String {
    let now = ValueText.text(now)
    let was = ValueText.text(was)
    let wrote = ValueText.text(wrote)
    switch reason {
    case .changed: return "\(place): we wrote \(wrote), is now \(now), was \(was)"
    case .undecided:
      return "\(place): we wrote \(wrote), is now \(now), which may or may not be the same, was \(was)"
    case .goesWith:
      return "\(place): is still \(now), was \(was), but goes with \(partner ?? "another")"
    case .changedAlong: return "\(place): not written by us, is now \(now), was \(was)"
    case .irreversible: return "\(place): only the service sets it, is now \(now), was \(was)"
    }
  }
}

extension [KeptChange] {
  /// Indicates that a change, possibly by another client, was kept.
  public var holdSomething: Bool { contains { $0.reason != .irreversible } }

  /// The text of all, on one line.
  public var text: String { map(\.text).joined(separator: "; ") }

  /// The column `kept`: a JSON array.
  public var json: String { JSONValue.array(map { .object($0.json) }).text() }

  /// Reads the form of `json`.
  public init(json: String) {
    self = ((try? JSONValue(parsing: json))?.array ?? []).compactMap(\.object).compactMap(KeptChange.init)
  }
}

extension KeptChange {
  /// The members of an entry; values that did not exist are absent.
  public var json: JSONObject {
    var object = JSONObject()
    object["list"] = list.map(JSONValue.string)
    object["element"] = element
    object["attribute"] = .string(attribute)
    object["reason"] = .string(reason.rawValue)
    object["goes_with"] = partner.map(JSONValue.string)
    object["wrote"] = wrote
    object["now"] = now
    object["was"] = was
    return object
  }

  /// Reads the form of `json`.
  init?(_ object: JSONObject) {
    guard let attribute = object["attribute"]?.string,
      let reason = object["reason"]?.string.flatMap(Reason.init)
    else { return nil }
    self.init(
      list: object["list"]?.string, element: object["element"], attribute: attribute, reason: reason,
      partner: object["goes_with"]?.string, wrote: object["wrote"], now: object["now"], was: object["was"])
  }
}
