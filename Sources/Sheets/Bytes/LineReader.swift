/// One physical line of a sheet, in memory that is valid until the next one is asked for.
@safe struct Line {
  /// Counted from 1, as an editor does.
  var number: Int
  /// The line with its end; the last line of a sheet is given a line feed when it has none.
  var bytes: UnsafeRawBufferPointer
  /// How many of the bytes come before the line's end.
  var textCount: Int
  /// Whether the line is over the limit, so that it may come in pieces.
  var isTooLong: Bool
  /// Whether this is the line's last or only piece.
  var isEnded: Bool

  /// The line without its end.
  var text: UnsafeRawBufferPointer { unsafe bytes.upTo(textCount) }
}

/// Cuts text into physical lines, each in one piece of memory, wherever the source cuts its bytes.
///
/// LF, CR LF and a lone CR each end a line. A line over the limit comes in pieces that say so, so that
/// memory stays bounded.
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
  /// Whether the line given last was the sheet's last.
  var isAtEnd: Bool { isSourceDone && start == end }
  private var isInTooLongLine = false
  /// The number of the line that comes next; after the end, one more than there are lines.
  private(set) var number = 1

  /// - Parameter limit: The most bytes a line may have without its end.
  init(_ source: any ByteSource, limit: Int) {
    self.source = source
    self.limit = limit
    unsafe buffer = .allocate(byteCount: LineReader.pieceSize, alignment: 16)
  }

  deinit { unsafe buffer.deallocate() }

  /// The first bytes of the text, which stay to be read; fewer when there are no more.
  func head(_ count: Int) throws(SheetError) -> [UInt8] {
    while end - start < count, !isSourceDone { try fill() }
    return unsafe Array(buffer[start..<min(end, start + count)])
  }

  /// The next line, or the next piece of one that is too long; `nil` at the end.
  func next() throws(SheetError) -> Line? {
    while true {
      if let (textEnd, lineEnd) = lineEnd() { return take(textEnd: textEnd, lineEnd: lineEnd) }
      if isSourceDone {
        guard start < end || isInTooLongLine else { return nil }
        unsafe buffer[end] = .lineFeed
        end += 1
        return take(textEnd: end - 1, lineEnd: end)
      }
      // One more than the limit may still be the limit and half of a CR LF.
      if end - start - 1 > limit {
        let held = unsafe buffer[end - 1] == .carriageReturn ? 1 : 0
        isInTooLongLine = true
        return takePiece(upTo: end - held)
      }
      try fill()
    }
  }

  /// Where the next line's text and the line itself end, when that is known yet.
  private func lineEnd() -> (Int, Int)? {
    let filled = unsafe UnsafeRawBufferPointer(rebasing: buffer[..<end])
    let lineFeed = unsafe lineFeeds.next(in: filled, from: start)
    guard let carriageReturn = unsafe carriageReturns.next(in: filled, from: start),
      carriageReturn < lineFeed ?? end
    else { return lineFeed.map { ($0, $0 + 1) } }
    let after = carriageReturn + 1
    if after == lineFeed { return (carriageReturn, after + 1) }
    // At the end of what is here, a line feed may yet follow.
    return after < end || isSourceDone ? (carriageReturn, after) : nil
  }

  private func take(textEnd: Int, lineEnd: Int) -> Line {
    let line = unsafe Line(
      number: number, bytes: UnsafeRawBufferPointer(rebasing: buffer[start..<lineEnd]),
      textCount: textEnd - start, isTooLong: isInTooLongLine || textEnd - start > limit, isEnded: true)
    start = lineEnd
    number += 1
    isInTooLongLine = false
    return line
  }

  private func takePiece(upTo pieceEnd: Int) -> Line {
    let line = unsafe Line(
      number: number, bytes: UnsafeRawBufferPointer(rebasing: buffer[start..<pieceEnd]),
      textCount: pieceEnd - start, isTooLong: true, isEnded: false)
    start = pieceEnd
    return line
  }

  /// Reads on behind what is left, which is moved to the front; grows only for a line that fills it all.
  private func fill() throws(SheetError) {
    if start > 0 {
      unsafe buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[start..<end]))
      lineFeeds.moved(by: start)
      carriageReturns.moved(by: start)
      end -= start
      start = 0
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
    isSourceDone = length == 0
    end += length
  }
}

/// Where a byte stands next; remembered, so that each byte of a sheet is searched once.
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

  /// The bytes moved towards the front.
  mutating func moved(by count: Int) {
    found = found.map { $0 - count }
    searched -= count
  }
}
