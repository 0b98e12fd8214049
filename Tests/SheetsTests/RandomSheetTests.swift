import TestSupport
import Testing

@testable import Sheets

/// Sheets that no author of tests would think of.
@Suite struct RandomSheetTests {
  private static let texts: [String] = [
    "a", "7", " ", "\t", ",", ";", "\"", "\"\"", "\n", "\r\n", "\r", "é", "語", "👩‍🚒", "|", "sep=", "{", "[",
    "\\", "null",
    "\u{FEFF}", "\u{7F}", "'",
  ]

  private static func text(_ random: inout SeededGenerator) -> String {
    (0..<Int.random(in: 0...6, using: &random)).map { _ in texts.randomElement(using: &random) ?? "" }
      .joined()
  }

  @Test(arguments: SheetFormat.allCases)
  func anyRowsThatAreWrittenAreReadBack(_ format: SheetFormat) throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed: seed)
    for round in rounds(300) {
      let header = (1...Int.random(in: 1...5, using: &random)).map { "column \($0)" }
      let rows = (0..<Int.random(in: 1...20, using: &random)).map { number in
        // A row is never blank, because blank rows are padding.
        ["\(number)"] + header.dropFirst().map { _ in Self.text(&random) }
      }
      let sheet = LogicalSheet(header: header, rows: rows)
      let lineEnd = ["\n", "\r\n", "\r"].randomElement(using: &random) ?? "\n"
      let text = sheet.text(format, lineEnd: lineEnd, endsLastLine: .random(using: &random))
      var options = SheetOptions()
      // Cells full of other delimiters may well look more like columns than these few rows do.
      if format == .csv { options.delimiter = .comma }
      let sizes = (1...7).map { _ in Int.random(in: 1...40, using: &random) }
      let read = try ReadSheet(text.utf8, named: format.fileName, options) { sizes[$0 % 7] }
      #expect(read.rows.map(sheet.values) == rows, "seed \(seed), round \(round)")
      #expect(read.findings.isEmpty, "seed \(seed), round \(round)")
    }
  }

  @Test(arguments: SheetFormat.allCases)
  func anyBytesAtAllAreReadToTheEnd(_ format: SheetFormat) throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed: seed)
    let alphabet = Array(",,;\t|\"\"\"\n\n\r  ab1{}[]:\\u0".utf8) + [0, 0xE9, 0xC3, 0xA9, 0xFF, 0xFE, 0xEF]
    for round in rounds(1_000) {
      let isWild = Bool.random(using: &random)
      let body = (0..<Int.random(in: 0...300, using: &random)).map { _ in
        isWild ? UInt8.random(in: 0...255, using: &random) : alphabet.randomElement(using: &random) ?? 0
      }
      let bytes = (format == .csv ? Array("a,b,c\n".utf8) : Array("{\"a\":1}\n".utf8)) + body
      var options = SheetOptions()
      options.rowLimit = Int.random(in: 10...200, using: &random)
      options.encoding = SheetEncoding.allCases.filter { $0 != .utf16 }.randomElement(using: &random)
      let size = Int.random(in: 1...50, using: &random)
      let place: Comment = "seed \(seed), round \(round)"

      let read: ReadSheet
      do throws(SheetError) {
        read = try ReadSheet(bytes, named: format.fileName, options)
      } catch {
        #expect([.empty, .header, .option, .format].contains(error.kind), place)
        continue
      }
      let inPieces = try ReadSheet(bytes, named: format.fileName, options) { _ in size }
      #expect(inPieces == read, place)
      #expect(read.rows.map(\.number) == Array(1..<read.rows.count + 1), place)
      #expect(zip(read.lines, read.lines.dropFirst()).allSatisfy { $0 < $1 }, place)
      #expect(read.lines.allSatisfy { $0 >= 1 && $0 <= lineCount(bytes) }, place)
      for row in read.rows {
        #expect(row.content.isUnreadable == row.findings.contains { $0.severity == .error }, place)
        #expect(row.findings.allSatisfy { $0.row == row.number && $0.line == row.line }, place)
        if case .cells(let cells) = row.content { #expect(cells.count == read.header.count, place) }
      }
      // An object may be spread over lines.
      if format == .jsonl { #expect(read.rows.count <= textLineCount(bytes), place) }
    }
  }

  private func lineCount(_ bytes: [UInt8]) -> Int {
    var count = 1
    for (index, byte) in bytes.enumerated() {
      let isEnd = byte == 0x0A ? index == 0 || bytes[index - 1] != 0x0D : byte == 0x0D
      if isEnd { count += 1 }
    }
    return count
  }

  private func textLineCount(_ bytes: [UInt8]) -> Int {
    bytes.split { $0 == 0x0A || $0 == 0x0D }.count { !$0.allSatisfy { $0 == 0x20 || $0 == 0x09 } }
  }
}
