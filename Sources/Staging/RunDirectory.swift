public import Foundation

/// The folder of one run, `<state-dir>/<run-id>`, and the places of its files.
public struct RunDirectory: Sendable, Hashable {
  public var path: String

  /// Creates the reference to the folder of a run that exists, or that the caller is about to make.
  public init(path: String) { self.path = path }

  public var id: String { (path as NSString).lastPathComponent }
  public var runFile: String { file("run.sqlite") }
  public var lockFile: String { file("run.lock") }
  /// The copy of standard input, kept so that the run can be resumed.
  public var spool: String { file("sheet") }

  /// The state folder that contains it.
  public var stateFolder: String { (path as NSString).deletingLastPathComponent }

  /// The folder of the run's shards.
  public var shardsFolder: String { file("shards") }

  /// Returns the folder of a shard of the run.
  public func shard(_ number: Int) -> RunDirectory { RunDirectory(path: "\(shardsFolder)/\(number)") }

  /// The name of the file by which a shard is known before its run file is opened.
  static let partName = "part.json"

  /// Indicates a shard of another run.
  public var isShard: Bool { unsafe access(file(RunDirectory.partName), F_OK) == 0 }

  /// The folder with its locks and the memory of what was sent; a shard has its own, wherever its folder lies.
  public var locksHome: String { isShard ? path : stateFolder }

  /// Returns the folder of another run in the same state folder.
  public func sibling(_ id: String) -> RunDirectory {
    RunDirectory(path: (stateFolder as NSString).appendingPathComponent(id))
  }

  /// Returns whether its name is that of a run of this job, which must do if the run itself cannot be read.
  public func isNamed(after job: String) -> Bool {
    id.drop { $0 != "-" }.dropFirst() == RunDirectory.name(job)
  }

  /// The folder beside the runs that keeps the names of sites.
  public static let namesFolder = "names"

  public func file(_ name: String) -> String { (path as NSString).appendingPathComponent(name) }

  /// Returns the state folder that remembers what was sent: its own, or the given one for a copy that lies elsewhere.
  public func home(else stateFolder: String) -> String {
    let locks = (self.stateFolder as NSString).appendingPathComponent(RunDirectory.locksName)
    return unsafe access(locks, F_OK) == 0 ? self.stateFolder : stateFolder
  }

  /// Checks that no other user can have made or changed the run.
  ///
  /// - Throws: `StagingError` of kind `foreign`, with the reason.
  public func requireCustody() throws(StagingError) {
    try Custody.require(folder: path)
    for file in [
      runFile, "\(runFile)-wal", "\(runFile)-shm", "\(runFile)-journal", lockFile, spool,
      self.file(SendingMark.name),
    ] {
      try Custody.require(file: file)
    }
  }

  /// Makes the folder of a new run, mode 0700, named after the time and the job, so that names sort by age.
  ///
  /// A clock that was set back does not matter: the name sorts after those of all existing runs.
  ///
  /// - Throws: `StagingError` of kind `io` if the state folder cannot be written to, `foreign` if others may write to
  ///   it too.
  public static func make(in stateFolder: String, job: String, now: Date) throws(StagingError)
    -> RunDirectory
  {
    try makeFolder(stateFolder)
    var instant = now
    if let newest = all(in: stateFolder).compactMap(\.made).max(), newest >= instant {
      instant = newest + 0.0015
    }
    while true {
      let id = "\(stamp(instant))-\(name(job))"
      let path = (stateFolder as NSString).appendingPathComponent(id)
      if unsafe mkdir(path, 0o700) == 0 { return RunDirectory(path: path) }
      guard errno == EEXIST else { throw failure(stateFolder) }
      instant += 0.001
    }
  }

