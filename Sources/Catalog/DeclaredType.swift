/// The type that a job or a site declares for an attribute outside the catalogue, such as `code(30)`.
public struct DeclaredType: Sendable, Hashable {
  public enum Word: String, Sendable, CaseIterable {
    case text
    case code
    case number
    case integer
    case boolean
    case date
    case datetime
    case menu
    case reference
  }

  public var word: Word
  /// The characters of a text or a code, or the digits of a number; `nil` if not given.
  public var length: Int?

  public init(_ word: Word, length: Int? = nil) {
    self.word = word
    self.length = length
  }

  /// Reads `text`, `code(30)` or `integer(4)`; `nil` for an unknown word or a length that is not possible.
  public init?(_ text: String) {
    let name = text.prefix { $0 != "(" }
    guard let word = Word(rawValue: String(name)) else { return nil }
    let rest = text.dropFirst(name.count)
    guard !rest.isEmpty else {
      self.init(word)
      return
    }
    let digits = rest.dropFirst().dropLast()
    guard rest.last == ")", digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let length = Int(digits),
      let lengths = word.lengths, lengths.contains(length)
    else { return nil }
    self.init(word, length: length)
  }

  /// The declaration as text.
  public var text: String { length.map { "\(word.rawValue)(\($0))" } ?? word.rawValue }

  /// Returns the catalogue's type for it, in the API of that dialect.
  public func kind(in dialect: Dialect) -> Field.Kind {
    switch (word, dialect) {
    case (.text, _): return .string(maximumLength: length)
    case (.code, _): return length.map { .code(maximumLength: $0) } ?? .code()
    case (.number, _): return .number(maximumDigits: length)
    case (.integer, _):
      guard let length else { return .integer() }
      let largest = (0..<length).reduce(Int64(1)) { power, _ in power * 10 } - 1
      return .integer(minimum: -largest, maximum: largest)
    case (.boolean, _): return .boolean
    case (.date, _): return .date
    case (.datetime, _): return .dateTime
    // Fusion CX has neither form: a list's value is its code, and another record its id.
    case (.menu, .fusionCX): return .string()
    case (.reference, .fusionCX): return .integer()
    case (.menu, .b2cService): return .menu()
    case (.reference, .b2cService): return .reference(to: "")
    }
  }

  /// The expected form of such a setting, in words.
  public static let expected =
    "one of \(Word.allCases.map(\.rawValue).joined(separator: ", ")), with a length where it has one: code(30)"
}

extension DeclaredType.Word {
  /// The possible lengths of the type; `nil` if it has none.
  fileprivate var lengths: ClosedRange<Int>? {
    switch self {
    case .text, .code: 1...1_000_000
    // A whole number of 18 digits always fits 64 bits.
    case .integer: 1...18
    case .number: 1...38
    case .boolean, .date, .datetime, .menu, .reference: nil
    }
  }
}

extension DeclaredType {
  /// Creates the declaration that matches a type of the catalogue; `nil` for one that cannot be declared.
  init?(_ kind: Field.Kind) {
    // Some words are names of types as well: without theirs, this would call itself.
    switch kind {
    case .string(let length, _): self.init(.text, length: length)
    case .code(_, _, let length): self.init(.code, length: length)
    case .number(let digits): self.init(.number, length: digits)
    case .integer: self.init(Word.integer)
    case .boolean: self.init(Word.boolean)
    case .date: self.init(Word.date)
    case .dateTime: self.init(Word.datetime)
    case .menu: self.init(Word.menu)
    case .reference: self.init(Word.reference)
    case .base64, .menuPath: return nil
    }
  }
}
