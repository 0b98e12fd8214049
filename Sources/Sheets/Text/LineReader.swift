/// The end of a physical line.
enum LineEnd: String, Hashable {
  case lineFeed = "LF"
  case carriageReturnLineFeed = "CR LF"
  case carriageReturn = "CR"
  /// The result of a program that turns each LF of CR LF into CR LF; editors show two line ends.
  case carriageReturnTwice = "CR CR LF"
}

/// One physical line of a sheet, in memory that is valid until the next one is read.
@safe struct Line {
  /// The number from 1, as in an editor.
  var number: Int
  /// The line with its end; a last line without one is given a line feed.
  var bytes: UnsafeRawBufferPointer
  /// The number of bytes before the line's end.
  var textCount: Int
  /// Indicates that the line exceeds the limit, so that it may come in pieces.
  var isTooLong: Bool
  /// Indicates that this is the line's last or only piece.
  var isEnded: Bool
  /// The line end; `nil` for a last line without one, and for a piece that is not the last.
  var end: LineEnd?

  /// The line without its end.
  var text: UnsafeRawBufferPointer { unsafe bytes.upTo(textCount) }
}

/// Splits text into physical lines, each in one piece of memory, however the source splits its bytes.
///
/// LF, CR LF, CR CR LF and a lone CR each end a line. A line over the limit comes in pieces that say so, so that
/// memory stays bounded. The Ctrl-Z with which DOS programs end a text is left out, with or without a line end after
/// it.
@safe final class LineReader {
  private static let pieceSize = 256 << 10

  private let source: any ByteSource
  private let limit: Int
  private var buffer: UnsafeMutableRawBufferPointer
  private var start = 0
  private var end = 0
  private var lineFeeds = Mark(byte: .lineFeed)
  private var carriageReturns = Mark(byte: .carriageReturn)
  private var isSourceDone = false
  /// Indicates that the line returned last was the sheet's last.
  var isAtEnd: Bool { isSourceDone && start == end }
  private var isInTooLongLine = false
  /// Indicates that the last line was given a line feed.
  private var isLastEndAdded = false
  /// The number of Ctrl-Z at the end of the text.
  private(set) var endOfFileMarks = 0
  /// The place for `rewind`.
  private var held: (start: Int, number: Int)?
  /// The number of the next line; after the end, one more than the number of lines.
  private(set) var number = 1

  /// - Parameter limit: the largest number of bytes in a line without its end.
  init(_ source: any ByteSource, limit: Int) {
    self.source = source
    self.limit = limit
    unsafe buffer = .allocate(byteCount: LineReader.pieceSize, alignment: 16)
  }

  deinit { unsafe buffer.deallocate() }

  /// Returns the first bytes of the text without reading them; fewer if there are no more.
  func head(_ count: Int) throws(SheetError) -> [UInt8] {
    while end - start < count, !isSourceDone { try fill() }
    return unsafe Array(buffer[start..<min(end, start + count)])
  }

  /// Keeps all that is read from here on, until `release` or `rewind`.
  ///
  /// - Precondition: the line returned last is not a piece of one that continues.
  func hold() { held = (start, number) }

  func release() { held = nil }

  /// Goes back to the place where `hold` was called.
  func rewind() {
    guard let held else { return }
    (start, number) = held
    self.held = nil
    isInTooLongLine = false
    forgetMarks()
  }

  private func forgetMarks() {
    lineFeeds = Mark(byte: .lineFeed)
    carriageReturns = Mark(byte: .carriageReturn)
  }

  /// Returns the next line, or the next piece of one that is too long; `nil` at the end.
  func next() throws(SheetError) -> Line? {
    while true {
      if let place = lineEnd() {
        guard !isSourceDone, endsInFileMarks(at: place.text) else { return take(place) }
        try fill()
        continue
      }
      if isSourceDone {
        guard start < end || isInTooLongLine else { return nil }
        unsafe buffer[end] = .lineFeed
        end += 1
        isLastEndAdded = true
        continue
      }
      // Two more than the limit may still be the limit and two thirds of a CR CR LF.
      if end - start - 2 > limit {
        let line = unsafe UnsafeRawBufferPointer(rebasing: buffer[start..<end])
        isInTooLongLine = true
        return unsafe takePiece(upTo: end - line.suffix(2).reversed().prefix { $0 == .carriageReturn }.count)
      }
      try fill()
    }
  }

