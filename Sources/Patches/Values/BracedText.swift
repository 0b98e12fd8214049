import Sheets

/// A text with names in braces, such as `Moved from {Old team} to {New team}`; `{{` and `}}` stand for braces.
struct BracedText: Sendable, Hashable {
  enum Part: Sendable, Hashable {
    case text(String)
    case name(String)
  }

  private(set) var parts: [Part] = []

  /// The reason such a text cannot be used.
  struct Fault: Error {
    var rule = "bad-template"
    var value: String?
    var message: String
    var hint: String?
  }

  /// The names in the order of the text.
  var names: [String] { parts.compactMap { if case .name(let name) = $0 { name } else { nil } } }

  init(_ braced: String) throws(Fault) {
    var rest = braced[...]
    var text = ""
    while let sign = rest.popFirst() {
      if sign == "{" || sign == "}", rest.first == sign {
        rest.removeFirst()
        text.append(sign)
        continue
      }
      guard sign != "}" else {
        throw Fault(message: "a brace is closed that is not open", hint: "write }} for a brace")
      }
      guard sign == "{" else {
        text.append(sign)
        continue
      }
      guard let end = rest.firstIndex(of: "}") else {
        throw Fault(message: "a brace is not closed", hint: "write {{ for a brace")
      }
      if !text.isEmpty { parts.append(.text(text)) }
      parts.append(.name(String(String(rest[..<end]).trimmingBlanks())))
      rest = rest[rest.index(after: end)...]
      text = ""
    }
    if !text.isEmpty { parts.append(.text(text)) }
  }
}
