import Foundation

/// Which file on the disk something is, whatever its names are.
struct FileIdentity: Sendable, Hashable {
  var device: UInt64
  var number: UInt64

  /// `nil` when there is no such file.
  init?(_ path: String) {
    guard let facts = FileFacts(path) else { return nil }
    self = facts.identity
  }

  fileprivate init(_ facts: stat) {
    device = UInt64(truncatingIfNeeded: facts.st_dev)
    number = UInt64(truncatingIfNeeded: facts.st_ino)
  }
}

/// What the system says of a file, or of the one that a link leads to.
struct FileFacts: Sendable {
  var identity: FileIdentity
  var size: Int
  var isRegular: Bool
  /// Whether neither the group nor others may read it, or look into it when it is a folder.
  var isForOwnerOnly: Bool

  /// `nil` when there is no such file, or it may not be asked about.
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
