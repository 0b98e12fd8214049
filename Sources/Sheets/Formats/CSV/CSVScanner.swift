/// Recognises regular records in a text in memory, several times faster than libcsv.
///
/// It leaves everything else to libcsv: a regular record follows RFC 4180 strictly, with the exact number of cells,
/// valid UTF-8 and the usual line end. All findings thus come from one place.
@safe final class CSVScanner {
  enum Step {
    /// A record, described by `cells`, `input`, `length` and `lines`.
    case record
    /// A text for libcsv.
    case unusual
    /// The text in memory ends before the record does.
    case incomplete
  }

  /// The meaning of a byte.
  private enum Class: UInt8 {
    case plain, quote, delimiter, lineFeed, carriageReturn
    /// NUL, and Ctrl-Z, which may end the text.
    case odd
    /// The first byte of U+FFFD, and of other characters.
    case perhapsLost
  }

  private let cellCount: Int
  private let lineEnd: LineEnd
  private let isComma: Bool
  /// The classes by byte.
  private let classes: UnsafeMutablePointer<Class>
  private let found: UnsafeMutablePointer<CellBytes>
  /// The texts of cells that had doubled quotes.
  private var unquoted: ScannedText
  /// The record in the form of `CSVEncoder`, if the sheet's differs.
  private var rewritten: ScannedText
  private var encoder = CSVEncoder()

  /// The record's number of bytes with its line end, and its number of lines.
  private(set) var length = 0
  private(set) var lines = 0
  /// The record in the form of result files.
  private(set) var input = unsafe UnsafeRawBufferPointer(start: nil, count: 0)

  /// - Parameter lineEnd: the end of records.
  init?(cellCount: Int, delimiter: UInt8, lineEnd: LineEnd) {
    guard [.lineFeed, .carriageReturnLineFeed].contains(lineEnd), delimiter != 0 else { return nil }
    self.cellCount = cellCount
    self.lineEnd = lineEnd
    isComma = delimiter == .comma
    unsafe classes = .allocate(capacity: 256)
    unsafe classes.initialize(repeating: .plain, count: 256)
    unsafe classes[Int(UInt8.quote)] = .quote
    unsafe classes[Int(UInt8.lineFeed)] = .lineFeed
    unsafe classes[Int(UInt8.carriageReturn)] = .carriageReturn
    unsafe classes[0] = .odd
    unsafe classes[0x1A] = .odd
    unsafe classes[0xEF] = .perhapsLost
    unsafe classes[Int(delimiter)] = .delimiter
    unsafe found = .allocate(capacity: cellCount)
    unsafe found.initialize(
      repeating: CellBytes(text: UnsafeRawBufferPointer(start: nil, count: 0), place: 0..<0), count: cellCount
    )
    unquoted = ScannedText()
    rewritten = ScannedText()
  }

  deinit {
    unsafe classes.deallocate()
    unsafe found.deallocate()
  }

  /// The cells of the record.
  var cells: UnsafeBufferPointer<CellBytes> { unsafe UnsafeBufferPointer(start: found, count: cellCount) }

