internal import CCSV

/// libcsv, fed one physical line at a time, so that the line of everything it says is known.
///
/// It runs in strict mode, which stops at a quote that RFC 4180 does not allow, and with its stripping of blanks
/// switched off: unquoted cells keep theirs. Blanks around the quotes of a quoted cell, as in `1, "a"`, are
/// allowed and dropped.
@safe struct CSVParser: ~Copyable {
  /// What one more line led to.
  enum Step: Equatable {
    /// The line ended a record.
    case record
    /// The line is empty and between records.
    case empty
    /// A quoted cell goes on in the next line.
    case open
    /// A quote in an unquoted cell, or text after a cell's closing quote; at that offset in the line.
    case strayQuote(offset: Int, isAfterClosingQuote: Bool)
    case outOfMemory
  }

  // The pointers come first: Swift 6.3 takes the first member of such a value for an address under the thread
  // sanitizer, and gives up over a byte.
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
    // libcsv grows a cell's buffer by this much at a time; its own 128 bytes make long cells slow.
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

  /// Whether a quoted cell is open.
  var isInQuotes: Bool { unsafe parser.pointee.quoted != 0 }

  /// The cell that libcsv is in the middle of.
  var openCell: UnsafeRawBufferPointer {
    unsafe UnsafeRawBufferPointer(start: parser.pointee.entry_buf, count: parser.pointee.entry_pos)
  }

  /// Takes a line with its end.
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

  /// Forgets the cells and whatever cell is open.
  mutating func clear() {
    if isInQuotes || !(unsafe openCell.isEmpty) {
      unsafe csv_fini(parser, nil, nil, nil)
    }
    // A buffer as large as the largest cell so far would stay to the end of the sheet.
    if unsafe csv_get_buffer_size(parser) > 1 << 20 { unsafe csv_free(parser) }
    unsafe recordInProgress.pointee.removeAll()
  }

  /// Appends what is known of a cell that cannot be finished.
  mutating func append(unfinishedCell cell: some Sequence<UInt8>) {
    unsafe Array(cell).withUnsafeBytes { unsafe recordInProgress.pointee.append($0) }
  }

  /// Where to go on when libcsv stopped at a blank, or because of one, beside the quotes of a quoted cell.
  private func offsetAfterBlanks(around offset: Int, in line: UnsafeRawBufferPointer) -> Int? {
    guard isInQuotes else {
      guard unsafe openCell.allSatisfy(\.isBlank) else { return nil }
      // The quote does open the cell: the blanks before it are forgotten, and the state is as after a quote.
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
