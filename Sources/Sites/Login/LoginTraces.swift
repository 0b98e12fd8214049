import JSON

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What a site must not be quoted with: the login that was sent to it, in the forms in which an error page, its own or a
/// gateway's, may repeat it.
///
/// Never prints what it looks for.
struct LoginTraces: Sendable, Equatable {
  private var forms: [Secret] = []

  /// Words this short are in every text; nothing would be hidden by taking them out.
  private static let shortest = 4

  init() {}

  /// - Parameter secrets: passwords, tokens and what is made of them.
  init(of secrets: [Secret]) {
    var forms: Set<String> = []
    for secret in secrets.map({ $0.reveal() }) {
      let json = String(JSONValue.string(secret).text().dropFirst().dropLast())
      forms.formUnion([secret, json, Self.asciiJSON(json), secret.percentEncoded, Self.html(secret)])
    }
    // The longest first: a part of one may be another.
    self.forms = forms.filter { $0.count >= Self.shortest }.sorted { ($0.count, $0) > ($1.count, $1) }
      .map(Secret.init)
  }

  /// A text with each of them blanked out.
  func hidden(in text: String) -> String {
    forms.reduce(text) { $0.replacing($1.reveal(), with: "***") }
  }

  /// With everything but ASCII escaped, as many a JSON library writes.
  private static func asciiJSON(_ json: String) -> String {
    json.utf16.map { unit in
      guard unit > 0x7E else { return String(UnicodeScalar(UInt8(unit))) }
      let digits = String(unit, radix: 16)
      return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }.joined()
  }

  private static func html(_ text: String) -> String {
    [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;"), ("'", "&#39;")].reduce(text) {
      $0.replacing($1.0, with: $1.1)
    }
  }
}

extension LoginTraces: CustomStringConvertible, CustomReflectable {
  var description: String { "***" }
  var customMirror: Mirror { Mirror(self, children: []) }
}
