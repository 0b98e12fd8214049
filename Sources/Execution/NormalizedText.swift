/// A text as far as it survives a service that stores it: line ends alike, no blanks at the ends of lines or
/// of the whole, the common entities resolved.
///
/// Only to recognise a text we sent ourselves; never to decide what is written.
struct NormalizedText: Equatable, Sendable {
  private let scalars: [Unicode.Scalar]

  private static let entities: [(String, String)] = [
    ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&apos;", "'"), ("&nbsp;", " "),
    ("&#160;", " "), ("\u{A0}", " "), ("&amp;", "&"),
  ]

  init(_ text: String) {
    var text = text
    if text.utf8.contains(UInt8(ascii: "&")) || text.unicodeScalars.contains("\u{A0}") {
      for (entity, character) in NormalizedText.entities { text = text.replacing(entity, with: character) }
    }
    var scalars: [Unicode.Scalar] = []
    var previous: Unicode.Scalar?
    for scalar in text.unicodeScalars {
      defer { previous = scalar }
      if scalar == "\n", previous == "\r" { continue }
      guard scalar == "\n" || scalar == "\r" else {
        scalars.append(scalar)
        continue
      }
      NormalizedText.dropBlanks(&scalars)
      scalars.append("\n")
    }
    while let last = scalars.last, last == "\n" || NormalizedText.isBlank(last) { scalars.removeLast() }
    self.scalars = Array(scalars.drop { $0 == "\n" || NormalizedText.isBlank($0) })
  }

  private static func dropBlanks(_ scalars: inout [Unicode.Scalar]) {
    while let last = scalars.last, isBlank(last) { scalars.removeLast() }
  }

  private static func isBlank(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\t" }
}
