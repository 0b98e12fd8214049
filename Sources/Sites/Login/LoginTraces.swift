#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The login data that must be hidden in a site's texts, in the forms in which an error page may repeat it.
///
/// The page may be the site's or a gateway's. A text is searched as it is and with its escapes resolved (percent
/// signs, entities, JSON), layer by layer. It therefore does not matter how often characters were escaped, or whether
/// they were put in capitals. It never prints what it looks for.
struct LoginTraces: Sendable, Equatable {
  /// The secrets, longest first: one may be part of another.
  private var secrets: [[UInt8]] = []

  /// The length of words that occur in every text, so that removing them would hide nothing.
  private static let shortest = 4
  /// The number of times a text may have been escaped: by its writer, and by those who quoted it.
  private static let layers = 3

  init() {}

  /// - Parameter secrets: passwords, tokens and values derived from them.
  init(of secrets: [Secret]) {
    var forms: Set<[UInt8]> = []
    for secret in secrets.map({ $0.reveal() }) where secret.count >= Self.shortest {
      // Forms write a blank as a plus.
      for text in [secret, secret.replacing(" ", with: "+")] { forms.formUnion(Self.spellings(of: text)) }
      forms.formUnion(Self.encodings(of: secret))
      // The form that a secret with escapes of its own has after a text was resolved.
      var bytes = EscapedBytes(secret.utf8)
      for _ in 0..<Self.layers where bytes.resolve() { forms.insert(bytes.bytes) }
    }
    self.secrets = forms.filter { $0.count >= Self.shortest }.sorted { $0.count > $1.count }
  }

  /// Returns the forms of a secret in a diagnosis: its base64, its hexadecimal digits, and without padding if it is
  /// base64.
  private static func encodings(of secret: String) -> [[UInt8]] {
    let bytes = Array(secret.utf8)
    let base64 = Data(bytes).base64EncodedString()
    let digits = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    func unpadded(_ text: String) -> String { String(text.prefix { $0 != "=" }) }
    return [unpadded(base64), unpadded(secret), digits].map { Array($0.utf8) }
  }

  /// Returns a text in UTF-8 and, as far as possible, in Latin-1: in the form of escapes, and as misread as UTF-8.
  private static func spellings(of text: String) -> [[UInt8]] {
    let scalars = text.unicodeScalars
    guard scalars.contains(where: { !$0.isASCII }), scalars.allSatisfy({ $0.value < 0x100 }) else {
      return [Array(text.utf8)]
    }
    let garbled = String(String.UnicodeScalarView(scalars.map { $0.isASCII ? $0 : "\u{FFFD}" }))
    return [Array(text.utf8), scalars.map { UInt8($0.value) }, Array(garbled.utf8)]
  }

  /// A copy in memory of its own.
  var unshared: LoginTraces {
    var copy = self
    copy.secrets = secrets.map { $0 }
    return copy
  }

  /// Returns these traces and others.
  func adding(_ others: LoginTraces) -> LoginTraces {
    guard !others.secrets.isEmpty else { return self }
    var traces = self
    traces.secrets = (secrets + others.secrets).sorted { $0.count > $1.count }
    return traces
  }

  /// The number of bytes at the end of a truncated text that may be the beginning of a secret.
  var longest: Int {
    // An entity with leading zeros uses a dozen characters for one.
    (secrets.first?.count ?? 0) * 12
  }

  /// Returns a text with each of them blanked out.
  func hidden(in text: String) -> String {
    guard !secrets.isEmpty else { return text }
    var found: [Range<Int>] = []
    var bytes = EscapedBytes(text.utf8)
    var layer = 0
    repeat {
      for secret in secrets { found += bytes.ranges(of: secret) }
      layer += 1
    } while layer <= Self.layers && bytes.resolve()
    return found.isEmpty ? text : Self.blank(found, in: Array(text.utf8))
  }

  private static func blank(_ ranges: [Range<Int>], in bytes: [UInt8]) -> String {
    var kept: [UInt8] = []
    var end = 0
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) where range.upperBound > end {
      if range.lowerBound >= end {
        kept += bytes[end..<range.lowerBound]
        kept += Array("***".utf8)
      }
      end = range.upperBound
    }
    return String(decoding: kept + bytes[end...], as: UTF8.self)
  }
}

extension LoginTraces: CustomStringConvertible, CustomReflectable {
  var description: String { "***" }
  var customMirror: Mirror { Mirror(self, children: []) }
}
