import JSON
public import Records
public import Staging

/// Tells what a row that was carried out has changed, in the form of a plan.
public typealias ChangeReader = (CarriedOutRow) -> [PlannedChange]

/// `changes.csv`: one line for every attribute that a run has changed and every element that it has made.
///
/// Only what the site has confirmed is in it. Texts are whole, as the site had them and as they were sent.
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
  /// Whether the site has confirmed it, all of it or what was left of it.
  var hasChanged: Bool { state == .applied || state == .conflict && errorCode == KeptChange.errorCode }
}

extension PlannedChange {
  /// What there is afterwards: the new value, or the element that was made.
  var result: JSONValue? { added.map(JSONValue.object) ?? then }
}

/// A value of a record as a file or a page has it.
struct ChangeText {
  private let value: JSONValue?

  init(_ value: JSONValue?) { self.value = value }

  /// All of it, with nothing that a spreadsheet would take for a formula; blank for null and for what is not there.
  var whole: String { text.map { value?.string == nil ? $0 : CSVText.inert($0) } ?? "" }

  /// As people read it, without anything that acts on a screen, and cut with a word on what is missing; `nil` for null and
  /// for what is not there.
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
