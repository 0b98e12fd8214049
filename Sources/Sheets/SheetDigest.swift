#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// What a resumed run compares to know that its sheet is still the same, and every run, whether it was sent before.
///
/// It is of the text, decompressed: a sheet is the same one under another name and as `.gz`.
public struct SheetDigest: Sendable, Hashable {
  /// In bytes.
  public var size: Int64
  /// SHA-256 of those bytes, in lower-case hexadecimal.
  public var sha256: String

  public init(size: Int64, sha256: String) {
    self.size = size
    self.sha256 = sha256
  }
}

extension Sheet {
  /// Whether a path leads to a file, which can be read more than once; what a pipe has given away is gone.
  public static func isFile(_ path: String) -> Bool {
    var status = stat()
    return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// The digest of a file, read from end to end; of one that is compressed also that of the file as it is on disk, which
  /// is what runs of earlier versions have kept.
  ///
  /// - Throws: `SheetError` when there is no such file, or it cannot be read.
  public static func digests(of path: String) throws(SheetError) -> Set<SheetDigest> {
    let file = HashingSource(try FileSource(path: path))
    let bytes = PeekableSource(file)
    guard try GzipSource.isAhead(in: bytes) else { return [try HashingSource(bytes).readToEnd()] }
    let text = try HashingSource(try GzipSource(bytes, place: path)).readToEnd()
    return [text, try file.readToEnd()]
  }

  /// How large a sheet's text is, in bytes; `nil` where only reading it to its end would tell.
  ///
  /// - Throws: `SheetError` when there is no such file, or it cannot be read.
  public static func size(of path: String) throws(SheetError) -> Int64? {
    let file = try FileSource(path: path)
    return try GzipSource.isAhead(in: PeekableSource(file)) ? nil : file.sizeBefore
  }
}
