import Testing

@testable import Sheets

/// The examples that FIPS 180-4 is published with.
@Suite struct SHA256HashTests {
  @Test(arguments: [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ])
  func hashesText(_ text: String, hash: String) { #expect(SHA256Hash.of(text) == hash) }

  @Test func hashesAMillionBytesInPieces() {
    let hash = SHA256Hash()
    let piece = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000)
    for _ in 0..<1_000 { unsafe piece.withUnsafeBytes { unsafe hash.update($0) } }
    #expect(hash.finish() == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }
}
