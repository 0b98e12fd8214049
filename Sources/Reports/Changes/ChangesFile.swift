import Dispatch
import JSON
public import Records
public import Staging
import Synchronization

/// Returns the changes of a row that was carried out, in the form of a plan.
public typealias ChangeReader = @Sendable (CarriedOutRow) -> [PlannedChange]

/// The file `changes.csv`: one line for every attribute that a run has changed and every element that it has created.
///
/// It contains only changes that the site has confirmed. Texts are complete, as the site had them and as they were
/// sent.
enum ChangesFile: RunDocument {
  static let name = "changes.csv"
  static let names = [name]
  static let columns = ["record", "attribute", "before", "after", "row", "time"]

  static func write(_ run: EndedRun, to drafts: inout ResultDrafts) throws(StagingError) {
    guard let changes = run.changes else { return }
    let output = try WholeFile(name, in: run.file.directory)
    let csv = CSVText(delimiter: run.record.sheetDelimiter?.utf8.first ?? UInt8(ascii: ","))
    var bytes: [UInt8] = [0xEF, 0xBB, 0xBF]
    csv.append(cells: columns, to: &bytes)
    bytes.append(0x0A)
    try output.append(bytes)
    var lines = 0
    var rows: [CarriedOutRow] = []
    var bytesHeld = 0
    func flush() throws(StagingError) {
      for part in lineParts(of: rows, changes, csv) {
        try output.append(part.text)
        lines += part.lines
      }
      rows.removeAll(keepingCapacity: true)
      bytesHeld = 0
    }
    try run.file.forEachCarriedOut { row in
      guard row.hasChanged else { return }
      rows.append(row)
      bytesHeld += row.input.utf8.count + row.patch.utf8.count
      if rows.count == parts * rowsOfPart || bytesHeld > 1 << 20 { try flush() }
    }
    try flush()
    drafts.add(output, named: name, rows: lines)
  }

  /// The rows are read by one thread; their lines, which take longer, are made by all processors, a part each.
  private static let parts = 8
  private static let rowsOfPart = 64

  /// Lines of consecutive rows.
  private struct Part: Sendable {
    var text: [UInt8] = []
    var lines = 0
  }

  private static func lineParts(of rows: [CarriedOutRow], _ changes: ChangeReader, _ csv: CSVText) -> [Part] {
    let made = Mutex([Part](repeating: Part(), count: parts))
    DispatchQueue.concurrentPerform(iterations: parts) { index in
      var part = Part()
      for row in rows.dropFirst(index * rowsOfPart).prefix(rowsOfPart) {
        for change in changes(row) where !change.isAsAsked {
          csv.append(cells: cells(change, row), to: &part.text)
          part.text.append(0x0A)
          part.lines += 1
        }
      }
      made.withLock { $0[index] = part }
    }
    return made.withLock { $0 }
  }

  private static func cells(_ change: PlannedChange, _ row: CarriedOutRow) -> [String] {
    [
      CSVText.inert(row.recordID.text), CSVText.inert(change.place), ChangeText(change.now).whole,
      ChangeText(change.result).whole, String(row.number), row.finishedAt ?? "",
    ]
  }
}

extension CarriedOutRow {
  /// Indicates that the site has confirmed the row, or what was left of it.
  var hasChanged: Bool { state == .applied || state == .conflict && errorCode == KeptChange.errorCode }
}

extension PlannedChange {
  /// The result: the new value, or the created element.
  var result: JSONValue? { added.map(JSONValue.object) ?? then }
}

/// A value of a record in a file or on a page.
struct ChangeText {
  private let value: JSONValue?

  init(_ value: JSONValue?) { self.value = value }

  /// The complete value, made inert for spreadsheets; blank for null and for a missing value.
  var whole: String { text.map { value?.string == nil ? $0 : CSVText.inert($0) } ?? "" }

  /// Returns the value for people: inert on a screen, and cut with a note; `nil` for null and for a missing value.
  func shown(limit: Int) -> String? {
    guard let text else { return nil }
    // A byte is never more than a character.
    guard text.utf8.count > limit, text.count > limit else { return text.printable() }
    return "\(text.prefix(limit).printable()) … (\(Quantity.count(text.count)) characters)"
  }

  private var text: String? {
    switch value {
    case nil, .null?: nil
    case .string(let text)?: text
    case .object(let object)? where !["id", "lookupName", "bytes"].contains { object[$0] != nil }:
      ValueText.members(object, limit: nil)
    case let value?: ValueText.text(value, limit: nil)
    }
  }
}
