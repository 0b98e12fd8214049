import Catalog
import JSON
import Sheets

/// The rule for a menu value or a reference: by id, or by name.
final class NamedValueRule: Sendable {
  /// The values known offline; empty for references and for most menus.
  let known: [MenuValue]
  /// Indicates that there are no other values.
  let isFixed: Bool
  /// The ids that an existing element may be given; `nil` for any.
  let allowedOnUpdate: [Int64]?
  /// A note for the user about the attribute.
  let note: String?
  /// The ids that the site's menu had when its overlay was saved; `nil` if that is not known.
  let listed: Set<Int64>?

  private let names: Set<String>

  init(
    known: [MenuValue] = [], isFixed: Bool = false, allowedOnUpdate: [Int64]? = nil, note: String? = nil,
    listed: [MenuValue]? = nil
  ) {
    self.known = isFixed ? known : listed ?? known
    self.isFixed = isFixed
    self.allowedOnUpdate = allowedOnUpdate
    self.note = note
    self.listed = listed.flatMap { $0.isEmpty ? nil : Set($0.compactMap(\.id)) }
    names = Set(self.known.map(\.name))
  }

  /// Reads a cell: digits are an id, `id:` and `name:` mark either, anything else is a name.
  func read(_ text: Substring, at column: String, _ report: inout RowReport) -> JSONValue? {
    if text.isDigits { return id(text, at: column, &report) }
    if text.hasPrefix("id:") {
      return Self.digits(ofID: text, at: column, &report).flatMap { id($0, at: column, &report) }
    }
    if text.hasPrefix("name:") {
      return name(String(text.dropFirst(5)), value: String(text), at: column, &report)
    }
    if let form = NumberForm(text), form == .scientific || text.isWholeDecimal {
      report.error(
        form.rule, column, value: String(text), form.message,
        hint: "\(form.hint); if it is a name, write name:\(text)")
      return nil
    }
    return name(String(text), value: String(text), at: column, &report)
  }

  /// Returns the digits after `id:`.
  static func digits(ofID text: Substring, at column: String, _ report: inout RowReport) -> Substring? {
    let digits = String(text.dropFirst(3)).trimmingBlanks()
    if digits.isDigits { return digits }
    report.error("not-an-id", column, value: String(text), "what follows 'id:' is not a whole number")
    return nil
  }

  /// Checks `{"id": 8}` or `{"lookupName": "Waiting"}`, the only two forms the API takes.
  func check(_ value: JSONValue, at column: String, _ report: inout RowReport) -> JSONValue? {
    guard let object = value.object else {
      report.error(
        "wrong-kind", column, value: value.text(), "a JSON \(value.kind), where an object belongs",
        hint: #"write {"id": 8} or {"lookupName": "a name"}"#)
      return nil
    }
    var result: JSONValue?
    for (member, value) in object {
      switch (member, value) {
      case ("id", .integer(let number)) where number >= 0: result = id(number, at: column, &report)
      case ("lookupName", .string(let text)):
        result = name(text, value: text, at: column, &report)
      case ("id", _), ("lookupName", _):
        let kind = member == "id" ? "a whole number from 0" : "a string"
        report.error(
          "wrong-kind", "\(column).\(member)", value: value.text(),
          "a JSON \(value.kind), where \(kind) belongs")
      default:
        report.error(
          "unknown-attribute", "\(column).\(member)", value: member, "only id or lookupName can be given",
          hint: NearestNames.hint(for: member, among: ["id", "lookupName"]))
      }
    }
    if object.isEmpty {
      report.error("wrong-kind", column, value: "{}", "neither id nor lookupName is given")
    } else if object["id"] != nil, object["lookupName"] != nil {
      report.error(
        "id-and-name", column, value: value.text(), "both id and lookupName are given", hint: "write one")
      return nil
    }
    return result
  }

  private func id(_ digits: Substring, at column: String, _ report: inout RowReport) -> JSONValue? {
    guard let number = Int64(digits) else {
      report.error(
        "out-of-range", column, value: String(digits), "an id beyond 64 bits",
        hint: "if it is a name, write name:\(digits)")
      return nil
    }
    return id(number, at: column, &report)
  }

  private func id(_ number: Int64, at column: String, _ report: inout RowReport) -> JSONValue? {
    if isFixed, !known.contains(where: { $0.id == number }) {
      report.error(
        "unknown-id", column, value: String(number), "no value has this id", hint: "use one of \(knownList)")
      return nil
    }
    if let listed, !listed.contains(number) {
      warnOfUnlisted("unlisted-id", String(number), at: column, &report)
    }
    return isAllowed(number, value: String(number), at: column, &report)
      ? Self.object("id", .integer(number)) : nil
  }

  private func name(
    _ name: String, value: String, at column: String, _ report: inout RowReport
  ) -> JSONValue? {
    let name = String(name.trimmingBlanks())
    guard !name.isEmpty else {
      report.error("not-a-name", column, value: value, "the name is blank")
      return nil
    }
    ValueRule.warnOfControls(in: name, at: column, &report)
    if !names.isEmpty, !names.contains(name) {
      let near = NearestNames.hint(for: name, among: known.map(\.name))
      if isFixed {
        report.error(
          "unknown-name", column, value: value, "no value has this name",
          hint: near ?? "use one of \(knownList)")
        return nil
      }
      if listed != nil {
        warnOfUnlisted("unlisted-name", value, near: near, at: column, &report)
      } else {
        report.warning(
          "unlisted-name", column, value: value, "not among the names every site comes with",
          hint: near ?? "sites rename and extend this menu; it comes with \(knownList)")
      }
    }
    if allowedOnUpdate != nil, let number = known.first(where: { $0.name == name })?.id,
      !isAllowed(number, value: value, at: column, &report)
    {
      return nil
    }
    return Self.object("lookupName", .string(name))
  }

  /// Warns of what was not in the site's menu: it may be newer than the overlay, and the site is asked before a run.
  private func warnOfUnlisted(
    _ rule: String, _ value: String, near: String? = nil, at column: String, _ report: inout RowReport
  ) {
    report.warning(
      rule, column, value: value, "not in the site's menu when the overlay was saved",
      hint: near ?? "ask the site with 'check --live', or save the overlay again")
  }

  private func isAllowed(
    _ number: Int64, value: String, at column: String, _ report: inout RowReport
  ) -> Bool {
    guard let allowedOnUpdate, !allowedOnUpdate.contains(number) else { return true }
    let allowed = allowedOnUpdate.map { id in
      known.first { $0.id == id }.map { "\(id) (\($0.name))" } ?? String(id)
    }
    report.error(
      "not-allowed-on-update", column, value: value,
      "an existing one can change only to \(allowed.joined(separator: ", "))", hint: note)
    return false
  }

  private var knownList: String {
    known.map { value in value.id.map { "\($0) \(value.name)" } ?? value.name }.joined(separator: ", ")
  }

  private static func object(_ name: String, _ value: JSONValue) -> JSONValue {
    .object(JSONObject(name, value))
  }
}

extension Substring {
  /// Indicates digits followed by a point and zeros, as a spreadsheet writes a whole number that it took for a
  /// decimal one.
  fileprivate var isWholeDecimal: Bool {
    let parts = split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 2 && parts[0].isDigits && parts[1].isDigits && parts[1].allSatisfy { $0 == "0" }
  }
}
