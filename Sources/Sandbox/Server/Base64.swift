import Foundation

/// Base64 in both services' form of bytes (RFC 4648, section 4), without line breaks.
enum Base64 {
  /// The bytes; `nil` if the text is not strict base64.
  static func decoded(_ text: String) -> [UInt8]? {
    Data(base64Encoded: text).map { Array($0) }
  }

  static func encoded(_ bytes: some Sequence<UInt8>) -> String {
    Data(bytes).base64EncodedString()
  }
}
