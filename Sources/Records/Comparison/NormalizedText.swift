package import Catalog
package import JSON

/// A text as far as it survives a service that stores it: entities resolved, line ends alike, no blanks at the ends
/// of lines or of the whole, letters with accents in one form.
///
/// Only to recognise a text we sent ourselves; never to decide what is written.
struct NormalizedText: Sendable {
  private let text: String

  init(_ text: String) {
    var text = text
    // A service that escapes what it shows has escaped an entity of ours once more.
    for _ in 1...3 where text.utf8.contains(UInt8(ascii: "&")) {
      let resolved = text.resolvingEntities
      guard resolved != text else { break }
      text = resolved
    }
    var scalars = String.UnicodeScalarView()
    var previous: Unicode.Scalar?
    for scalar in text.unicodeScalars {
      defer { previous = scalar }
      if scalar == "\n", previous == "\r" { continue }
      guard scalar == "\n" || scalar == "\r" else {
        scalars.append(scalar == "\u{A0}" ? " " : scalar)
        continue
      }
      NormalizedText.dropBlanks(&scalars)
      scalars.append("\n")
    }
    while let last = scalars.last, last == "\n" || NormalizedText.isBlank(last) { scalars.removeLast() }
    self.text = String(scalars.drop { $0 == "\n" || NormalizedText.isBlank($0) })
  }

  private static func dropBlanks(_ scalars: inout String.UnicodeScalarView) {
    while let last = scalars.last, isBlank(last) { scalars.removeLast() }
  }

  private static func isBlank(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\t" }

  /// Whether one may have come of the other in a service that cuts, wraps or decorates what it stores: most words
  /// of the shorter one are in the longer one.
  func resembles(_ other: NormalizedText) -> Bool {
    let (words, others) = (words, other.words)
    let shorter = min(words.count, others.count)
    guard shorter > 0 else { return words.count == others.count }
    if text.hasPrefix(other.text) || other.text.hasPrefix(text) { return true }
    var left = Dictionary(words.lazy.map { ($0, 1) }, uniquingKeysWith: +)
    var common = 0
    for word in others where left[word, default: 0] > 0 {
      left[word, default: 0] -= 1
      common += 1
    }
    return common * 5 >= shorter * 4
  }

  private var words: [Substring] { text.split { !$0.isLetter && !$0.isNumber } }
}

extension NormalizedText: Equatable {
  /// Compares as Swift's texts do, by canonical equivalence: `é` is `e` with an accent.
  static func == (one: NormalizedText, other: NormalizedText) -> Bool { one.text == other.text }
}

extension JSONValue {
  /// Whether both are texts that a service may have made of one another by storing them.
  package func isLikeText(_ actual: JSONValue?) -> Bool {
    guard let wanted = string, let actual = actual?.string else { return false }
    return NormalizedText(wanted) == NormalizedText(actual)
  }

  /// The same of values of one type: only texts are tidied.
  package func isTidied(_ now: JSONValue?, _ kind: Field.Kind?) -> Bool {
    switch kind {
    case .string, nil: isLikeText(now)
    default: false
    }
  }
}

// MARK: - Entities

extension String {
  /// Every entity that HTML 4 has a name for up to ÿ, the common ones beyond, and all that are numbers, once.
  fileprivate var resolvingEntities: String {
    var rest = self[...]
    var resolved = ""
    while let start = rest.firstIndex(of: "&") {
      resolved += rest[..<start]
      rest = rest[start...]
      // The longest name has eight letters, the longest number seven digits and a sign.
      guard let end = rest.prefix(12).firstIndex(of: ";"),
        let scalar = Self.scalar(ofEntity: rest[rest.index(after: start)..<end])
      else {
        resolved.append("&")
        rest = rest.dropFirst()
        continue
      }
      resolved.unicodeScalars.append(scalar)
      rest = rest[rest.index(after: end)...]
    }
    return resolved + rest
  }

  private static func scalar(ofEntity name: Substring) -> Unicode.Scalar? {
    guard name.first == "#" else { return entities[name] }
    let digits = name.dropFirst()
    let number =
      digits.first?.lowercased() == "x" ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
    return number.flatMap { $0 == 0 ? nil : Unicode.Scalar($0) }
  }

  private static let entities: [Substring: Unicode.Scalar] = {
    var entities: [Substring: Unicode.Scalar] = [
      "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "euro": "€", "hellip": "…", "ndash": "–",
      "mdash": "—", "lsquo": "‘", "rsquo": "’", "sbquo": "‚", "ldquo": "“", "rdquo": "”", "bdquo": "„",
      "bull": "•", "trade": "™",
    ]
    // From U+00A0 on, in their order.
    let latin = """
      nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute \
      micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig \
      Ccedil Egrave Eacute Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times \
      Oslash Ugrave Uacute Ucirc Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave \
      eacute ecirc euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave \
      uacute ucirc uuml yacute thorn yuml
      """
    for (offset, name) in latin.split(separator: " ").enumerated() {
      entities[name] = Unicode.Scalar(0xA0 + UInt32(offset))
    }
    return entities
  }()
}
