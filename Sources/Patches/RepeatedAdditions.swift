public import Catalog
import JSON
public import Sheets

/// Notices when two rows of a sheet add the same text to the same record, which is a customer told twice.
///
/// Rows are handed over in the order of the sheet. It remembers a number of each thing that is added, and not the thing.
public final class RepeatedAdditions {
  private let resource: ResourceType
  /// The line of the first row that adds it.
  private var lines: [Int: Int32] = [:]

  public init(resource: ResourceType) { self.resource = resource }

  /// What there is to say of a row that adds what an earlier one has added.
  public func finding(_ row: SheetRow, _ patch: Patch?) -> Finding? {
    guard let patch, !patch.isIdempotent else { return nil }
    let element = patch.element.map { (list: $0.list, id: $0.id) }
    var finding: Finding?
    for creation in resource.changes(in: patch.body, element: element).creations {
      let text = creation.attributes["text"]?.string
      var hasher = Hasher()
      hasher.combine(patch.key)
      hasher.combine(creation.list)
      // Texts that differ only in the blanks around them read the same.
      hasher.combine(text.map(RepeatedAdditions.trimmed) ?? JSONValue.object(creation.attributes).text())
      let number = hasher.finalize()
      guard let line = lines[number] else {
        lines[number] = Int32(clamping: row.line)
        continue
      }
      let what = text == nil ? "the same element of \(creation.list)" : "the same text"
      let place =
        line == row.line ? "this row adds \(what) twice" : "line \(line) adds \(what) to this record, too"
      finding =
        finding
        ?? Finding(
          .warning, row: row.number, line: row.line, column: creation.list, value: text, rule: "added-twice",
          message: place, hint: "leave one of them out, unless the record is meant to get it twice")
    }
    return finding
  }

  private static func trimmed(_ text: String) -> String {
    let scalars = text.replacing("\r\n", with: "\n").unicodeScalars
    let start = scalars.drop(while: \.properties.isWhitespace)
    return String(
      String.UnicodeScalarView(start.reversed().drop(while: \.properties.isWhitespace).reversed()))
  }
}
