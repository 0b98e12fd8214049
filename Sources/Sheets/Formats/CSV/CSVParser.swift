internal import CCSV

/// A libcsv parser that gets one physical line at a time, so that the line of every result is known.
///
/// It runs in strict mode, which stops at a quote that RFC 4180 does not allow. Stripping of blanks is off: unquoted
/// cells keep theirs. Blanks around the quotes of a quoted cell, as in `1, "a"`, are allowed and dropped.
@safe struct CSVParser: ~Copyable {
  /// The result of one more line.
  enum Step: Equatable {
    /// The line ended a record.
    case record
    /// The line is empty and between records.
    case empty
    /// A quoted cell continues in the next line.
    case open
    /// A quote in an unquoted cell, or text after a cell's closing quote, at that offset in the line.
    case strayQuote(offset: Int, isAfterClosingQuote: Bool)
    case outOfMemory
  }

  // The pointers come first: under the thread sanitizer, Swift 6.3 takes the first member of such a value for an
  // address, and crashes on a byte.
  private let parser: UnsafeMutablePointer<csv_parser>
  private let recordInProgress: UnsafeMutablePointer<CSVRecord>
  private let delimiter: UInt8

  init(delimiter: UInt8) {
    self.delimiter = delimiter
    unsafe parser = .allocate(capacity: 1)
    unsafe parser.initialize(to: csv_parser())
    unsafe csv_init(parser, UInt8(CSV_STRICT))
    unsafe csv_set_delim(parser, delimiter)
    unsafe csv_set_space_func(parser) { _ in 0 }
    // libcsv enlarges a cell's buffer by this much at a time; its own 128 bytes make long cells slow.
    unsafe csv_set_blk_size(parser, 64 << 10)
    unsafe recordInProgress = .allocate(capacity: 1)
    unsafe recordInProgress.initialize(to: CSVRecord())
  }

  deinit {
    unsafe csv_free(parser)
    unsafe parser.deallocate()
    unsafe recordInProgress.deinitialize(count: 1)
    unsafe recordInProgress.deallocate()
  }

  /// The cells since the last `clear`.
  var record: CSVRecord {
    _read { yield unsafe recordInProgress.pointee }
  }

  /// Indicates an open quoted cell.
  var isInQuotes: Bool { unsafe parser.pointee.quoted != 0 }

  /// The unfinished cell.
  var openCell: UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(start: parser.pointee.entry_buf, count: parser.pointee.entry_pos)
  }

  /// Takes in a line with its end.
  mutating func feed(_ line: UnsafeRawBufferPointer) -> Step {
    var offset = 0
    while offset < line.count {
      let rest = unsafe line.from(offset)
      unsafe offset += csv_parse(
        parser, rest.baseAddress, rest.count,
        { cell, count, record in
          unsafe record?.assumingMemoryBound(to: CSVRecord.self).pointee
            .append(UnsafeRawBufferPointer(start: cell, count: count))
        },
        { _, record in unsafe record?.assumingMemoryBound(to: CSVRecord.self).pointee.isComplete = true },
        recordInProgress)
      guard offset < line.count else { break }
      guard unsafe csv_error(parser) == CSV_EPARSE else { return .outOfMemory }
      guard let resumed = unsafe offsetAfterBlanks(around: offset, in: line) else {
        return .strayQuote(offset: offset, isAfterClosingQuote: isInQuotes)
      }
      unsafe parser.pointee.status = CSV_SUCCESS
      offset = resumed
    }
    if unsafe recordInProgress.pointee.isComplete { return .record }
    return isInQuotes ? .open : .empty
  }

  /// Removes the cells and the open cell.
  mutating func clear() {
    if isInQuotes || !(unsafe openCell.isEmpty) {
      unsafe csv_fini(parser, nil, nil, nil)
    }
    // A buffer as large as the largest cell so far would stay until the end of the sheet.
    if unsafe csv_get_buffer_size(parser) > 1 << 20 { unsafe csv_free(parser) }
    unsafe recordInProgress.pointee.removeAll()
  }

  /// Appends the known part of a cell that cannot be finished.
  mutating func append(unfinishedCell cell: some Sequence<UInt8>) {
    unsafe Array(cell).withUnsafeBytes { unsafe recordInProgress.pointee.append($0) }
  }

  /// Returns the offset to continue from if libcsv stopped at a blank beside the quotes of a quoted cell.
  private func offsetAfterBlanks(around offset: Int, in line: UnsafeRawBufferPointer) -> Int? {
    guard isInQuotes else {
      guard unsafe openCell.allSatisfy(\.isBlank) else { return nil }
      // The quote opens the cell: the blanks before it are dropped, and the state is as after a quote.
      unsafe parser.pointee.entry_pos = 0
      unsafe parser.pointee.quoted = 1
      return offset + 1
    }
    var end = offset
    while end < line.count, unsafe line[end].isBlank, unsafe line[end] != delimiter { end += 1 }
    guard end > offset, end < line.count else { return nil }
    switch unsafe line[end] {
    case delimiter, .lineFeed, .carriageReturn: return end
    default: return nil
    }
  }
}
