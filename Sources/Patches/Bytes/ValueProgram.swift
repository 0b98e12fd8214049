import JSON
import Sheets

/// How one attribute's values are read from bytes: in the everyday forms by looking at them, in all others by the rule.
///
/// A type of values that nothing is said of here is read by its rule, each text once.
final class ValueProgram {
  /// The forms that need no rule.
  private enum Everyday {
    case text(maximum: Int?)
    case integer(ClosedRange<Int64>)
    /// An id, which no list of known ones restricts.
    case id
    case none
  }

  private let rule: ValueRule
  private let nulls: NullWords
  private let fragments: Fragments
  private let everyday: Everyday
  private let quote: Int32
  private let idBegin: Int32
  private let idEnd: Int32
  private var remembered = RememberedReadings()

  /// `nil` when what the rule makes of a text does not depend on the text alone.
  init?(_ rule: ValueRule, _ nulls: NullWords, _ fragments: Fragments) {
    guard !rule.form.readsFiles else { return nil }
    self.rule = rule
    self.nulls = nulls
    self.fragments = fragments
    everyday =
      switch rule.form {
      case .text(let maximum, nil): .text(maximum: maximum)
      case .unstated: .text(maximum: nil)
      case .integer(let range): .integer(range)
      case .identifier: .integer(.min ... .max)
      case .named(let named) where !named.isFixed && named.allowedOnUpdate == nil: .id
      default: .none
      }
    quote = fragments.number(#"""#.utf8)
    idBegin = fragments.number(#"{"id":"#.utf8)
    idEnd = fragments.number("}".utf8)
  }

  /// Reads a cell of a CSV sheet.
  func read(_ cell: CellBytes) -> Reading {
    let text = unsafe cell.text
    if text.count == 0 { return .blank }
    if unsafe isPlain(text, count: text.count) {
      switch everyday {
      case .text(let maximum) where unsafe CertainText.holds(in: text, maximum: maximum):
        return .value(MadeValue(before: quote, piece: .copy(cell.place), after: quote))
      case .integer(let range):
        if let number = unsafe CertainText.integer(text), range.contains(number) {
          return .value(MadeValue(piece: .copy(cell.place)))
        }
      case .id where unsafe CertainText.integer(text) != nil:
        return .value(MadeValue(before: idBegin, piece: .copy(cell.place), after: idEnd))
      default: break
      }
    }
    let reading = unsafe remembered.reading(of: text) { unsafe ask(text) }
    // What is remembered was at another place.
    guard case .value(var value) = reading, case .copy = value.piece else { return reading }
    value.piece = .copy(cell.place)
    return .value(value)
  }

  /// Whether a text begins and ends visibly, is no failed formula, and stands for nothing but itself.
  ///
  /// - Parameter count: the least number of bytes that it is, when it is not as it stands.
  @inline(__always)
  private func isPlain(_ text: UnsafeRawBufferPointer, count: Int) -> Bool {
    let first = unsafe text[0]
    return unsafe CertainText.isVisible(first) && first != UInt8(ascii: "#")
      && CertainText.isVisible(text[text.count - 1]) && !nulls.mayMean(first, count: count)
  }

  /// What the rule makes of a cell.
  private func ask(_ bytes: UnsafeRawBufferPointer) -> Reading {
    let text = unsafe String(decoding: bytes, as: UTF8.self)
    // These are counted, each where it stands.
    guard nulls.meaning(of: text.trimmingBlanks()) != .looksNull else { return .unusual }
    var report = RowReport(row: 1, line: 1)
    let read = rule.read(text, nulls: nulls, at: "", &report)
    guard report.findings.isEmpty else { return .unusual }
    switch read {
    case .blank: return .blank
    case .rejected: return .unusual
    case .value(let value):
      var escaped: [UInt8] = []
      PatchForm.append(text: text.utf8, to: &escaped)
      return .value(made(of: value.bytes(), from: escaped))
    }
  }

  /// JSON in terms of what the row has of it.
  private func made(of json: [UInt8], from text: [UInt8]) -> MadeValue {
    let last = json.count - text.count
    guard last >= 0, let start = (0...last).last(where: { json[$0..<$0 + text.count].elementsEqual(text) })
    else { return MadeValue(piece: .literal(json)) }
    return MadeValue(
      before: fragments.number(json[..<start]), piece: .copy(0..<0),
      after: fragments.number(json[(start + text.count)...]))
  }
}

// MARK: - JSON

extension ValueProgram {
  /// Reads a member's value from the bytes of its token.
  ///
  /// - Parameter start: where in the row the token stands.
  func read(token: UnsafeRawBufferPointer, at start: Int) -> Reading {
    let place = start..<start + token.count
    switch everyday {
    case .text(let maximum) where unsafe isCertainString(token, maximum: maximum):
      return .value(MadeValue(piece: .copy(place)))
    case .integer(let range):
      if let number = unsafe CertainText.integer(token), range.contains(number) {
        return .value(MadeValue(piece: .copy(place)))
      }
    case .id:
      if let digits = unsafe JSONTokens.id(in: token) {
        let place = start + digits.lowerBound..<start + digits.upperBound
        return .value(MadeValue(before: idBegin, piece: .copy(place), after: idEnd))
      }
    default: break
    }
    let reading = unsafe remembered.reading(of: token) { unsafe ask(token: token) }
    guard case .value(var value) = reading, case .copy = value.piece else { return reading }
    value.piece = .copy(place)
    return .value(value)
  }

  /// Whether a token is a string whose text is certain, written as `JSONValue` writes it.
  private func isCertainString(_ token: UnsafeRawBufferPointer, maximum: Int?) -> Bool {
    guard token.count > 2, unsafe token[0] == UInt8(ascii: "\"") else { return false }
    let text = unsafe UnsafeRawBufferPointer(rebasing: token[1..<token.count - 1])
    guard let escapes = unsafe JSONTokens.escapes(in: text), unsafe isPlain(text, count: text.count - escapes)
    else { return false }
    return unsafe CertainText.holds(in: text, maximum: maximum)
  }

  private func ask(token: UnsafeRawBufferPointer) -> Reading {
    guard let value = try? unsafe JSONValue(parsing: token) else { return .unusual }
    if let text = value.string, text.isEmpty || nulls.meaning(of: text.trimmingBlanks()) == .looksNull {
      return .unusual
    }
    var report = RowReport(row: 1, line: 1)
    let checked = rule.checkMember(value, nulls: nulls, at: "", &report)
    guard report.findings.isEmpty, let checked else { return .unusual }
    let json = checked.bytes()
    return .value(unsafe MadeValue(piece: json.elementsEqual(token) ? .copy(0..<0) : .literal(json)))
  }
}

extension ValueRule.Form {
  /// Whether values come from files, or are as large as such.
  fileprivate var readsFiles: Bool {
    switch self {
    case .base64, .file, .fileBytes: true
    default: false
    }
  }
}
