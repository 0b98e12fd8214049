import JSON
import Testing

@testable import Sheets

/// Everything that reading a sheet returned, for comparing.
struct ReadSheet: Equatable {
  var header: [String]
  var delimiter: UInt8?
  var headerFindings: [Finding]
  var rows: [SheetRow]
  var closingFindings: [Finding]

  /// Reads a sheet from memory.
  ///
  /// - Parameter piece: the number of bytes that the next read may return, from the number read so far;
  ///   without it, as many as asked for.
  init(
    _ bytes: some Sequence<UInt8>, named place: String = "sheet.csv",
    _ options: SheetOptions = SheetOptions(),
    piece: @escaping (Int) -> Int = { _ in .max }
  ) throws(SheetError) {
    let sheet = try Sheet(PiecewiseSource(Array(bytes), piece: piece), place: place, options: options)
    rows = []
    while let row = try sheet.next() { rows.append(row) }
    let peeked = try PeekedSheet(PiecewiseSource(Array(bytes), piece: piece), place: place, options)
    #expect(peeked.rows == rows)
    #expect(peeked.closingFindings == sheet.closingFindings)
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

  /// The findings of all rows.
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

/// A sheet whose rows were taken as bytes wherever they could be: they must be the same rows.
struct PeekedSheet {
  private(set) var rows: [SheetRow] = []
  /// The number of rows taken as bytes.
  private(set) var taken = 0
  private(set) var closingFindings: [Finding] = []

  init(_ source: PiecewiseSource, place: String, _ options: SheetOptions) throws(SheetError) {
    let sheet = try Sheet(source, place: place, options: options)
    while true {
      if let bytes = try sheet.peek(), let row = Self.row(bytes) {
        rows.append(row)
        taken += 1
        sheet.accept()
      } else if let row = try sheet.next() {
        rows.append(row)
      } else {
        break
      }
    }
    closingFindings = sheet.closingFindings
  }

  /// The same with texts of its own; `nil` for a line that is no object.
  private static func row(_ bytes: RowBytes) -> SheetRow? {
    let content: SheetRow.Content
    switch bytes.content {
    case .cells(let cells):
      for index in 0..<cells.count {
        let cell = unsafe cells[index]
        let place = unsafe UnsafeRawBufferPointer(rebasing: bytes.input[cell.place])
        let text = unsafe String(decoding: place, as: UTF8.self).replacing("\"\"", with: "\"")
        #expect(unsafe text.utf8.elementsEqual(cell.text))
      }
      content = unsafe .cells(cells.map { unsafe String(decoding: $0.text, as: UTF8.self) })
    case .object(let line):
      guard let object = (try? unsafe JSONValue(parsing: line))?.object else { return nil }
      content = .object(object)
    }
    return unsafe SheetRow(
      number: bytes.number, line: bytes.line, content: content, findings: [],
      input: String(decoding: bytes.input, as: UTF8.self))
  }
}
