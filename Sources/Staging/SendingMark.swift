import Foundation
internal import JSON
public import Sheets

/// The memory of a run that has begun to send, outside its run file.
///
/// It is kept in the run's folder, and in the state folder, where it outlives the run. It says which sheet went
/// where, so that a repetition does not go unnoticed. It also counts the run file's commits, so that an older copy is
/// not taken for the run.
public struct SendingMark: Sendable, Equatable {
  public var run: String
  public var job: String
  public var siteURL: String
  /// The sheet's digest; `nil` for a rollback.
  public var sheet: SheetDigest?
  public var mappingSHA256: String
  /// The hash of the part of the mapping that decides what rows add; `nil` if unknown.
  public var additionsSHA256: String?
  /// The time the first process was about to send.
  public var began: String
  /// The time the last process ended; `nil` while one is sending, or was cut short.
  public var ended: String?
  /// Indicates that nothing is left that would be sent automatically.
  public var isFinished = false
  public var rows: Int
  /// The number of valid rows that add something to their records, such as a note.
  public var additions: Int
  /// The rows that are done, and those that are not, once a process has ended.
  public var done: Int?
  public var left: Int?
  /// The number of commits of the run file.
  public var commits: Int64

  /// The name of the file in the run's folder.
  static let name = "sent"

  /// Returns the folder for marks in the state folder: with the locks, which also keep things from being done twice.
  private static func folder(in stateFolder: String) -> String { "\(stateFolder)/locks/\(name)" }

  /// Returns the path of a run's mark in the state folder.
  ///
  /// - Throws: `StagingError` if the folder cannot be made.
  static func path(of run: String, in stateFolder: String) throws(StagingError) -> String {
    try RunDirectory.makeFolder(folder(in: stateFolder))
    return "\(folder(in: stateFolder))/\(run)"
  }

  /// Runs `body` while no other process of the state folder does: checks whether a sheet is being sent, and records
  /// that it is.
  ///
  /// - Throws: errors of `body`; `StagingError` if the lock is not available.
  public static func oneAtATime(
    in stateFolder: String, _ body: () throws(StagingError) -> Void
  ) throws(StagingError) {
    let folder = folder(in: stateFolder)
    try RunDirectory.makeFolder(folder)
    let lock = try FileLock.waiting(for: "\(folder)/.lock", holder: "process \(getpid())")
    defer { lock.release() }
    try body()
  }

  /// Returns the marks of a run, in its own folder and in state folders.
  static func known(of run: String, _ directory: RunDirectory, _ stateFolders: [String]) -> [SendingMark] {
    ([directory.file(name)] + stateFolders.map { "\(folder(in: $0))/\(run)" })
      .compactMap { SendingMark(path: $0) }.filter { $0.run == run }
  }

  /// Returns the runs that have sent a sheet, oldest first, including removed ones and those of older versions.
  ///
  /// - Parameters:
  ///   - run: the id of a run that does not count.
  ///   - isMeant: compares the sheet and the mapping of a mark.
  public static func sent(
    in stateFolder: String, otherThan run: String? = nil, _ isMeant: (SendingMark) -> Bool
  )
    -> [SendingMark]
  {
    let folder = folder(in: stateFolder)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    var marks = names.filter { !$0.hasPrefix(".") }.compactMap { SendingMark(path: "\(folder)/\($0)") }
    let known = Set(marks.map(\.run))
    for directory in RunDirectory.all(in: stateFolder)
    where !known.contains(directory.id) && directory.id != run {
      let mark =
        SendingMark(path: directory.file(name)) ?? SendingMark(reading: directory, in: stateFolder, isMeant)
      if let mark, !known.contains(mark.run) { marks.append(mark) }
    }
    return marks.filter { $0.run != run && $0.sheet != nil && isMeant($0) }
      .sorted { $0.run < $1.run }
  }

  /// Creates the mark of an older version's run, which has none; `nil` if it has sent nothing, or another sheet.
  private init?(
    reading directory: RunDirectory, in stateFolder: String, _ isMeant: (SendingMark) -> Bool
  ) {
    guard let file = try? RunFile(reading: directory), let record = try? file.record(),
      record.kind == .update,
      isMeant(SendingMark(of: record)), (try? file.hasSent()) == true, let counts = try? file.counts()
    else { return nil }
    let isFinished =
      record.finished != nil && record.stoppedBecause == nil && counts[.staged] + counts[.sending] == 0
    let mark = try? file.mark(of: record, isFinished: isFinished, began: record.created, in: stateFolder)
    guard let mark else { return nil }
    self = mark
  }

