import Mustache

/// The escaping of texts in a page.
///
/// swift-mustache escapes by visible characters. A `<` that forms one with a neighbour, such as U+0600 before it or
/// U+0338 after it, would not be escaped. Every template therefore begins with the content type that is registered
/// here, which escapes by code units.
enum PageText: MustacheContentType {
  case html

  static let name = "PAGE"

  /// The first line of every template.
  static let pragma = "{{% CONTENT_TYPE:PAGE}}"

  /// Registers the type for templates.
  static func register() { MustacheContentTypes.register(PageText.html, named: name) }

  func escapeText(_ text: String) -> String {
    guard text.utf8.contains(where: { PageText.entities[$0] != nil }) else { return text }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count + 32)
    for byte in text.utf8 {
      if let entity = PageText.entities[byte] { bytes += entity.utf8 } else { bytes.append(byte) }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static let entities: [UInt8: String] = [
    UInt8(ascii: "<"): "&lt;", UInt8(ascii: ">"): "&gt;", UInt8(ascii: "&"): "&amp;",
    UInt8(ascii: "\""): "&quot;", UInt8(ascii: "'"): "&#39;",
  ]

  /// Returns JSON for a script element: nothing in it can end the element or begin a comment.
  ///
  /// Outside its strings a JSON text has none of these characters.
  static func inScript(_ json: [UInt8]) -> [UInt8] {
    guard
      json.contains(where: { $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: "&") || $0 == UInt8(ascii: ">") })
    else { return json }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(json.count + 64)
    for byte in json {
      switch byte {
      case UInt8(ascii: "<"): bytes += #"\u003c"#.utf8
      case UInt8(ascii: ">"): bytes += #"\u003e"#.utf8
      case UInt8(ascii: "&"): bytes += #"\u0026"#.utf8
      default: bytes.append(byte)
      }
    }
    return bytes
  }
}
