public import Catalog
import JSON
public import Records

/// The names that the bodies of one form give.
public struct FormNames: Sendable {
  /// The attribute whose value a piece names, for each piece.
  public var pieces: [String?]
  /// The names that every one of these bodies gives.
  public var constants: [GivenName]

  /// Indicates that there are none.
  public var isEmpty: Bool { constants.isEmpty && pieces.allSatisfy { $0 == nil } }
}

extension PatchForm {
  /// The text before and after a piece that is a name.
  var nameBegin: String { isOfCells ? #"{"lookupName":""# : #"{"lookupName":"# }
  var nameEnd: String { isOfCells ? #""}"# : "}" }

  /// Returns the id that is sent in place of a piece.
  func id(of piece: Span<UInt8>, at index: Int) -> Int64? {
    guard index < ids.count, !ids[index].isEmpty, let name = name(in: piece) else { return nil }
    return ids[index][name]
  }

  /// Returns the text of a piece that is a name; `nil` if it is no text, or not a place of the row.
  public func name(at place: Int64, of input: Span<UInt8>) -> String? {
    PatchForm.range(place, in: input.count).flatMap { name(in: input.extracting($0)) }
  }

  /// Returns the text of a piece that is a name.
  func name(in piece: Span<UInt8>) -> String? {
    unsafe piece.withUnsafeBufferPointer { bytes in
      if isOfCells {
        guard unsafe bytes.contains(UInt8(ascii: "\"")) else {
          return unsafe String(decoding: bytes, as: UTF8.self)
        }
        return unsafe String(decoding: bytes, as: UTF8.self).replacing(#""""#, with: #"""#)
      }
      guard unsafe bytes.first == UInt8(ascii: "\""), bytes.count > 1 else { return nil }
      guard unsafe bytes.contains(UInt8(ascii: "\\")) else {
        return unsafe String(decoding: bytes[1..<bytes.count - 1], as: UTF8.self)
      }
      return (try? unsafe JSONValue(parsing: UnsafeRawBufferPointer(bytes)))?.string
    }
  }

  /// Finds the names in bodies of this form; `nil` if only the bodies themselves show them.
  ///
  /// It is asked of one body, in which each piece is a mark.
  public func given(in resource: ResourceType) -> FormNames? {
    guard let probe = probe(phrases) else { return nil }
    var names = FormNames(pieces: Array(repeating: nil, count: phrases.count - 1), constants: [])
    var isCertain = true
    _ = resource.body(probe, element: nil) { name in
      if let index = (0..<names.pieces.count).first(where: { name.name == Self.mark($0) }) {
        isCertain = isCertain && names.pieces[index] == nil
        names.pieces[index] = name.place
      } else if name.name.contains(Self.markBegin) {
        isCertain = false
      } else if !names.constants.contains(name) {
        names.constants.append(name)
      }
      return nil
    }
    return isCertain && withIDs(names, in: resource, { _ in 1 }) != nil ? names : nil
  }

  /// Returns the form with the ids of its constant names in their place, and with the attributes of the others.
  ///
  /// - Parameter given: its names.
  /// - Returns: never `nil` for names that `given(in:)` has found.
  public func withIDs(
    _ given: FormNames, in resource: ResourceType, _ id: (GivenName) -> Int64?
  ) -> PatchForm? {
    var form = self
    let constants = Set(given.constants)
    if let probe = probe(phrases),
      let changed = resource.body(probe, element: nil, withIDs: { constants.contains($0) ? id($0) : nil })
    {
      guard let phrases = split(JSONValue.object(changed).text()) else { return nil }
      form.phrases = phrases
    }
    form.names = given.pieces.indices.map { index in
      form.phrases[index].hasSuffix(nameBegin) && form.phrases[index + 1].hasPrefix(nameEnd)
        ? given.pieces[index] : nil
    }
    if form.names.allSatisfy({ $0 == nil }) { form.names = [] }
    return form
  }

  // MARK: Marks, as texts and as numbers

  private static let markBegin = "73061504812"

  private static func mark(_ index: Int) -> String { markBegin + String(100_000 + index) }

  /// Returns a body in which each piece is a mark; `nil` if it does not show the pieces as they are.
  private func probe(_ phrases: [String]) -> JSONObject? {
    var text = phrases[0]
    for (index, phrase) in phrases.dropFirst().enumerated() {
      text += (isOfCells ? Self.mark(index) : #""\#(Self.mark(index))""#) + phrase
    }
    guard let body = (try? JSONValue(parsing: text))?.object, split(JSONValue.object(body).text()) == phrases
    else { return nil }
    return body
  }

  /// Returns the phrases of a body with marks; `nil` if a mark is not there once.
  private func split(_ text: String) -> [String]? {
    var rest = text[...]
    var phrases: [String] = []
    for index in 0..<self.phrases.count - 1 {
      let mark = isOfCells ? Self.mark(index) : #""\#(Self.mark(index))""#
      guard let range = rest.firstRange(of: mark) else { return nil }
      phrases.append(String(rest[..<range.lowerBound]))
      rest = rest[range.upperBound...]
    }
    phrases.append(String(rest))
    return phrases.contains { $0.contains(Self.markBegin) } ? nil : phrases
  }
}
