import JSON
import Mustache
public import Staging

/// One run as a page that stands by itself: what, where, who, when and why, and every change.
///
/// Nothing in it comes from outside, and its content security policy lets nothing in. The page is written in two passes
/// over the run file, one that counts and one that writes the lines, in constant memory.
public struct RunPage {
  /// Its name in the run's folder.
  public static let fileName = "report.html"
  /// Lines that a page holds at most: as many as a browser searches without delay.
  public static let lineLimit = 200_000
  /// Characters of one value; `changes.csv` has it whole.
  static let valueLimit = 2_000
  /// Lines that are there without the script, too.
  static let plainLines = 20

  let file: RunFile
  let summary: RunSummary
  let entries: PageEntries
  /// What the lines come to.
  let tally: PageTally
  /// The first lines.
  let first: [PageEntry]

  /// Reads a run and counts what it changed.
  ///
  /// - Parameter changes: tells what a row has changed.
  /// - Throws: `StagingError` when the run file cannot be read.
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

  /// Changes that were made, or would be, and lines in all.
  public var counts: (changes: Int, lines: Int) { (tally.changes, tally.lines) }

  /// Puts the page in place of an older file, for its owner only: whole or not at all.
  ///
  /// - Throws: `StagingError` of kind `io`, also when there is something else than a file.
  public func write(to path: String) throws(StagingError) {
    guard let target = WholeFile.target(of: path) else {
      throw StagingError(
        .io, place: path, "is there, and is no file that could be replaced", hint: "name another file with -o"
      )
    }
    let output = try WholeFile(path: target, temporaryPath: "\(target).new", isForAll: false)
    try write { (bytes) throws(StagingError) in try output.append(bytes) }
    try output.prepare()
    try output.commit()
  }

  /// Hands the page over in pieces.
  ///
  /// - Throws: what `sink` throws; `StagingError` when the run file cannot be read.
  public func write(_ sink: ([UInt8]) throws(StagingError) -> Void) throws(StagingError) {
    let context = try PageContext(self).values
    try sink(Array(PageTemplates.shared.render("opening", context).utf8))
    try PageLines(self).write(sink)
    try sink(Array(PageTemplates.shared.render("closing", context).utf8))
  }
}
