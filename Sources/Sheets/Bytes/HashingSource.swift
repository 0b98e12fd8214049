/// Passes bytes on as they are, and knows at the end what they were.
final class HashingSource: ByteSource {
  private let source: any ByteSource
  private let hash = SHA256Hash()
  private var size: Int64 = 0
  /// What was read, once the end was reached.
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

  /// Reads what is left, for the sake of its digest.
  func readToEnd() throws(SheetError) -> SheetDigest {
    var buffer = [UInt8](repeating: 0, count: 256 << 10)
    while true {
      if try read(into: &buffer) == 0, let digest { return digest }
    }
  }
}