  /// Examines the beginning of a text.
  func scan(_ text: UnsafeRawBufferPointer) -> Step {
    guard let base = unsafe text.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return .incomplete }
    unquoted.begin(capacity: text.count)
    var cursor = unsafe Cursor(base: base, end: text.count, isCanonical: isComma)
    for cell in 0..<cellCount {
      guard cursor.at < cursor.end else { return .incomplete }
      let step = unsafe base[cursor.at] == .quote ? readQuoted(cell, &cursor) : readPlain(cell, &cursor)
      if let step { return step }
      let isLast = cell == cellCount - 1
      guard cursor.at < cursor.end else { return .incomplete }
      switch unsafe classes[Int(base[cursor.at])] {
      case .delimiter where !isLast: cursor.at += 1
      case .lineFeed where isLast && lineEnd == .lineFeed:
        return unsafe finish(base, textCount: cursor.at, length: cursor.at + 1, cursor)
      case .carriageReturn where isLast && lineEnd == .carriageReturnLineFeed:
        guard cursor.at + 1 < cursor.end else { return .incomplete }
        guard unsafe base[cursor.at + 1] == .lineFeed else { return .unusual }
        return unsafe finish(base, textCount: cursor.at, length: cursor.at + 2, cursor)
      // A quote in an unquoted cell, text after a closing quote, a wrong number of cells, a different line end.
      default: return .unusual
      }
    }
    return .unusual
  }

  /// The progress within a record.
  @safe private struct Cursor {
    let base: UnsafePointer<UInt8>
    let end: Int
    var at = 0
    var lines = 1
    /// All bytes so far, combined.
    var seen: UInt8 = 0
    /// Indicates that the record so far is as `CSVEncoder` would write it.
    var isCanonical: Bool

    init(base: UnsafePointer<UInt8>, end: Int, isCanonical: Bool) {
      unsafe self.base = unsafe base
      self.end = end
      self.isCanonical = isCanonical
    }

    /// Skips bytes without a meaning; returns the meaning of the next one, `nil` at the end.
    @inline(__always)
    mutating func skipPlain(_ classes: UnsafeMutablePointer<Class>) -> Class? {
      var at = at
      var seen = seen
      while at < end, unsafe classes[Int(base[at])] == .plain {
        unsafe seen |= base[at]
        at += 1
      }
      self.at = at
      self.seen = seen
      return unsafe at < end ? classes[Int(base[at])] : nil
    }

    /// Skips the first byte of a character other than U+FFFD; otherwise returns its meaning for the record.
    @inline(__always)
    mutating func skipCharacter() -> Step? {
      guard at + 2 < end else { return .incomplete }
      if unsafe base[at + 1] == 0xBF && base[at + 2] == 0xBD { return .unusual }
      seen |= 0x80
      at += 1
      return nil
    }

    /// Returns whether a text begins or ends with a blank.
    func hasOuterBlank(_ range: Range<Int>) -> Bool {
      unsafe !range.isEmpty && (base[range.lowerBound].isBlank || base[range.upperBound - 1].isBlank)
    }
  }

  /// Reads an unquoted cell up to its end; returns only a reason to stop.
  @inline(__always)
  private func readPlain(_ cell: Int, _ cursor: inout Cursor) -> Step? {
    let first = cursor.at
    while true {
      guard let stop = unsafe cursor.skipPlain(classes) else { return .incomplete }
      guard stop == .perhapsLost else { break }
      if let step = cursor.skipCharacter() { return step }
    }
    let place = first..<cursor.at
    unsafe found[cell] = CellBytes(
      text: UnsafeRawBufferPointer(start: cursor.base + first, count: place.count), place: place)
    if cursor.hasOuterBlank(place) { cursor.isCanonical = false }
    return nil
  }

  /// Reads a quoted cell past its closing quote; returns only a reason to stop.
  private func readQuoted(_ cell: Int, _ cursor: inout Cursor) -> Step? {
    cursor.at += 1
    let first = cursor.at
    var run = first
    var needsQuotes = false
    let written = unquoted.count
    closing: while true {
      guard let stop = unsafe cursor.skipPlain(classes) else { return .incomplete }
      switch stop {
      case .quote:
        guard cursor.at + 1 < cursor.end else { return .incomplete }
        guard unsafe cursor.base[cursor.at + 1] == .quote else { break closing }
        // The first of both quotes is kept.
        unsafe unquoted.append(cursor.base + run, cursor.at + 1 - run)
        cursor.at += 2
        run = cursor.at
      case .delimiter: cursor.at += 1
      case .lineFeed:
        cursor.lines += 1
        cursor.at += 1
      case .carriageReturn:
        guard cursor.at + 1 < cursor.end else { return .incomplete }
        // The line reader decides whether CR CR LF is one line end or two.
        guard unsafe cursor.base[cursor.at + 1] != .carriageReturn else { return .unusual }
        cursor.lines += 1
        cursor.at += unsafe cursor.base[cursor.at + 1] == .lineFeed ? 2 : 1
      case .perhapsLost:
        if let step = cursor.skipCharacter() { return step }
        continue
      case .plain, .odd: return .unusual
      }
      needsQuotes = true
    }
    let place = first..<cursor.at
    if unquoted.count > written {
      unsafe unquoted.append(cursor.base + run, cursor.at - run)
      unsafe found[cell] = CellBytes(text: unquoted.bytes(from: written), place: place)
    } else {
      unsafe found[cell] = CellBytes(
        text: UnsafeRawBufferPointer(start: cursor.base + first, count: place.count), place: place)
    }
    // `CSVEncoder` quotes only if necessary.
    if !needsQuotes, !cursor.hasOuterBlank(place) { cursor.isCanonical = false }
    cursor.at += 1
    return nil
  }

  private func finish(_ base: UnsafePointer<UInt8>, textCount: Int, length: Int, _ cursor: Cursor) -> Step {
    // A record with only blanks is no row.
    guard unsafe !cells.allSatisfy({ unsafe $0.text.allSatisfy(\.isBlank) }) else { return .unusual }
    if cursor.seen >= 0x80 {
      let text = unsafe UnsafeBufferPointer(start: base, count: textCount)
      guard (try? unsafe UTF8Span(validating: text.span)) != nil else { return .unusual }
    }
    self.length = length
    lines = cursor.lines
    if cursor.isCanonical {
      unsafe input = UnsafeRawBufferPointer(start: base, count: textCount)
    } else {
      rewrite()
    }
    return .record
  }

  /// Writes the record in the form of result files, and stores the ranges of its cells there.
  private func rewrite() {
    encoder.removeAll()
    for index in 0..<cellCount {
      let cell = unsafe found[index]
      let comma = index == 0 ? 0 : 1
      let start = encoder.bytes.count + comma
      unsafe encoder.append(cell: cell.text, isFirst: index == 0)
      let end = encoder.bytes.count
      let isQuoted = start < end && encoder.bytes[start] == .quote
      unsafe found[index] = CellBytes(text: cell.text, place: isQuoted ? start + 1..<end - 1 : start..<end)
    }
    rewritten.begin(capacity: encoder.bytes.count)
    unsafe encoder.bytes.withUnsafeBufferPointer { bytes in
      if let start = bytes.baseAddress { unsafe rewritten.append(start, bytes.count) }
    }
    unsafe input = rewritten.bytes(from: 0)
  }
}

/// Bytes in memory that does not move until it is begun again.
@safe private struct ScannedText: ~Copyable {
  private var memory: UnsafeMutablePointer<UInt8>
  private var capacity = 4 << 10
  private(set) var count = 0

  init() { unsafe memory = .allocate(capacity: capacity) }

  deinit { unsafe memory.deallocate() }

  /// Removes the content, and makes room for this many bytes.
  mutating func begin(capacity needed: Int) {
    count = 0
    guard capacity < needed else { return }
    unsafe memory.deallocate()
    capacity = needed
    unsafe memory = .allocate(capacity: capacity)
  }

  mutating func append(_ bytes: UnsafePointer<UInt8>, _ size: Int) {
    precondition(count + size <= capacity, "room was made for less")
    unsafe (memory + count).update(from: bytes, count: size)
    count += size
  }

  func bytes(from start: Int) -> UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(start: memory + start, count: count - start)
  }
}
