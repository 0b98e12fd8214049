import JSON
import Patches
import Records

/// A patch of a simulated sheet, and what its JSON asks for in the eyes of the site, which parses it
/// independently.
struct SimulatedPatch: Sendable {
  enum Change: Sendable {
    case set(attribute: Int, Value)
    case append(text: Value, entryType: JSONValue)
    case rewrite(thread: Int64, text: Value?, entryType: JSONValue?)
  }

  /// A value as it is sent, and as a site stores it that tidies texts up.
  struct Value: Sendable {
    let sent: JSONValue
    let tidied: JSONValue

    init(_ sent: JSONValue) {
      self.sent = sent
      tidied = sent.string.map { .string(Value.tidied($0)) } ?? sent
    }

    /// One kind of line end, no blanks around, entities in place of what means something in HTML.
    private static func tidied(_ text: String) -> String {
      text.replacing("\r\n", with: "\n").split(separator: "\n", omittingEmptySubsequences: false)
        .map { $0.trimmingBlanks }.joined(separator: "\n").trimmingBlanks
        .replacing("&", with: "&amp;").replacing("<", with: "&lt;")
    }
  }

  /// The attributes of a record, as paths; their places are the ones in `SimulatedRecord.values`.
  static let attributes = ["subject", "assignedTo.account", "severity"]

  let body: String
  /// The thread whose own address it goes to.
  let thread: Int64?
  let changes: [Change]
  let isIdempotent: Bool

  init(_ body: String, thread: Int64? = nil) {
    self.body = body
    self.thread = thread
    let json = (try? JSONValue(parsing: body))?.object ?? JSONObject()
    if let thread {
      changes = [
        .rewrite(thread: thread, text: json["text"].map { Value($0) }, entryType: json["entryType"])
      ]
    } else {
      changes = SimulatedPatch.read(json)
    }
    isIdempotent = changes.allSatisfy { if case .append = $0 { false } else { true } }
  }

  /// True when a site may store something else than was sent.
  var isTidiedUp: Bool {
    changes.contains { change in
      switch change {
      case .set(_, let value), .append(let value, _), .rewrite(_, let value?, _): value.sent != value.tidied
      case .rewrite(_, nil, _): false
      }
    }
  }

  var element: ElementAddress? { thread.map { ElementAddress(list: "threads", id: $0) } }

  private static func read(_ json: JSONObject) -> [Change] {
    var changes: [Change] = []
    for (place, path) in attributes.enumerated() {
      if let value = json.value(at: path.split(separator: ".")) {
        changes.append(.set(attribute: place, Value(value)))
      }
    }
    let threads = json["threads"]
    for thread in threads?.array ?? [threads].compactMap({ $0 }) {
      let text = thread["text"].map { Value($0) }
      if let id = thread["id"]?.integer {
        changes.append(.rewrite(thread: id, text: text, entryType: thread["entryType"]))
      } else {
        changes.append(.append(text: text ?? Value(""), entryType: thread["entryType"] ?? ["id": 1]))
      }
    }
    return changes
  }
}

// MARK: - The sheets' patches

extension SimulatedPatch {
  /// Made once for all seeds: few texts, so that rows of one record often ask for the same.
  static let fieldUpdates: [SimulatedPatch] =
    (0..<6).map { SimulatedPatch(#"{"subject":"subject \#($0)"}"#) }
    + (0..<4).map { SimulatedPatch(#"{"assignedTo":{"account":{"id":\#($0)}}}"#) }
    + (0..<4).map { SimulatedPatch(#"{"severity":{"id":\#($0)},"subject":"subject \#($0)"}"#) }
    + [
      SimulatedPatch(#"{"assignedTo":{"account":null}}"#),
      SimulatedPatch(#"{"subject":"  padded  ","severity":null}"#),
    ]

  static let appends: [SimulatedPatch] =
    (0..<5).map { SimulatedPatch(#"{"threads":{"text":"note \#($0)","entryType":{"id":1}}}"#) }
    + [
      SimulatedPatch(
        #"{"threads":[{"text":"note 0","entryType":{"id":1}},{"text":"note 1","entryType":{"id":1}}]}"#),
      SimulatedPatch(
        #"{"threads":[{"text":"note 2","entryType":{"id":1}},{"text":"note 2","entryType":{"id":1}}]}"#),
      SimulatedPatch(#"{"subject":"subject 1","threads":{"text":"note 1","entryType":{"id":1}}}"#),
      SimulatedPatch(#"{"threads":{"text":"one line \r\nand another\t\n\n","entryType":{"id":1}}}"#),
      SimulatedPatch(#"{"threads":{"text":"this & that <now>","entryType":{"id":2}}}"#),
      SimulatedPatch(#"{"threads":[{"id":1,"text":"rewritten 1"},{"text":"note 3","entryType":{"id":1}}]}"#),
    ]

  static let rewrites: [SimulatedPatch] =
    (0..<4).map { SimulatedPatch(#"{"threads":[{"id":\#($0 % 3 + 1),"text":"rewritten \#($0)"}]}"#) }
    + (0..<4).map { SimulatedPatch(#"{"text":"rewritten \#($0)"}"#, thread: Int64($0 % 3 + 1)) }
    + [
      SimulatedPatch(#"{"text":"two lines \r\nand blanks  ","entryType":{"id":1}}"#, thread: 1),
      SimulatedPatch(#"{"subject":"subject 2","threads":[{"id":2,"text":"rewritten & kept"}]}"#),
    ]
}

extension StringProtocol {
  fileprivate var trimmingBlanks: String {
    let blanks: Set<Character> = [" ", "\t", "\n"]
    return String(drop { $0 == " " }.reversed().drop { blanks.contains($0) }.reversed())
  }
}
