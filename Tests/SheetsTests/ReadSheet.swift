@testable import Sheets

/// Everything that reading a sheet gave, for comparing.
struct ReadSheet: Equatable {
  var header: [String]
  var delimiter: UInt8?
  var headerFindings: [Finding]
  var rows: [SheetRow]
  var closingFindings: [Finding]

  /// Reads a sheet from memory.
  ///
  /// - Parameter piece: How many bytes the next read may return, from how many were read so far; without it,
  ///   as many as asked for.
  init(
    _ bytes: some Sequence<UInt8>, named place: String = "sheet.csv",
    _ options: SheetOptions = SheetOptions(),
    piece: @escaping (Int) -> Int = { _ in .max }
  ) throws(SheetError) {
    let sheet = try Sheet(PiecewiseSource(Array(bytes), piece: piece), place: place, options: options)
    rows = []
    while let row = try sheet.next() { rows.append(row) }
    header = sheet.header
    delimiter = sheet.delimiter
    headerFindings = sheet.findings
    closingFindings = sheet.closingFindings
  }

  init(_ text: String, named place: String = "sheet.csv", _ options: SheetOptions = SheetOptions())
    throws(SheetError)
  {
    try self.init(text.utf8, named: place, options)
  }

  /// The cells of the rows that could be read.
  var cells: [[String]] {
    rows.compactMap { if case .cells(let cells) = $0.content { cells } else { nil } }
  }

  /// What is wrong with all the rows.
  var findings: [Finding] { rows.flatMap(\.findings) }

  var lines: [Int] { rows.map(\.line) }
  var rules: [[String]] { rows.map { $0.findings.map(\.rule) } }
}

extension SheetRow.Content {
  var isUnreadable: Bool { self == .unreadable }
}

/// Bytes in memory that arrive in pieces of given sizes.
final class PiecewiseSource: ByteSource {
  private let bytes: [UInt8]
  private let piece: (Int) -> Int
  private var position = 0

  init(_ bytes: [UInt8], piece: @escaping (Int) -> Int) {
    self.bytes = bytes
    self.piece = piece
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let length = min(max(1, piece(position)), buffer.count, bytes.count - position)
    unsafe buffer.copyBytes(from: bytes[position..<position + length])
    position += length
    return length
  }
}

/// The error that reading ends in.
func error(
  _ bytes: some Sequence<UInt8>, named place: String = "sheet.csv", _ options: SheetOptions = .init()
)
  -> SheetError?
{
  do throws(SheetError) {
    _ = try ReadSheet(bytes, named: place, options)
    return nil
  } catch {
    return error
  }
}
