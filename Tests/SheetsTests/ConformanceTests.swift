import CZlib
import Foundation
import TestSupport
import Testing

@testable import Sheets

/// The rules that every format must follow.
@Suite struct ConformanceTests {
  static let sheets = [
    LogicalSheet(header: ["id"], rows: [["1"]]),
    LogicalSheet(
      header: ["id", "subject", "note"],
      rows: [
        ["1", "plain", "text"], ["2", "with, comma", "with \"quotes\""],
        ["3", "two\nlines", "two\r\nlines, \"too\""], ["4", "  blanks  ", "\ttab\t"],
        ["5", "naïve café", "日本語 👩‍🚒"], ["6", "", "empty before"], ["7", "semi;colon", "pipe|d"],
        ["8", "\"", "\"\"\"\""], ["9", "{\"json\": true}", "[1]"], ["10", "lone\rreturn", "#N/A"],
      ]),
  ]

  /// A sheet with every kind of trouble, so that recovery too is the same wherever the bytes are cut.
  static func troubled(_ format: SheetFormat) -> [UInt8] {
    switch format {
    case .csv:
      Array(
        "\u{FEFF}id,a b,note\r\n1,é,\"x\ny\"\r\n\r\n2,5\" pipe,z\n3,\"a\"b,z\r4, \"q\" ,z\r\n,,\r\n5,two\n"
          .utf8)
        + [0x36, 0x2C, 0xE9, 0x2C, 0x2C, 0x0A] + Array("7,\0,z\n8,\"open\n9,9,9".utf8)
    case .jsonl:
      Array("\u{FEFF}{\"id\":1,\"é\":\"\\u00e9\"}\r\n\r\n{\"id\":2\n[3]\r{\"id\":4,\"id\":4}\n{\"a\":\"".utf8)
        + [0xE9] + Array("\"}\r\n{\"a\":\"\0\"}\n{\"id\":5}".utf8)
    }
  }

