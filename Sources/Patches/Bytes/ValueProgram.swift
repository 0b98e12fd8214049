import JSON
import Sheets

/// Reads one attribute's values from bytes: common forms directly, all others by the rule.
///
/// The rule reads each text of a type without a common form once.
final class ValueProgram {
  /// The forms that need no rule.
  private enum Everyday {
    case text(maximum: Int?)
    case integer(ClosedRange<Int64>)
    /// An id that is not restricted to a list.
    case id
    case none
  }

  private let rule: ValueRule
  private let nulls: NullWords
  private let fragments: Fragments
  private let everyday: Everyday
  /// The meanings of the cells, if the job gives some.
  private let table: ValueTable?
  private let quote: Int32
  private let idBegin: Int32
  private let idEnd: Int32
  private let nameBegin = #"{"lookupName":"#
  private var remembered = RememberedTexts<Reading>()

  /// Compiles a rule; `nil` if its result depends on more than the text.
  init?(_ rule: ValueRule, _ nulls: NullWords, _ fragments: Fragments, _ table: ValueTable? = nil) {
    guard !rule.form.readsFiles else { return nil }
    self.rule = rule
    self.table = table
    self.nulls = nulls
    self.fragments = fragments
    everyday =
      switch rule.form {
      case _ where table != nil || rule.siteRefusal != nil: .none
      case .text(let maximum, nil): .text(maximum: maximum)
      case .unstated: .text(maximum: nil)
      case .integer(let range): .integer(range)
      case .identifier: .integer(.min ... .max)
      case .named(let named) where !named.isFixed && named.allowedOnUpdate == nil && named.listed == nil: .id
      default: .none
      }
    quote = fragments.number(#"""#.utf8)
    idBegin = fragments.number(#"{"id":"#.utf8)
    idEnd = fragments.number("}".utf8)
  }

  /// Reads a cell of a CSV sheet.
  func read(_ cell: CellBytes) -> Reading {
    let text = unsafe cell.text
    if text.count == 0 { return table == nil ? .blank : unsafe ask(text) }
    if table == nil, unsafe isPlain(text, count: text.count) {
      switch everyday {
      case .text(let maximum)
      where unsafe CertainText.holds(in: text, maximum: maximum)
        && (rule.cardRule == .allow || !CardNumbers.mayBe(in: text)):
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
    let reading = unsafe remembered.value(of: text) { unsafe ask(text).toRemember }
    // The remembered range belongs to another row.
    guard case .value(var value) = reading, case .copy = value.piece else { return reading }
    value.piece = .copy(cell.place)
    return .value(value)
  }

  /// Returns whether a text begins and ends visibly, is no failed formula, and has no special meaning.
  ///
  /// - Parameter count: the smallest number of bytes it takes if it is rewritten.
  @inline(__always)
  private func isPlain(_ text: UnsafeRawBufferPointer, count: Int) -> Bool {
    let first = unsafe text[0]
    return unsafe CertainText.isVisible(first) && first != UInt8(ascii: "#")
      && CertainText.isVisible(text[text.count - 1]) && !nulls.mayMean(first, count: count)
  }

  /// Returns the rule's reading of a cell.
  private func ask(_ bytes: UnsafeRawBufferPointer) -> Reading {
    let cell = unsafe String(decoding: bytes, as: UTF8.self)
    var report = RowReport(row: 1, line: 1)
    let said = table.map { $0.meaning(of: cell, nulls: nulls, at: "", &report) } ?? cell
    // These words are counted, each at its place.
    guard let text = said, nulls.meaning(of: text.trimmingBlanks()) != .looksNull else { return .unusual }
    let read = rule.read(text, nulls: nulls, at: "", &report)
    guard report.findings.isEmpty else { return .unusual }
    switch read {
    case .blank: return .blank
    case .rejected: return .unusual
    case .value(let value) where table != nil: return .value(MadeValue(piece: .literal(value.bytes())))
    case .value(let value):
      var escaped: [UInt8] = []
      PatchForm.append(text: text.utf8, to: &escaped)
      return .value(made(of: value.bytes(), from: escaped))
    }
  }

  /// Returns JSON in terms of the row's own bytes.
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
  /// - Parameter start: the token's offset in the row.
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
    let reading = unsafe remembered.value(of: token) { unsafe ask(token: token).toRemember }
    guard case .value(var value) = reading, case .copy(let part) = value.piece else { return reading }
    value.piece = .copy(part.isEmpty ? place : start + part.lowerBound..<start + part.upperBound)
    return .value(value)
  }

  /// Returns whether a token is a string with a certain text, written as `JSONValue` writes it.
  private func isCertainString(_ token: UnsafeRawBufferPointer, maximum: Int?) -> Bool {
    guard token.count > 2, unsafe token[0] == UInt8(ascii: "\"") else { return false }
    let text = unsafe UnsafeRawBufferPointer(rebasing: token[1..<token.count - 1])
    guard let escapes = unsafe JSONTokens.escapes(in: text),
      unsafe isPlain(text, count: text.count - escapes),
      unsafe rule.cardRule == .allow || !CardNumbers.mayBe(in: text)
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
    guard json.starts(with: nameBegin.utf8), unsafe json.elementsEqual(token) else {
      return .value(unsafe made(of: json, from: Array(token)))
    }
    // A name is a piece of its own, so that the form shows where it is.
    return .value(
      MadeValue(
        before: fragments.number(nameBegin.utf8), piece: .copy(nameBegin.utf8.count..<json.count - 1),
        after: idEnd))
  }
}

extension Reading {
  /// The reading, and whether to remember it: an unusual text is examined each time.
  fileprivate var toRemember: (Reading, isKept: Bool) {
    if case .unusual = self { (self, false) } else { (self, true) }
  }
}

extension ValueRule.Form {
  /// Indicates that values come from files, or are as large as files.
  fileprivate var readsFiles: Bool {
    switch self {
    case .base64, .file, .fileBytes: true
    default: false
    }
  }
}
