#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What a site must not be quoted with: the login that was sent to it, in the forms in which an error page, its own or a
/// gateway's, may repeat it.
///
/// A text is read as it is and with its escapes resolved (percent signs, entities, JSON), one layer after the other, so
/// that it does not matter who has escaped which characters how often, nor who has put them in capitals. Never prints what
/// it looks for.
struct LoginTraces: Sendable, Equatable {
  /// The longest first: a part of one may be another.
  private var secrets: [[UInt8]] = []

  /// Words this short are in every text; nothing would be hidden by taking them out.
  private static let shortest = 4
  /// So often may a text have been escaped: by who wrote it, and by who quoted that.
  private static let layers = 3

  init() {}

  /// - Parameter secrets: passwords, tokens and what is made of them.
  init(of secrets: [Secret]) {
    var forms: Set<[UInt8]> = []
    for secret in secrets.map({ $0.reveal() }) where secret.count >= Self.shortest {
      // Forms write a blank as a plus.
      for text in [secret, secret.replacing(" ", with: "+")] { forms.formUnion(Self.spellings(of: text)) }
      forms.formUnion(Self.encodings(of: secret))
      // What is left of a secret with escapes of its own where a text has been resolved.
      var bytes = EscapedBytes(secret.utf8)
      for _ in 0..<Self.layers where bytes.resolve() { forms.insert(bytes.bytes) }
    }
    self.secrets = forms.filter { $0.count >= Self.shortest }.sorted { $0.count > $1.count }
  }

  /// What a diagnosis may have made of a secret: base64 of it, hexadecimal digits, and base64 that it is, without its padding.
  private static func encodings(of secret: String) -> [[UInt8]] {
    let bytes = Array(secret.utf8)
    let base64 = Data(bytes).base64EncodedString()
    let digits = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    func unpadded(_ text: String) -> String { String(text.prefix { $0 != "=" }) }
    return [unpadded(base64), unpadded(secret), digits].map { Array($0.utf8) }
  }

  /// A text in UTF-8; and, as far as it has one, in Latin-1: as escapes have it, and as is left of it where it was read as
  /// UTF-8.
  private static func spellings(of text: String) -> [[UInt8]] {
    let scalars = text.unicodeScalars
    guard scalars.contains(where: { !$0.isASCII }), scalars.allSatisfy({ $0.value < 0x100 }) else {
      return [Array(text.utf8)]
    }
    let garbled = String(String.UnicodeScalarView(scalars.map { $0.isASCII ? $0 : "\u{FFFD}" }))
    return [Array(text.utf8), scalars.map { UInt8($0.value) }, Array(garbled.utf8)]
  }

  /// These and others.
  func adding(_ others: LoginTraces) -> LoginTraces {
    guard !others.secrets.isEmpty else { return self }
    var traces = self
    traces.secrets = (secrets + others.secrets).sorted { $0.count > $1.count }
    return traces
  }

  /// As many bytes at the end of a text that was cut may be the beginning of a secret.
  var longest: Int {
    // An entity with leading zeros takes a dozen characters for one.
    (secrets.first?.count ?? 0) * 12
  }

  /// A text with each of them blanked out.
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
