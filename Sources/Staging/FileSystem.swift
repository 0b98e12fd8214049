internal import Foundation

/// Facts about the file system of a path.
enum FileSystem {
  /// Returns the kind of file system that holds a path, such as `ext4`, `nfs4` or `fuse.sshfs`; `nil` if unknown.
  static func kind(of path: String) -> String? {
    #if os(Linux)
      mount(of: path)?.kind
    #else
      var facts = statfs()
      guard unsafe statfs(path, &facts) == 0 else { return nil }
      return unsafe withUnsafeBytes(of: facts.f_fstypename) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
    #endif
  }

  #if os(Linux)
    /// Returns the kind of the mount that holds a path, and its options.
    private static func mount(of path: String) -> (kind: String, options: [Substring])? {
      guard let mounts = try? String(contentsOfFile: "/proc/self/mounts", encoding: .utf8) else { return nil }
      let place = resolved(path)
      var found: (length: Int, kind: String, options: [Substring])?
      for line in mounts.split(separator: "\n") {
        let words = line.split(separator: " ")
        guard words.count > 3 else { continue }
        let mount = words[1].replacing("\\040", with: " ")
        guard place == mount || place.hasPrefix(mount == "/" ? "/" : mount + "/") else { continue }
        // Of two mounts at one place, the later one is on top.
        if mount.utf8.count >= found?.length ?? 0 {
          found = (mount.utf8.count, String(words[2]), words[3].split(separator: ","))
        }
      }
      return found.map { ($0.kind, $0.options) }
    }
  #endif

  /// Returns whether locks on a file of that folder do not reach other machines that mount it.
  ///
  /// An NFS mount can be told to keep them to itself (nfs(5): `nolock`, `local_lock`), and so can one of Lustre
  /// (`localflock`).
  static func keepsLocksToItself(_ folder: String) -> Bool {
    #if os(Linux)
      let ways: Set<Substring> = ["nolock", "local_lock=flock", "local_lock=all", "localflock"]
      guard let mount = mount(of: folder), mount.kind.hasPrefix("nfs") || mount.kind == "lustre" else {
        return false
      }
      return !ways.isDisjoint(with: mount.options)
    #else
      return false
    #endif
  }

  /// Returns the path without links, or that of its folder if it does not exist.
  private static func resolved(_ path: String) -> String {
    for path in [path, (path as NSString).deletingLastPathComponent] {
      guard let text = unsafe realpath(path, nil) else { continue }
      defer { unsafe free(text) }
      return unsafe String(cString: text)
    }
    return path
  }

  /// Returns whether the error number of a lock means that locks are not supported.
  static func meansNoLocks(_ number: Int32) -> Bool {
    [ENOLCK, ENOSYS, ENOTSUP, EOPNOTSUPP, EINVAL].contains(number)
  }

  /// Returns whether a folder lacks POSIX locks; SQLite needs them, and calls a file busy when they fail.
  static func isWithoutLocks(_ folder: String) -> Bool {
    // A separate file: closing a second descriptor of a database drops SQLite's locks on it.
    let path = (folder as NSString).appendingPathComponent(".locks-\(UUID().uuidString)")
    let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return false }
    defer {
      close(descriptor)
      unsafe unlink(path)
    }
    var lock = flock()
    lock.l_type = Int16(F_WRLCK)
    lock.l_whence = Int16(SEEK_SET)
    return unsafe fcntl(descriptor, F_SETLK, &lock) != 0 && meansNoLocks(errno)
  }

  /// Returns whether a folder cannot be written to: a read-only mount, or another user's.
  static func isReadOnly(_ folder: String) -> Bool { unsafe access(folder, W_OK) != 0 && errno != ENOENT }

  /// The largest file that this process may write (`ulimit -f`), in bytes; `nil` for no limit.
  static var fileSizeLimit: Int? {
    var limit = rlimit()
    #if os(Linux)
      guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0 else { return nil }
    #else
      guard unsafe getrlimit(RLIMIT_FSIZE, &limit) == 0 else { return nil }
    #endif
    // "Without limit" is the largest number, or one beyond ours.
    return Int(exactly: limit.rlim_cur).flatMap { $0 == .max ? nil : $0 }
  }
}

extension StagingError {
  /// Creates the error for a file system that lacks what a run file needs.
  ///
  /// - Parameter what: `locks` or `shared memory`.
  init(missing what: String, at place: String) {
    let kind = FileSystem.kind(of: place).map { " (\($0))" } ?? ""
    self.init(
      .io, place: place, "the file system here\(kind) has no \(what)",
      hint: "keep runs on a local disk: choose a folder there with --state-dir")
  }
}
