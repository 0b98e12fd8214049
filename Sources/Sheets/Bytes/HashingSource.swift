/// Passes bytes on unchanged, and has their digest at the end.
final class HashingSource: ByteSource {
  private let source: any ByteSource
  private let hash = SHA256Hash()
  private var size: Int64 = 0
  /// The digest of the bytes, once the end was reached.
  private(set) var digest: SheetDigest?

  init(_ source: any ByteSource) { self.source = source }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(SheetError) -> Int {
    let length = unsafe try source.read(into: buffer)
    if length > 0 {
      unsafe hash.update(UnsafeRawBufferPointer(rebasing: buffer[..<length]))
      size += Int64(length)
    } else if digest == nil {
      digest = SheetDigest(size: size, sha256: hash.finish())
    }
    return length
  }

  /// Reads the rest to complete the digest.
  func readToEnd() throws(SheetError) -> SheetDigest {
    var buffer = [UInt8](repeating: 0, count: 256 << 10)
    while true {
      if try read(into: &buffer) == 0, let digest { return digest }
    }
  }
}
