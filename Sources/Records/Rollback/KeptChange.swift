public import JSON

/// An attribute that a rollback has left as it is, and why: one entry of the column `kept`.
public struct KeptChange: Sendable, Hashable {
  public enum Reason: String, Sendable {
    /// It is no longer what was written: somebody has changed it since.
    case changed
    /// What was read does not say whether it still is what was written.
    case undecided
    /// It still is what was written, but it goes with one that is not.
    case goesWith = "goes-with"
    /// It was not written, but changed along, by the service or by somebody.
    case changedAlong = "changed-along"
    /// The service sets it by itself, and nobody can set it back.
    case irreversible
  }

  /// The error code of a row of which something was left as it is.
  public static let errorCode = "kept"

  /// The list and the element it belongs to; none for the record itself.
  public var list: String?
  public var element: JSONValue?
  public var attribute: String
  public var reason: Reason
  /// The attribute that it goes with, for that reason.
  public var partner: String?
  /// What was written, what it is now, and what it was before; absent where there was no such attribute.
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

  /// Whether this is one of the changes that were to be put back.
  public var isOfPatch: Bool {
    switch reason {
    case .changed, .undecided, .goesWith: true
    case .changedAlong, .irreversible: false
    }
  }

  /// What was left as it is, for people: `assignedTo.account`, `threads[99].text`.
  public var place: String { AttributePlace(attribute, list: list, element: element).description }

  /// What was left as it is and why, in words: `subject: we wrote "B", is now "C", was "A"`.
  public var text: String {
    let now = ValueText.text(now)
    let was = ValueText.text(was)
    let wrote = ValueText.text(wrote)
    switch reason {
    case .changed: return "\(place): we wrote \(wrote), is now \(now), was \(was)"
    case .undecided:
      return "\(place): we wrote \(wrote), is now \(now), which may be the same or not, was \(was)"
    case .goesWith:
      return "\(place): still is \(now), was \(was), but goes with \(partner ?? "another")"
    case .changedAlong: return "\(place): not written by us, is now \(now), was \(was)"
    case .irreversible: return "\(place): the service alone sets it, is now \(now), was \(was)"
    }
  }
}

extension [KeptChange] {
  /// Whether somebody's change, or one that may be somebody's, was left alone.
  public var holdSomething: Bool { contains { $0.reason != .irreversible } }

  /// All of them on one line.
  public var text: String { map(\.text).joined(separator: "; ") }

  /// The column `kept`: a JSON array.
  public var json: String { JSONValue.array(map { .object($0.json) }).text() }

  /// Reads what `json` wrote.
  public init(json: String) {
    self = ((try? JSONValue(parsing: json))?.array ?? []).compactMap(\.object).compactMap(KeptChange.init)
  }
}

extension KeptChange {
  /// The members of an entry; values that were not there are absent.
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

  /// Reads what `json` wrote.
  init?(_ object: JSONObject) {
    guard let attribute = object["attribute"]?.string,
      let reason = object["reason"]?.string.flatMap(Reason.init)
    else { return nil }
    self.init(
      list: object["list"]?.string, element: object["element"], attribute: attribute, reason: reason,
      partner: object["goes_with"]?.string, wrote: object["wrote"], now: object["now"], was: object["was"])
  }
}