  /// Creates the mark of a run without looking at its rows.
  private init(of record: RunRecord) {
    self.init(
      run: record.id, job: record.job, siteURL: record.siteURL, sheet: record.sheetDigest,
      mappingSHA256: record.mappingSHA256, began: record.created, rows: record.rowsRead ?? 0, additions: 0,
      commits: 0)
  }

  init?(path: String) {
    guard let bytes = FileManager.default.contents(atPath: path),
      let object = (try? JSONValue(parsing: Array(bytes)))?.object, let run = object["run"]?.string,
      let commits = object["commits"]?.integer
    else { return nil }
    func number(_ name: String) -> Int? { object[name]?.integer.map { Int($0) } }
    self.init(
      run: run, job: object["job"]?.string ?? "", siteURL: object["site_url"]?.string ?? "", sheet: nil,
      mappingSHA256: object["mapping_sha256"]?.string ?? "", began: object["began"]?.string ?? "",
      ended: object["ended"]?.string, isFinished: object["finished"] == .bool(true),
      rows: number("rows") ?? 0, additions: number("additions") ?? 0, done: number("done"),
      left: number("left"), commits: commits)
    additionsSHA256 = object["additions_sha256"]?.string
    if let size = object["sheet_size"]?.integer, let sha256 = object["sheet_sha256"]?.string {
      sheet = SheetDigest(size: size, sha256: sha256)
    }
  }

  init(
    run: String, job: String, siteURL: String, sheet: SheetDigest?, mappingSHA256: String, began: String,
    ended: String? = nil, isFinished: Bool = false, rows: Int, additions: Int, done: Int? = nil,
    left: Int? = nil, commits: Int64
  ) {
    self.run = run
    self.job = job
    self.siteURL = siteURL
    self.sheet = sheet
    self.mappingSHA256 = mappingSHA256
    self.began = began
    self.ended = ended
    self.isFinished = isFinished
    self.rows = rows
    self.additions = additions
    self.done = done
    self.left = left
    self.commits = commits
  }

  /// An object that starts with the number of commits in a fixed width, so that it can be overwritten.
  private var text: String {
    func number(_ value: Int?) -> JSONValue { value.map { .integer(Int64($0)) } ?? .null }
    let rest: JSONObject = [
      "run": .string(run), "job": .string(job), "site_url": .string(siteURL),
      "sheet_size": sheet.map { .integer($0.size) } ?? .null,
      "sheet_sha256": sheet.map { .string($0.sha256) } ?? .null, "mapping_sha256": .string(mappingSHA256),
      "additions_sha256": additionsSHA256.map(JSONValue.string) ?? .null,
      "began": .string(began), "ended": ended.map(JSONValue.string) ?? .null, "finished": .bool(isFinished),
      "rows": number(rows), "additions": number(additions), "done": number(done), "left": number(left),
    ]
    return Counter.start + Counter.text(commits) + "," + JSONValue.object(rest).text().dropFirst() + "\n"
  }

  /// Writes it durably, replacing an older one.
  ///
  /// - Throws: `StagingError` of kind `io`.
  func write(to path: String) throws(StagingError) {
    let folder = (path as NSString).deletingLastPathComponent
    let name = (path as NSString).lastPathComponent
    let file = try WholeFile(path: path, temporaryPath: "\(folder)/.\(name).new", isForAll: false)
    try file.append(Array(text.utf8))
    try file.commitDurably()
  }

  /// Keeps the number of commits in a mark up to date.
  ///
  /// It is written without a flush: after a power cut, an older number makes no run look outdated.
  final class Counter: Sendable {
    static let start = "{\"commits\":"
    private static let width = 20
    private let descriptor: Int32

    /// Opens the mark's file; `nil` if that fails.
    init?(path: String) {
      descriptor = unsafe open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC)
      guard descriptor >= 0 else { return nil }
    }

    deinit { close(descriptor) }

    static func text(_ commits: Int64) -> String {
      let digits = String(commits)
      return String(repeating: " ", count: max(0, width - digits.utf8.count)) + digits
    }

    func note(_ commits: Int64) {
      let bytes = Array(Counter.text(commits).utf8)
      _ = unsafe pwrite(descriptor, bytes, bytes.count, off_t(Counter.start.utf8.count))
    }
  }
}
