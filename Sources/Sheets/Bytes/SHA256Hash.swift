#if canImport(CryptoKit)
  import CryptoKit
  import Foundation
#else
  import CCrypto
  import Foundation
#endif

/// The SHA-256 (FIPS 180-4) of bytes that come piece by piece.
///
/// It uses the system's library: OpenSSL's libcrypto, on macOS CryptoKit.
@safe public final class SHA256Hash {
  #if canImport(CryptoKit)
    private var hash = SHA256()
  #else
    private let context = unsafe EVP_MD_CTX_new()
  #endif

  /// Returns the hash of a text's UTF-8, in lower-case hexadecimal.
  public static func of(_ text: String) -> String {
    let hash = SHA256Hash()
    let bytes = Array(text.utf8)
    unsafe bytes.withUnsafeBytes { unsafe hash.update($0) }
    return hash.finish()
  }

  /// Returns the same in base64, as a content security policy names a script.
  public static func base64(of text: String) -> String {
    let digits = Array(of(text).utf8)
    let bytes = stride(from: 0, to: digits.count, by: 2).compactMap {
      UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16)
    }
    return Data(bytes).base64EncodedString()
  }

  init() {
    #if !canImport(CryptoKit)
      let done = unsafe EVP_DigestInit_ex(context, EVP_sha256(), nil)
      precondition(done == 1, "libcrypto has no SHA-256")
    #endif
  }

  #if !canImport(CryptoKit)
    deinit { unsafe EVP_MD_CTX_free(context) }
  #endif

  func update(_ bytes: UnsafeRawBufferPointer) {
    #if canImport(CryptoKit)
      unsafe hash.update(bufferPointer: bytes)
    #else
      let done = unsafe EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
      precondition(done == 1, "libcrypto could not hash")
    #endif
  }

  /// Returns the hash of everything, in lower-case hexadecimal; nothing can follow.
  func finish() -> String {
    #if canImport(CryptoKit)
      let bytes = Array(hash.finalize())
    #else
      var bytes = [UInt8](repeating: 0, count: 32)
      let done = unsafe EVP_DigestFinal_ex(context, &bytes, nil)
      precondition(done == 1, "libcrypto could not hash")
    #endif
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 0xF)]] }, as: UTF8.self)
  }
}
