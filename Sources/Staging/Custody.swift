import Foundation

/// Checks that only this user can change a file or folder: bulkpatch does not act on files that others may have put
/// there.
public enum Custody {
  /// Checks that a folder belongs to this user, and that no other user may write to it.
  ///
  /// A folder reached through a link counts by the link's target; root's folders are trusted.
  ///
  /// - Throws: `StagingError` of kind `foreign`, with the reason.
  public static func require(folder path: String) throws(StagingError) {
    var facts = stat()
    // A missing or unreadable folder shows when it is used.
    guard unsafe stat(path, &facts) == 0 else { return }
    try require(facts, path)
  }

  /// Checks a file in such a folder, which must be a file and not a link.
  ///
  /// - Throws: as `require(folder:)`.
  public static func require(file path: String) throws(StagingError) {
    var facts = stat()
    guard unsafe lstat(path, &facts) == 0 else { return }
    try requireFile(facts, path)
  }

  /// Checks an open file.
  ///
  /// - Throws: as `require(folder:)`.
  static func require(descriptor: Int32, _ path: String) throws(StagingError) {
    var facts = stat()
    guard unsafe fstat(descriptor, &facts) == 0 else { return }
    try requireFile(facts, path)
  }

  private static func requireFile(_ facts: stat, _ path: String) throws(StagingError) {
    guard facts.st_mode & S_IFMT == S_IFREG else {
      throw StagingError(
        .foreign, place: path, facts.st_mode & S_IFMT == S_IFLNK ? "is a link" : "is not a regular file",
        hint: "find out who put it there; nothing was sent")
    }
    try require(facts, path)
  }

  private static func require(_ facts: stat, _ path: String) throws(StagingError) {
    guard facts.st_uid == geteuid() || facts.st_uid == 0 else {
      throw StagingError(
        .foreign, place: path, "belongs to user \(facts.st_uid), not to this user (\(geteuid()))",
        hint: "run as its owner, or use a folder of your own with --state-dir")
    }
    guard facts.st_mode & (S_IWGRP | S_IWOTH) == 0 else {
      throw StagingError(
        .foreign, place: path,
        "users other than its owner may write to it (mode \(String(facts.st_mode & 0o7777, radix: 8)))",
        hint: "check that everything in it is yours, then run 'chmod go-w' on it")
    }
  }
}

/// The identity of the file that a path led to.
struct FileIdentity: Sendable, Equatable {
  var device: UInt64
  var inode: UInt64

  /// Returns whether a path leads to an empty file.
  static func isEmpty(path: String) -> Bool {
    var facts = stat()
    return unsafe lstat(path, &facts) == 0 && facts.st_size == 0
  }

  private init(_ facts: stat) {
    device = UInt64(truncatingIfNeeded: facts.st_dev)
    inode = UInt64(truncatingIfNeeded: facts.st_ino)
  }

  /// Creates the identity of a file; `nil` if there is none.
  init?(path: String) {
    var facts = stat()
    guard unsafe lstat(path, &facts) == 0 else { return nil }
    self.init(facts)
  }

  init?(descriptor: Int32) {
    var facts = stat()
    guard unsafe fstat(descriptor, &facts) == 0 else { return nil }
    self.init(facts)
  }
}
