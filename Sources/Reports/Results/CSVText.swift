/// CSV in the form of the result files: RFC 4180 with LF as the line end, which every reader accepts.
package struct CSVText {
  /// The delimiter: a comma, unless the sheet has another.
  let delimiter: UInt8

  package init(delimiter: UInt8) { self.delimiter = delimiter }

  /// Appends a cell, quoted if necessary.
  func append(cell: String, to bytes: inout [UInt8]) {
    let needsQuotes = cell.utf8.contains { byte in
      byte == delimiter || byte == UInt8(ascii: "\"") || byte == 0x0A || byte == 0x0D
    }
    guard needsQuotes else {
      bytes += cell.utf8
      return
    }
    bytes.append(UInt8(ascii: "\""))
    for byte in cell.utf8 {
      if byte == UInt8(ascii: "\"") { bytes.append(byte) }
      bytes.append(byte)
    }
    bytes.append(UInt8(ascii: "\""))
  }

  /// Appends cells with the delimiter between them.
  package func append(cells: some Sequence<String>, to bytes: inout [UInt8]) {
    var isFirst = true
    for cell in cells {
      if !isFirst { bytes.append(delimiter) }
      isFirst = false
      append(cell: cell, to: &bytes)
    }
  }

  /// Returns the cells of one record with commas, as stored in the run file; `nil` if it is not exactly one RFC 4180
  /// record.
  static func cells(of record: String) -> [String]? {
    var cells: [String] = []
    var cell: [UInt8] = []
    var rest = record.utf8[...]
    while true {
      if rest.first == UInt8(ascii: "\"") {
        rest = rest.dropFirst()
        while true {
          let part = rest.prefix { $0 != UInt8(ascii: "\"") }
          cell += part
          rest = rest[part.endIndex...].dropFirst()
          // Without a quote after it, the part ran to the end of the text: the quotes are not closed.
          guard part.endIndex < record.utf8.endIndex else { return nil }
          guard rest.first == UInt8(ascii: "\"") else { break }
          cell.append(UInt8(ascii: "\""))
          rest = rest.dropFirst()
        }
        guard rest.first == nil || rest.first == UInt8(ascii: ",") else { return nil }
      } else {
        let part = rest.prefix { $0 != UInt8(ascii: ",") }
        guard !part.contains(where: { $0 == UInt8(ascii: "\"") || $0 == 0x0A || $0 == 0x0D }) else {
          return nil
        }
        cell += part
        rest = rest[part.endIndex...]
      }
      cells.append(String(decoding: cell, as: UTF8.self))
      cell.removeAll(keepingCapacity: true)
      guard rest.first == UInt8(ascii: ",") else { return cells }
      rest = rest.dropFirst()
    }
  }

  /// Returns a text of ours or the site's with an apostrophe if a spreadsheet would take it for a formula (owasp.org,
  /// "CSV Injection").
  ///
  /// The sheet's own cells are never changed, because they must be readable as they were.
  static func inert(_ text: String) -> String {
    guard let first = text.utf8.first, "=+-@\t\r".utf8.contains(first) else { return text }
    return "'" + text
  }
}
