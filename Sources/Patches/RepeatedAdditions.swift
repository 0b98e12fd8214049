public import Catalog
import JSON
import Records
public import Sheets

/// Detects two rows of a sheet that add the same text to the same record, so that a customer would be told twice.
///
/// Rows of one record must come in the order of the sheet. It remembers a hash of each addition, not the text.
public final class RepeatedAdditions {
  private let resource: ResourceType
  /// The line of the first row with an addition, by its hash.
  private var lines: [Int: Int32] = [:]

  public init(resource: ResourceType) { self.resource = resource }

  /// Forgets all rows so far: the next ones are for other records.
  public func removeAll() { lines.removeAll(keepingCapacity: true) }

  /// Returns whether a row adds several things, so that it may add one of them twice.
  public func addsSeveral(_ patch: Patch?) -> Bool {
    guard let patch, !patch.isIdempotent else { return false }
    return resource.changes(in: patch.body, element: patch.element).creations.count > 1
  }

  /// Returns the finding about a row that adds the same as an earlier one, if it does.
  public func finding(row: Int, line rowLine: Int, _ patch: Patch?) -> Finding? {
    guard let patch, !patch.isIdempotent else { return nil }
    var finding: Finding?
    for creation in resource.changes(in: patch.body, element: patch.element).creations {
      let text = creation.attributes["text"]?.string
      var hasher = Hasher()
      hasher.combine(patch.key)
      hasher.combine(creation.list)
      // Texts that differ only in the blanks around them read the same.
      hasher.combine(text.map(RepeatedAdditions.trimmed) ?? JSONValue.object(creation.attributes).text())
      let number = hasher.finalize()
      guard let line = lines[number] else {
        lines[number] = Int32(clamping: rowLine)
        continue
      }
      let what = text == nil ? "the same element of \(creation.list)" : "the same text"
      let place =
        line == rowLine ? "this row adds \(what) twice" : "line \(line) also adds \(what) to this record"
      finding =
        finding
        ?? Finding(
          .warning, row: row, line: rowLine, column: creation.list, value: text, rule: "added-twice",
          message: place, hint: "leave one of them out, unless the record should get it twice")
    }
    return finding
  }

  private static func trimmed(_ text: String) -> String {
    // Most texts begin and end visibly.
    if let first = text.utf8.first, let last = text.utf8.last, (0x21..<0x7F).contains(first),
      (0x21..<0x7F).contains(last), !text.utf8.contains(0x0D)
    {
      return text
    }
    let scalars = text.replacing("\r\n", with: "\n").unicodeScalars
    let start = scalars.drop(while: \.properties.isWhitespace)
    return String(
      String.UnicodeScalarView(start.reversed().drop(while: \.properties.isWhitespace).reversed()))
  }
}
