import Foundation

/// The identity of a file on the disk, whatever its names.
struct FileIdentity: Sendable, Hashable {
  var device: UInt64
  var number: UInt64

  /// Creates the identity of a file; `nil` if there is none.
  init?(_ path: String) {
    guard let facts = FileFacts(path) else { return nil }
    self = facts.identity
  }

  fileprivate init(_ facts: stat) {
    device = UInt64(truncatingIfNeeded: facts.st_dev)
    number = UInt64(truncatingIfNeeded: facts.st_ino)
  }
}

/// The system's facts about a file, or about a link's target.
struct FileFacts: Sendable {
  var identity: FileIdentity
  var size: Int
  var isRegular: Bool
  /// Indicates that neither the group nor others may read the file, or enter the folder.
  var isForOwnerOnly: Bool

  /// Reads the facts; `nil` if there is no such file, or they are not accessible.
  init?(_ path: String) {
    var facts = stat()
    guard unsafe stat(path, &facts) == 0 else { return nil }
    identity = FileIdentity(facts)
    size = Int(facts.st_size)
    let kind = facts.st_mode & S_IFMT
    isRegular = kind == S_IFREG
    let others = kind == S_IFDIR ? S_IRGRP | S_IROTH | S_IXGRP | S_IXOTH : S_IRGRP | S_IROTH
    isForOwnerOnly = facts.st_mode & others == 0
  }
}
