/// The words of a fault rule, taken one after the other by the code that knows their meaning.
struct FaultWords {
  struct Word {
    var name: String
    var value: String
    var text: String { "\(name)=\(value)" }
  }

  let method: String
  let resource: String
  private let text: String
  private var words: [Word] = []

  private static let options = [
    "rate", "after", "times", "retry-after", "body", "burst", "tcp", "at",
  ]

  init(_ text: String) throws(SandboxError) {
    self.text = text
    let parts = text.split { $0 == " " || $0 == "\t" }.map { String($0) }
    guard parts.count >= 2, !parts[0].contains("="), !parts[1].contains("=") else {
      throw .badFault(
        text: text, reason: "does not begin with a method and a resource",
        hint: "write it like 'PATCH incidents rate=0.3 reset=after-commit', with * for all")
    }
    method = parts[0]
    resource = parts[1]
    for part in parts.dropFirst(2) {
      guard let sign = part.firstIndex(of: "="), part.index(after: sign) < part.endIndex else {
        throw wrong("'\(part)' is not of the form name=value", hint: Self.hint)
      }
      let word = Word(name: String(part[..<sign]), value: String(part[part.index(after: sign)...]))
      guard Self.options.contains(word.name) || FaultAction.names.contains(word.name) else {
        throw wrong("unknown word '\(part)'", hint: Self.hint)
      }
      guard !words.contains(where: { $0.name == word.name }) else {
        throw wrong("'\(word.name)=' is given twice", hint: "write one --fault for each fault")
      }
      words.append(word)
    }
  }

  /// The remaining words, as written.
  var rest: String { words.map(\.text).joined(separator: " ") }

  static let hint =
    "the words are rate= after= times= and one of \(FaultAction.names.map { "\($0)=" }.joined(separator: " ")); "
    + "'bulkpatch sandbox --help' explains them"

  /// The error that explains the fault of the rule.
  func wrong(_ reason: String, hint: String) -> SandboxError {
    .badFault(text: text, reason: reason, hint: hint)
  }

  /// The names in a list joined by commas; empty for `*`.
  func choice(
    of list: String, among known: [String], _ what: String
  ) throws(SandboxError) -> Set<String> {
    if list == "*" { return [] }
    var names: Set<String> = []
    for name in list.split(separator: ",", omittingEmptySubsequences: false) {
      guard let name = known.first(where: { $0 == name }) else {
        throw wrong(
          "'\(name)' is not \(what)",
          hint: "use one of \(known.joined(separator: ", ")), or * for all")
      }
      names.insert(name)
    }
    return names
  }

  /// The names of the remaining words that name an action.
  var actions: [String] { words.map(\.name).filter { FaultAction.names.contains($0) } }

  /// Takes a word; `nil` if it is not there.
  ///
  /// - Throws: `SandboxError.badFault` with `demand` if its value is invalid.
  mutating func take<Value>(
    _ name: String, _ read: (String) -> Value?, orSay demand: () -> String
  ) throws(SandboxError) -> Value? {
    guard let index = words.firstIndex(where: { $0.name == name }) else { return nil }
    let word = words.remove(at: index)
    guard let value = read(word.value) else {
      throw wrong("'\(word.text)' \(demand())", hint: "'bulkpatch sandbox --help' has examples")
    }
    return value
  }

  /// Takes a word whose value is a number from 1.
  mutating func takeCount(_ name: String) throws(SandboxError) -> Int? {
    try take(name) { text in
      Int(text).flatMap { $0 > 0 ? $0 : nil }
    } orSay: {
      "must be a number from 1"
    }
  }

  /// Takes a word whose value is one of a few.
  mutating func takeOne<Value>(
    of _: Value.Type, _ name: String
  ) throws(SandboxError) -> Value? where Value: RawRepresentable<String> & CaseIterable {
    try take(name) {
      Value(rawValue: $0)
    } orSay: {
      "must be \(Value.allCases.map(\.rawValue).joined(separator: " or "))"
    }
  }

  /// Takes a word whose value is a length of time.
  mutating func takeTime(_ name: String) throws(SandboxError) -> Duration? {
    try take(name) {
      Duration(delay: $0)
    } orSay: {
      "must be a time such as 50ms or 1.5s"
    }
  }

  /// Checks that every word was taken.
  func end() throws(SandboxError) {
    guard let word = words.first else { return }
    throw wrong("'\(word.text)' cannot be used with this action", hint: Self.hint)
  }
}

extension Duration {
  /// A length of time as a user writes it, `50ms` or `1.5s`, up to an hour.
  public init?(delay text: String) {
    let unit = text.hasSuffix("ms") ? "ms" : text.hasSuffix("s") ? "s" : ""
    guard !unit.isEmpty, let number = Double(text.dropLast(unit.count)), number >= 0,
      number * (unit == "ms" ? 0.001 : 1) <= 3600
    else { return nil }
    self = .microseconds(Int64(number * (unit == "ms" ? 1000 : 1_000_000)))
  }
}
