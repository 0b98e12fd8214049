#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The identity of a sheet's text, by which a run recognises a changed sheet, or one that was sent before.
///
/// It covers the decompressed text: a sheet stays the same under another name and as `.gz`.
public struct SheetDigest: Sendable, Hashable {
  /// The number of bytes.
  public var size: Int64
  /// The SHA-256 of those bytes, in lower-case hexadecimal.
  public var sha256: String

  public init(size: Int64, sha256: String) {
    self.size = size
    self.sha256 = sha256
  }
}

extension Sheet {
  /// Returns whether a path leads to a file, which can be read more than once, unlike a pipe.
  public static func isFile(_ path: String) -> Bool {
    var status = stat()
    return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// Returns the digests of a file, read from end to end.
  ///
  /// For a compressed file they include that of the file on disk, which runs of earlier versions have stored.
  ///
  /// - Throws: `SheetError` if there is no such file, or it cannot be read.
  public static func digests(of path: String) throws(SheetError) -> Set<SheetDigest> {
    let file = HashingSource(try FileSource(path: path))
    let bytes = PeekableSource(file)
    guard try GzipSource.isAhead(in: bytes) else { return [try HashingSource(bytes).readToEnd()] }
    let text = try HashingSource(try GzipSource(bytes, place: path)).readToEnd()
    return [text, try file.readToEnd()]
  }

  /// Returns the size of a sheet's text in bytes; `nil` if that requires reading it to its end.
  ///
  /// - Throws: `SheetError` if there is no such file, or it cannot be read.
  public static func size(of path: String) throws(SheetError) -> Int64? {
    let file = try FileSource(path: path)
    return try GzipSource.isAhead(in: PeekableSource(file)) ? nil : file.sizeBefore
  }
}
