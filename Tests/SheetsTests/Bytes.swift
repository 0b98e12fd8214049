import CZlib
import Foundation
import TestSupport

/// A text as UTF-16.
func utf16(_ text: String, isBigEndian: Bool = false) -> [UInt8] {
  text.utf16.flatMap { unit in
    let bytes = [UInt8(unit & 0xFF), UInt8(unit >> 8)]
    return isBigEndian ? bytes.reversed() : bytes
  }
}

/// Bytes as one gzip member.
func gzip(_ bytes: [UInt8]) throws -> [UInt8] {
  let folder = try TemporaryFolder()
  let path = folder.path("member.gz")
  let file = unsafe gzopen(path, "wb")
  unsafe gzwrite(file, bytes, UInt32(bytes.count))
  unsafe gzclose(file)
  return Array(try Data(contentsOf: URL(fileURLWithPath: path)))
}
