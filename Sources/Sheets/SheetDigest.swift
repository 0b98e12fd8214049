/// What a resumed run compares to know that its sheet is still the same.
public struct SheetDigest: Sendable, Hashable {
  /// Bytes as on disk, before any decompression.
  public var size: Int64
  /// SHA-256 of those bytes, in lower-case hexadecimal.
  public var sha256: String

  public init(size: Int64, sha256: String) {
    self.size = size
    self.sha256 = sha256
  }
}

extension Sheet {
  /// The digest of a file, read from end to end.
  ///
  /// - Throws: `SheetError` when there is no such file or it cannot be read.
  public static func digest(of path: String) throws(SheetError) -> SheetDigest {
    let file = try FileSource(path: path)
    var buffer = [UInt8](repeating: 0, count: 256 << 10)
    while true {
      if try file.read(into: &buffer) == 0, let digest = file.digest { return digest }
    }
  }
}