  @Test(arguments: SheetFormat.allCases, sheets)
  func givesBackTheRowsItWasWrittenFrom(_ format: SheetFormat, _ sheet: LogicalSheet) throws {
    for lineEnd in ["\n", "\r\n", "\r"] {
      for endsLastLine in [true, false] {
        let text = sheet.text(format, lineEnd: lineEnd, endsLastLine: endsLastLine)
        let read = try ReadSheet(text, named: format.fileName)
        #expect(read.rows.map(sheet.values) == sheet.rows)
        #expect(read.rows.map(\.number) == Array(1...sheet.rows.count))
        #expect(read.findings.isEmpty)
        let hasOtherLines = format == .csv || sheet.rows.count > 1
        #expect(
          read.closingFindings.map(\.rule) == (endsLastLine || !hasOtherLines ? [] : ["no-last-line-end"]))
      }
    }
  }

  @Test(arguments: SheetFormat.allCases)
  func rejectsALastRowThatDoesNotEndWhenTheJobIsStrict(_ format: SheetFormat) throws {
    var options = SheetOptions()
    options.isStrict = true
    let sheet = Self.sheets[1]
    let read = try ReadSheet(sheet.text(format, endsLastLine: false), named: format.fileName, options)
    #expect(read.findings.count == 1)
    #expect(read.rules.last == ["no-last-line-end"])
    #expect(read.rows.last?.content.isUnreadable == true)
    #expect(read.closingFindings.isEmpty)
    #expect(try ReadSheet(sheet.text(format), named: format.fileName, options).findings.isEmpty)
  }

  @Test(
    arguments: SheetFormat.allCases,
    [
      "\u{1A}", "\u{1A}\u{1A}\u{1A}", "\u{1A}\n", "\u{1A}\r\n", "\u{1A}\u{1A}\n\u{1A}\n\n",
      "\n\u{1A}\r\n\u{1A}",
    ])
  func leavesOutCtrlZAndSaysSo(_ format: SheetFormat, _ mark: String) throws {
    let sheet = Self.sheets[1]
    let read = try ReadSheet(sheet.text(format) + mark, named: format.fileName)
    #expect(read.rows.map(sheet.values) == sheet.rows)
    #expect(read.closingFindings.map(\.rule) == ["end-of-file-mark"])
    guard !mark.contains("\r") else { return }
    let unended = try ReadSheet(sheet.text(format, endsLastLine: false) + mark, named: format.fileName)
    #expect(unended.rows.map(sheet.values) == sheet.rows)
    let rules = mark.contains("\n") ? [] : ["no-last-line-end"]
    #expect(unended.closingFindings.map(\.rule) == rules + ["end-of-file-mark"])
  }

  @Test(arguments: SheetFormat.allCases)
  func treatsCtrlZBeforeTheEndAsData(_ format: SheetFormat) throws {
    let sheet = LogicalSheet(header: ["id", "note"], rows: [["1", "a"], ["2", "MARK"], ["3", "c"]])
    let text = sheet.text(format).replacing("MARK", with: format == .csv ? "x\u{1A}" : "x\\u001A")
    let read = try ReadSheet(text, named: format.fileName)
    #expect(read.rows.map { sheet.values($0)?.last } == ["a", "x\u{1A}", "c"])
    #expect(read.closingFindings.isEmpty)
  }

  @Test(arguments: SheetFormat.allCases)
  func namesATailOfNULBytes(_ format: SheetFormat) throws {
    let sheet = Self.sheets[1]
    let tail = String(repeating: "\0", count: 512)
    let read = try ReadSheet(sheet.text(format) + tail, named: format.fileName)
    #expect(read.rules.last == ["nul-byte"])
    #expect(read.rows.last?.findings.first?.message.contains("is nothing but NUL bytes, 512 of them") == true)
    let torn = try ReadSheet(sheet.text(format, endsLastLine: false) + tail, named: format.fileName)
    #expect(torn.rules.last == ["nul-byte"])
    #expect(torn.rows.last?.findings.first?.message.contains("ends in 512 NUL bytes") == true)
  }

  @Test(arguments: SheetFormat.allCases)
  func acceptsASheetWithoutRowsWhenThatIsAllowed(_ format: SheetFormat) throws {
    var options = SheetOptions()
    options.allowsEmpty = true
    for text in format == .csv ? ["id,note", "id,note\n,\n\n"] : ["", "\n \n"] {
      #expect(try ReadSheet(text, named: format.fileName, options).rows.isEmpty)
    }
    if format == .csv { #expect(error("\n".utf8, named: format.fileName, options)?.kind == .empty) }
  }

  @Test(arguments: SheetFormat.allCases)
  func sameRowsWhereverABrokenRecordIsSplit(_ format: SheetFormat) throws {
    let text =
      switch format {
      case .csv: "id,s\n1,\"5\" pipe\"\n2,x\n3,\"a\nb \"c\"\n4,y\nz\"\n5,\"d\"e\r6,f\n7,\"g\r\r\n8,h\n\u{1A}"
      case .jsonl: "{\"a\":1}\n{\"a\":[\n{}\n]}\r{\"a\":2\n{\"a\":3}\r\r\n{\"a\":\"\n{\"a\":4}\n\u{1A}"
      }
    for bytes in [Array(text.utf8), Array("\(text)\r\n".utf8)] {
      let whole = try ReadSheet(bytes, named: format.fileName)
      for split in 1..<bytes.count {
        let parts = try ReadSheet(bytes, named: format.fileName) { $0 < split ? split - $0 : .max }
        #expect(parts == whole, "split at byte \(split)")
      }
      #expect(try ReadSheet(bytes, named: format.fileName, piece: { _ in 1 }) == whole)
    }
  }

  @Test(arguments: SheetFormat.allCases)
  func givesTheSameRowsWhereverTheInputIsSplit(_ format: SheetFormat) throws {
    for bytes in [Self.troubled(format), Array(Self.sheets[1].text(format, lineEnd: "\r\n").utf8)] {
      let whole = try ReadSheet(bytes, named: format.fileName)
      for split in 1..<bytes.count {
        let parts = try ReadSheet(bytes, named: format.fileName) { $0 < split ? split - $0 : .max }
        #expect(parts == whole, "split at byte \(split)")
      }
      let single = try ReadSheet(bytes, named: format.fileName, piece: { _ in 1 })
      #expect(single == whole)
    }
  }

  @Test(arguments: SheetFormat.allCases)
  func givesTheSameRowsWhereverUTF16IsSplit(_ format: SheetFormat) throws {
    let text = Self.sheets[1].text(format, lineEnd: "\r\n")
    for isBigEndian in [false, true] {
      let bytes = utf16("\u{FEFF}" + text, isBigEndian: isBigEndian)
      let whole = try ReadSheet(text, named: format.fileName)
      for split in 1..<bytes.count {
        let parts = try ReadSheet(bytes, named: format.fileName) { $0 < split ? split - $0 : .max }
        #expect(parts == whole, "split at byte \(split)")
      }
    }
  }

  @Test(arguments: SheetFormat.allCases)
  func readsGzipWhateverItsNameAndWhereverItIsSplit(_ format: SheetFormat) throws {
    let text = Self.sheets[1].text(format)
    let bytes = try gzip(Array(text.utf8))
    let whole = try ReadSheet(text, named: format.fileName)
    for split in 1..<bytes.count {
      let parts = try ReadSheet(bytes, named: format.fileName) { $0 < split ? split - $0 : .max }
      #expect(parts == whole, "split at byte \(split)")
    }
  }

  @Test(arguments: SheetFormat.allCases)
  func stripsTheByteOrderMark(_ format: SheetFormat) throws {
    let sheet = Self.sheets[1]
    let read = try ReadSheet("\u{FEFF}" + sheet.text(format), named: format.fileName)
    #expect(read.rows.map(sheet.values) == sheet.rows)
  }

  @Test(arguments: SheetFormat.allCases)
  func readsRowsOfMoreThanAMegabyte(_ format: SheetFormat) throws {
    let long = String(repeating: "all work and no play, \"he\" said\n", count: 50_000)
    let sheet = LogicalSheet(header: ["id", "note"], rows: [["1", "short"], ["2", long], ["3", "short"]])
    let read = try ReadSheet(sheet.text(format), named: format.fileName)
    #expect(read.rows.map(sheet.values) == sheet.rows)
  }

  @Test(arguments: SheetFormat.allCases, [99, 100, 101, 500, 70_000])
  func skipsRowsOverTheLimitAndOnlyThose(_ format: SheetFormat, length: Int) throws {
    var options = SheetOptions()
    options.rowLimit = 100
    let empty = LogicalSheet(header: ["id", "note"], rows: [["2", ""]])
    let overhead = format == .csv ? "2,".utf8.count : empty.text(format, endsLastLine: false).utf8.count
    let note = String(repeating: "n", count: length - overhead)
    let sheet = LogicalSheet(header: ["id", "note"], rows: [["1", "a"], ["2", note], ["3", "b"]])
    for lineEnd in ["\n", "\r\n", "\r"] {
      for piece in [1, 7, 64, Int.max] {
        let read = try ReadSheet(
          sheet.text(format, lineEnd: lineEnd).utf8, named: format.fileName, options, piece: { _ in piece })
        #expect(read.lines.last == (format == .csv ? 4 : 3))
        #expect(read.rows.map(\.number) == [1, 2, 3])
        #expect(read.rules == [[], length > 100 ? ["row-too-long"] : [], []])
        #expect(sheet.values(read.rows[1]) == (length > 100 ? nil : sheet.rows[1]))
        #expect(read.rows[1].input.utf8.count < 1000)
      }
    }
  }

  @Test(arguments: SheetFormat.allCases, [[0x00], [0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xEF, 0xBF, 0xBD]])
  func rejectsOnlyTheRowThatHoldsBadText(_ format: SheetFormat, bad: [UInt8]) throws {
    let sheet = LogicalSheet(header: ["id", "note"], rows: [["1", "a"], ["2", "MARK"], ["3", "c"]])
    let pieces = sheet.text(format).split(separator: "MARK")
    let read = try ReadSheet(Array(pieces[0].utf8) + bad + Array(pieces[1].utf8), named: format.fileName)
    let rule = bad == [0] ? "nul-byte" : bad[0] == 0xEF ? "lost-character" : "invalid-encoding"
    #expect(read.rules == [[], [rule], []])
    #expect(read.rows.map { sheet.values($0) != nil } == [true, false, true])
    #expect(read.rows[1].findings[0].line == (format == .csv ? 3 : 2))
    // A copy in a result file must not become readable.
    let header = format == .csv ? "id,note\n" : ""
    let again = try ReadSheet(header + read.rows[1].input + "\n", named: format.fileName)
    #expect(again.rows[0].content.isUnreadable)
  }

  @Test(arguments: SheetFormat.allCases)
  func saysThatASheetWithoutRowsIsEmpty(_ format: SheetFormat) {
    for text in ["", "\u{FEFF}", "\n\r\n  \n"] {
      #expect(error(text.utf8, named: format.fileName)?.kind == .empty)
    }
  }

  @Test(arguments: SheetFormat.allCases)
  func writesInputThatReadsAsTheSameRow(_ format: SheetFormat) throws {
    let sheet = Self.sheets[1]
    let read = try ReadSheet(sheet.text(format), named: format.fileName)
    let header = format == .csv ? sheet.header.joined(separator: ",") + "\r\n" : ""
    let again = try ReadSheet(
      header + read.rows.map { $0.input + "\r\n" }.joined(), named: format.fileName)
    #expect(again.rows.map(sheet.values) == sheet.rows)
    #expect(again.rows.map(\.input) == read.rows.map(\.input))
  }
}
