import JSON
import Mustache
public import Staging

/// One run as a self-contained page: what, where, who, when and why, and every change.
///
/// It loads nothing from outside, and its content security policy forbids that. The page is written in two passes
/// over the run file, one that counts and one that writes the lines, in constant memory.
public struct RunPage {
  /// The page's name in the run's folder.
  public static let fileName = "report.html"
  /// The largest number of lines on a page: as many as a browser searches without delay.
  public static let lineLimit = 200_000
  /// The characters shown of one value; `changes.csv` has it complete.
  static let valueLimit = 2_000
  /// The number of lines that are also there without the script.
  static let plainLines = 20

  let file: RunFile
  let summary: RunSummary
  let entries: PageEntries
  /// The totals of the lines.
  let tally: PageTally
  /// The first lines.
  let first: [PageEntry]

  /// Reads a run and counts its changes.
  ///
  /// - Parameter changes: returns the changes of a row.
  /// - Throws: `StagingError` if the run file cannot be read.
  public init(_ file: RunFile, _ summary: RunSummary, changes: @escaping ChangeReader) throws(StagingError) {
    self.file = file
    self.summary = summary
    entries = PageEntries(
      file: file, record: summary.record, isPlan: summary.plan != nil, changes: changes)
    var tally = PageTally()
    var first: [PageEntry] = []
    try entries.forEachEntry { entry in
      tally.add(entry)
      if first.count < RunPage.plainLines { first.append(entry) }
    }
    self.tally = tally
    self.first = first
  }

  /// The number of changes that were made, or would be, and of all lines.
  public var counts: (changes: Int, lines: Int) { (tally.changes, tally.lines) }

  /// Replaces an older page by this one, for its owner only: completely or not at all.
  ///
  /// - Throws: `StagingError` of kind `io`, also if the path leads to anything but a file.
  public func write(to path: String) throws(StagingError) {
    guard let target = WholeFile.target(of: path) else {
      throw StagingError(
        .io, place: path, "exists and is not a regular file", hint: "name another file with -o"
      )
    }
    let output = try WholeFile(path: target, temporaryPath: "\(target).new", isForAll: false)
    try write { (bytes) throws(StagingError) in try output.append(bytes) }
    try output.prepare()
    try output.commit()
  }

  /// Writes the page in pieces.
  ///
  /// - Throws: errors of `sink`; `StagingError` if the run file cannot be read.
  public func write(_ sink: ([UInt8]) throws(StagingError) -> Void) throws(StagingError) {
    let context = try PageContext(self).values
    try sink(Array(PageTemplates.shared.render("opening", context).utf8))
    try PageLines(self).write(sink)
    try sink(Array(PageTemplates.shared.render("closing", context).utf8))
  }
}
