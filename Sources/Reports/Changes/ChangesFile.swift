import JSON
public import Records
public import Staging

/// Returns the changes of a row that was carried out, in the form of a plan.
public typealias ChangeReader = (CarriedOutRow) -> [PlannedChange]

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
    var lines = 0
    let output = try WholeFile(name, in: run.file.directory)
    let csv = CSVText(delimiter: run.record.sheetDelimiter?.utf8.first ?? UInt8(ascii: ","))
    var bytes: [UInt8] = [0xEF, 0xBB, 0xBF]
    csv.append(cells: columns, to: &bytes)
    bytes.append(0x0A)
    try run.file.forEachCarriedOut { row in
      guard row.hasChanged else { return }
      for change in changes(row) where !change.isAsAsked {
        csv.append(cells: cells(change, row), to: &bytes)
        bytes.append(0x0A)
        lines += 1
      }
      try output.append(bytes)
      bytes.removeAll(keepingCapacity: true)
    }
    try output.append(bytes)
    drafts.add(output, named: name, rows: lines)
  }

  private static func cells(_ change: PlannedChange, _ row: CarriedOutRow) -> [String] {
    [
      String(row.recordID), CSVText.inert(change.place), ChangeText(change.now).whole,
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