  /// Returns every run of a state folder, oldest first, including unreadable ones.
  ///
  /// A folder that was renamed comes first, so that it is never the newest run.
  public static func all(in stateFolder: String) -> [RunDirectory] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: stateFolder)) ?? []
    let runs = names.sorted().filter { !$0.hasPrefix(removedPrefix) && $0 != locksName }
      .map { RunDirectory(path: (stateFolder as NSString).appendingPathComponent($0)) }
      .filter { unsafe access($0.runFile, F_OK) == 0 || errno == EACCES }
    return runs.filter { $0.made == nil } + runs.filter { $0.made != nil }
  }

  /// The time it was made, from its name; `nil` for a name that is not ours.
  public var made: Date? {
    let stamp = id.prefix { $0 != "-" }
    guard stamp.utf8.count == 19,
      stamp.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x54 || $0 == 0x5A })
    else { return nil }
    let digits = stamp.split(separator: "T", maxSplits: 1)
    guard digits.count == 2, digits[0].count == 8, digits[1].count == 10 else { return nil }
    let (day, time) = (Array(digits[0]), Array(digits[1]))
    return Timestamp.date(
      "\(String(day[0..<4]))-\(String(day[4..<6]))-\(String(day[6..<8]))T\(String(time[0..<2])):"
        + "\(String(time[2..<4])):\(String(time[4..<6])).\(String(time[6...]))")
  }

  /// The name of the folder with the jobs' locks.
  private static let locksName = "locks"

  /// The prefix of a folder that is being removed.
  private static let removedPrefix = ".removed-"

  /// Removes the run with all its files, unless a process works on it.
  ///
  /// It disappears at once. If the process is killed before all of it is gone, `finishRemoving` deletes the rest.
  ///
  /// - Returns: whether it was removed.
  /// - Throws: `StagingError` of kind `io`.
  public func remove(holder: String) throws(StagingError) -> Bool {
    let lock: FileLock
    do throws(StagingError) { lock = try FileLock(path: lockFile, holder: holder) } catch {
      guard error.kind == .locked else { throw error }
      return false
    }
    defer { lock.release() }
    let hidden = (stateFolder as NSString).appendingPathComponent(RunDirectory.removedPrefix + id)
    guard unsafe rename(path, hidden) == 0 else {
      throw StagingError(
        .io, place: path, "cannot be removed: \(unsafe String(cString: strerror(errno)))",
        hint: "check who owns the folder")
    }
    RunDirectory.finishRemoving(in: stateFolder)
    return true
  }

  /// Deletes the remains of runs that were being removed when their process was killed.
  public static func finishRemoving(in stateFolder: String) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: stateFolder)) ?? []
    for name in names where name.hasPrefix(removedPrefix) {
      try? FileManager.default.removeItem(atPath: (stateFolder as NSString).appendingPathComponent(name))
    }
  }

  /// Takes the lock that keeps two runs of one job apart.
  ///
  /// - Throws: as `FileLock.init`.
  public static func lockJob(_ job: String, in stateFolder: String, holder: String)
    throws(StagingError) -> FileLock
  {
    // The state folder comes first: the user knows its name.
    try makeFolder(stateFolder)
    let folder = (stateFolder as NSString).appendingPathComponent(locksName)
    try makeFolder(folder)
    return try FileLock(
      path: (folder as NSString).appendingPathComponent("\(name(job)).lock"), holder: holder)
  }

  static func makeFolder(_ path: String) throws(StagingError) {
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch { throw failure(path) }
    guard unsafe access(path, W_OK | X_OK) == 0 else { throw failure(path) }
    try Custody.require(folder: path)
  }

  private static func failure(_ path: String) -> StagingError {
    StagingError(
      .io, place: path, "the state folder cannot be written to",
      hint: "check its owner and the space left, or choose another with --state-dir")
  }

  /// Returns `20261121T174105123Z`: UTC to the millisecond, so that folders sort by age.
  private static func stamp(_ date: Date) -> String {
    Timestamp.text(date).filter { $0 != "-" && $0 != ":" && $0 != "." }
  }

  /// The number of Unicode scalars of a job's name that its file names contain.
  public static let nameLimit = 60

  /// Returns a job's name as part of a file name.
  private static func name(_ job: String) -> String {
    let kept = job.unicodeScalars.map { scalar -> Character in
      let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
      return isPlain || scalar == "-" || scalar == "_" ? Character(scalar) : "-"
    }
    return kept.isEmpty ? "run" : String(kept.prefix(nameLimit))
  }
}

/// Points in time in the form of the run file and the reports: ISO 8601, UTC, milliseconds.
public enum Timestamp {
  public static func text(_ date: Date) -> String {
    date.formatted(
      Date.ISO8601FormatStyle(includingFractionalSeconds: true, timeZone: .gmt))
  }

  public static var now: String { text(Date()) }

  public static func date(_ text: String) -> Date? {
    try? Date(
      text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true, timeZone: .gmt))
  }
}
