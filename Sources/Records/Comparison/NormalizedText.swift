package import Catalog
package import JSON

/// A text in the form that survives a service's storage.
///
/// Entities are resolved, line ends are alike, lines and the whole have no blanks at their ends, and accented letters
/// have one form. It only serves to recognise our own texts, never to decide what is written.
struct NormalizedText: Sendable {
  private let text: String

  init(_ text: String) {
    var text = text
    // A service that escapes its output has escaped our entity once more.
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

  /// Returns whether one text may come from the other in a service that cuts, wraps or decorates texts.
  ///
  /// It does if most words of the shorter one are in the longer one.
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
  /// Compares as Swift compares texts, by canonical equivalence: `é` equals `e` with an accent.
  static func == (one: NormalizedText, other: NormalizedText) -> Bool { one.text == other.text }
}

extension JSONValue {
  /// Returns whether both are texts, and a service's storage may have made one from the other.
  package func isLikeText(_ actual: JSONValue?) -> Bool {
    guard let wanted = string, let actual = actual?.string else { return false }
    return NormalizedText(wanted) == NormalizedText(actual)
  }

  /// Returns whether both values agree like that for this type: only texts are tidied.
  package func isTidied(_ now: JSONValue?, _ kind: Field.Kind?) -> Bool {
    switch kind {
    case .string, nil: isLikeText(now)
    default: false
    }
  }
}

// MARK: - Entities

extension String {
  /// The text with its entities resolved once: HTML 4's names up to ÿ, common ones beyond, and all numbers.
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
    // From U+00A0 on, in order.
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
