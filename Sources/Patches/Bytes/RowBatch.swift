import JSON
public import Records
import Sheets

/// Some thousand rows with their results, on their way to the run file.
///
/// Common rows are bytes, end to end; every other one is kept as the values it was read and built as.
public struct RowBatch: Sendable {
  /// One row that consists of bytes.
  public struct Entry: Sendable {
    public let number: Int
    public let line: Int
    /// The record, if its id is the key; else the attribute with the key.
    public let recordID: RecordID?
    public let keyAttribute: String?
    public let isIdempotent: Bool
    /// Indicates that the recipe has texts of its own.
    public let hasTexts: Bool
    /// The ranges in `bytes` of the key as the sheet has it, the recipe of the patch, and the row in the form of
    /// result files.
    public let key: Range<Int>
    public let recipe: Range<Int>
    public let input: Range<Int>
  }

  public enum Row: Sendable {
    case entry(Entry)
    /// Stored elsewhere in memory, so that entries are small.
    indirect case whole(WholeRow)
  }

  private static let rowLimit = 4_096
  /// The number of bytes at which a batch is full.
  private static let byteLimit = 1 << 20

  public private(set) var rows: [Row] = []
  public private(set) var bytes: [UInt8] = []
  /// The forms that recipes of this batch are the first to use.
  public internal(set) var forms: [NumberedForm] = []

  /// The number of bytes in the inputs of rows that are not entries.
  private var heldBytes = 0

  public init() {}

  public var isFull: Bool { rows.count >= Self.rowLimit || bytes.count + heldBytes >= Self.byteLimit }

  /// Removes the rows and keeps their memory, unless it is that of an enormous one.
  public mutating func removeAll() {
    rows.removeAll(keepingCapacity: true)
    bytes.removeAll(keepingCapacity: bytes.capacity <= 4 * Self.byteLimit)
    forms.removeAll()
    heldBytes = 0
  }

  public mutating func append(_ row: WholeRow) {
    rows.append(.whole(row))
    heldBytes += row.input.utf8.count
  }
}

extension RowBatch {
  /// Appends a row by its recipe; returns `false` if a piece is too large for one.
  mutating func append(_ row: RowBytes, _ read: ReadRow, _ form: Int, _ recipe: Recipe) -> Bool {
    let start = bytes.count
    var recordID: RecordID?
    var keyAttribute: String?
    switch read.key {
    case .id(let id, let digits):
      recordID = .integer(id)
      unsafe append(UnsafeRawBufferPointer(rebasing: row.input[digits]))
    case .text(let text):
      recordID = .text(text)
      bytes += text.utf8
    case .alternate(let attribute, let text):
      keyAttribute = attribute
      bytes += text.utf8
    }
    let keyEnd = bytes.count
    bytes.append(UInt8(ascii: "["))
    bytes.append(number: Int64(form))
    var hasTexts = false
    for piece in recipe.pieces {
      bytes.append(UInt8(ascii: ","))
      switch piece {
      case .copy(let place):
        guard place.count <= PatchForm.pieceLimit else {
          bytes.removeLast(bytes.count - start)
          return false
        }
        bytes.append(number: Int64(place.lowerBound << 16 | place.count))
      case .literal(let json):
        hasTexts = true
        bytes.append(UInt8(ascii: "\""))
        PatchForm.append(text: json, to: &bytes)
        bytes.append(UInt8(ascii: "\""))
      }
    }
    bytes.append(UInt8(ascii: "]"))
    let recipeEnd = bytes.count
    unsafe append(row.input)
    rows.append(
      .entry(
        Entry(
          number: row.number, line: row.line, recordID: recordID, keyAttribute: keyAttribute,
          isIdempotent: read.isIdempotent, hasTexts: hasTexts, key: start..<keyEnd,
          recipe: keyEnd..<recipeEnd,
          input: recipeEnd..<bytes.count)))
    return true
  }

  private mutating func append(_ text: UnsafeRawBufferPointer) {
    // As bytes of their type: raw ones would be appended one by one.
    unsafe bytes.append(contentsOf: text.assumingMemoryBound(to: UInt8.self))
  }
}