  /// The next text in memory, for a reader that recognises whole records in it.
  ///
  /// It does not have the line feed that the last line lacks.
  var upcoming: UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(rebasing: buffer[start..<max(start, isLastEndAdded ? end - 1 : end)])
  }

  /// Skips bytes of `upcoming` that are this many whole lines.
  func pass(_ count: Int, lines: Int) {
    start += count
    number += lines
  }

  /// Reads more text into `upcoming`; returns `false` at its end, or if that would take more memory than lines do.
  func extendUpcoming() throws(SheetError) -> Bool {
    guard !isSourceDone, end - start < LineReader.pieceSize - 1 else { return false }
    try fill()
    return !isSourceDone
  }

  /// Returns the ends of the next line's text and of the line itself, if known yet.
  private func lineEnd() -> (text: Int, line: Int, kind: LineEnd)? {
    let filled = unsafe UnsafeRawBufferPointer(rebasing: buffer[..<end])
    let lineFeed = unsafe lineFeeds.next(in: filled, from: start)
    guard let first = unsafe carriageReturns.next(in: filled, from: start), first < lineFeed ?? end
    else { return lineFeed.map { ($0, $0 + 1, .lineFeed) } }
    let after = first + 1
    if after == lineFeed { return (first, after + 1, .carriageReturnLineFeed) }
    // At the end of the bytes in memory, more of this line end may follow.
    guard after < end || isSourceDone else { return nil }
    if after < end, unsafe buffer[after] == .carriageReturn {
      guard after + 1 < end || isSourceDone else { return nil }
      if after + 1 == lineFeed, !isLastEndAdded { return (first, after + 2, .carriageReturnTwice) }
    }
    return (first, after, .carriageReturn)
  }

  private func take(_ place: (text: Int, line: Int, kind: LineEnd)) -> Line {
    let isUnended = isLastEndAdded && place.line == end
    let line = unsafe Line(
      number: number, bytes: UnsafeRawBufferPointer(rebasing: buffer[start..<place.line]),
      textCount: place.text - start, isTooLong: isInTooLongLine || place.text - start > limit, isEnded: true,
      end: isUnended ? nil : place.kind)
    start = place.line
    number += place.kind == .carriageReturnTwice ? 2 : 1
    isInTooLongLine = false
    return line
  }

  private func takePiece(upTo pieceEnd: Int) -> Line {
    let line = unsafe Line(
      number: number, bytes: UnsafeRawBufferPointer(rebasing: buffer[start..<pieceEnd]),
      textCount: pieceEnd - start, isTooLong: true, isEnded: false, end: nil)
    start = pieceEnd
    return line
  }

  /// Reads further after the rest, which moves to the front; grows only for a rest that fills everything.
  private func fill() throws(SheetError) {
    let kept = held?.start ?? start
    if kept > 0 {
      unsafe buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[kept..<end]))
      lineFeeds.moved(by: kept)
      carriageReturns.moved(by: kept)
      end -= kept
      start -= kept
      held?.start = 0
    }
    // One byte stays free for the line feed that the last line may need.
    if unsafe end >= buffer.count - 1 {
      let larger = unsafe UnsafeMutableRawBufferPointer.allocate(byteCount: buffer.count * 2, alignment: 16)
      unsafe larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[..<end]))
      unsafe buffer.deallocate()
      unsafe buffer = larger
    }
    let length = unsafe try source.read(
      into: UnsafeMutableRawBufferPointer(rebasing: buffer[end..<buffer.count - 1]))
    end += length
    guard length == 0 else { return }
    isSourceDone = true
    leaveOutFileMarks()
  }

  private static let endOfFileMark: UInt8 = 0x1A

  private static func mayEndFile(_ byte: UInt8) -> Bool {
    byte == endOfFileMark || byte == .lineFeed || byte == .carriageReturn
  }

  /// Returns whether a line whose text ends there ends in Ctrl-Z, with only such lines and line ends after it so far.
  private func endsInFileMarks(at textEnd: Int) -> Bool {
    guard textEnd > start, unsafe buffer[textEnd - 1] == LineReader.endOfFileMark,
      end - textEnd < LineReader.pieceSize
    else { return false }
    return unsafe buffer[textEnd..<end].allSatisfy(LineReader.mayEndFile)
  }

  /// Removes each Ctrl-Z at the end of the text, and the lines that contain nothing else.
  private func leaveOutFileMarks() {
    let length = unsafe buffer[start..<end].reversed().prefix(while: LineReader.mayEndFile).count
    let tail = unsafe Array(buffer[end - length..<end])
    endOfFileMarks = tail.count { $0 == LineReader.endOfFileMark }
    guard endOfFileMarks > 0 else { return }
    let isInRow = tail.first == LineReader.endOfFileMark && length < end - start
    let kept =
      isInRow
      ? tail.filter { $0 != LineReader.endOfFileMark } : Array(tail.prefix { $0 != LineReader.endOfFileMark })
    for (index, byte) in kept.enumerated() { unsafe buffer[end - length + index] = byte }
    end += kept.count - length
    forgetMarks()
  }
}

/// The next place of a byte; remembered, so that each byte of a sheet is searched once.
private struct Mark {
  let byte: UInt8
  private var found: Int?
  private var searched = 0

  init(byte: UInt8) { self.byte = byte }

  mutating func next(in bytes: UnsafeRawBufferPointer, from start: Int) -> Int? {
    if let found, found >= start { return found }
    found = unsafe bytes.offset(of: byte, from: max(start, searched))
    searched = found.map { $0 + 1 } ?? bytes.count
    return found
  }

  /// Takes in that the bytes moved towards the front.
  mutating func moved(by count: Int) {
    found = found.map { $0 - count }
    searched -= count
  }
}
