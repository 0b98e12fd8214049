import Testing

@testable import Sheets

@Suite struct EncodingTests {
  @Test func readsTheTabSeparatedUTF16ThatExcelSaves() throws {
    let bytes = utf16("\u{FEFF}id\tnote\r\n1\t\"a\tb\"\r\n2\t👩‍🚒 é\r\n")
    let sheet = try Sheet(MemorySource(bytes), place: "sheet.txt", options: SheetOptions())
    #expect(sheet.encoding == .utf16)
    #expect(sheet.delimiter == 0x09)
    #expect(try ReadSheet(bytes).cells == [["1", "a\tb"], ["2", "👩‍🚒 é"]])
  }

  @Test func rejectsTheRowWithHalfASurrogatePair() throws {
    var bytes = utf16("\u{FEFF}id,note\n1,a")
    bytes += [0x3D, 0xD8] + utf16("b\n2,c\n3,") + [0x00, 0xDC] + utf16("\n4,d\n5,")
    bytes += [0x3D, 0xD8, 0x3D, 0xD8, 0x00, 0xDE] + utf16("\n6,e")
    let read = try ReadSheet(bytes)
    #expect(read.rules == [["invalid-encoding"], [], ["invalid-encoding"], [], ["invalid-encoding"], []])
    #expect(read.rows[0].findings[0].message == "the cell is not valid utf-16 at its character 2")
    #expect(read.cells == [["2", "c"], ["4", "d"], ["6", "e"]])
  }

  @Test(arguments: [[0x41], [0x3D, 0xD8], [0x3D, 0xD8, 0x41]] as [[UInt8]])
  func rejectsTheRowThatAUTF16FileIsCutOffIn(_ rest: [UInt8]) throws {
    let read = try ReadSheet(utf16("\u{FEFF}id,note\n1,a\n2,b") + rest)
    #expect(read.rules == [[], ["invalid-encoding"]])
  }

  @Test(arguments: [
    (SheetEncoding.windows1252, [0x93, 0xE9, 0x94, 0x80] as [UInt8], "“é”€"),
    (.latin1, [0xE9, 0xFF, 0xA4], "éÿ¤"), (.utf8, Array("é".utf8), "é"),
  ])
  func readsEncodingsThatAreSaid(_ encoding: SheetEncoding, _ cell: [UInt8], _ text: String) throws {
    var options = SheetOptions()
    options.encoding = encoding
    let read = try ReadSheet(Array("id,note\n1,".utf8) + cell + Array("\n".utf8), options)
    #expect(read.cells == [["1", text]])
    #expect(read.rows[0].input == "1,\(text)")
  }

  @Test func rejectsTheBytesThatWindows1252LeavesUndefined() throws {
    var options = SheetOptions()
    options.encoding = .windows1252
    for byte in [0x81, 0x8D, 0x8F, 0x90, 0x9D] as [UInt8] {
      let read = try ReadSheet(
        Array("id,note\n1,é".utf8.dropLast(2)) + [0xE9, byte] + Array("\n2,x".utf8), options)
      #expect(read.rules == [["invalid-encoding"], []])
      #expect(read.rows[0].findings[0].message == "the cell is not valid windows-1252 at its character 2")
    }
  }

  @Test func believesAByteOrderMarkMoreThanTheOption() throws {
    var options = SheetOptions()
    options.encoding = .latin1
    #expect(try ReadSheet("\u{FEFF}id,note\n1,é\n", options).cells == [["1", "é"]])
    #expect(try ReadSheet(utf16("\u{FEFF}id,note\n1,é\n"), options).cells == [["1", "é"]])
  }

  /// For a result file that Excel has saved as plain CSV, no encoding can be named: the advice differs.
  @Test(arguments: [
    ("sheet.csv", "id;note;_row;_line\n1;Gr\u{FC}n;1;2\n", nil as SheetEncoding?),
    ("sheet.csv", "id;note;_row;_line\n1;Gr\u{FC}n;1;2\n", .windows1252),
    ("sheet.csv", "id;Gr\u{FC}n;_row;_line\n1;x;1;2\n", .windows1252),
    ("sheet.jsonl", "{\"id\": 1, \"note\": \"Gr\u{FC}n\",\"_row\":1,\"_line\":1}\n", .latin1),
  ])
  func saysHowToSaveAResultFile(_ place: String, _ text: String, _ encoding: SheetEncoding?) throws {
    let bytes = text.unicodeScalars.map { UInt8($0.value) }
    var options = SheetOptions()
    options.encoding = encoding
    let found = error(bytes, named: place, options)
    let hint = try found?.hint ?? ReadSheet(bytes, named: place, options).findings.first?.hint
    #expect(
      hint
        == "a result file is always read as UTF-8: save it as such, in Excel as 'CSV UTF-8' and not as 'CSV'")
  }

  /// Excel's "Unicode text" of a result file shows what separates its cells.
  @Test(arguments: [true, false]) func aResultFileInUTF16KeepsItsDelimiter(isBigEndian: Bool) throws {
    var options = SheetOptions()
    options.delimiter = UInt8(ascii: ";")
    let mark: [UInt8] = isBigEndian ? [0xFE, 0xFF] : [0xFF, 0xFE]
    let text = utf16("id\tsubject\t_row\t_status\n2\tGröße\t1\tfailed\n", isBigEndian: isBigEndian)
    #expect(try ReadSheet(mark + text, options).cells == [["2", "Größe", "1", "failed"]])
  }

  @Test func readsUTF16WithoutAMarkOnlyWhenItIsSaid() throws {
    var options = SheetOptions()
    for isBigEndian in [true, false] {
      let bytes = utf16("id,note\n1,é\n", isBigEndian: isBigEndian)
      options.encoding = nil
      #expect(error(bytes, options)?.kind == .encoding)
      options.encoding = .utf16
      #expect(try ReadSheet(bytes, options).cells == [["1", "é"]])
    }
    #expect(error("id,note\n1,x\n".utf8, options)?.kind == .encoding)
  }

  @Test func refusesUTF32() {
    #expect(error([0xFF, 0xFE, 0, 0, 0x69, 0, 0, 0])?.message == "the text is UTF-32, which is not read")
  }

  @Test(arguments: [
    (Array("PK\u{03}\u{04}rest".utf8), "workbook"),
    ([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1], "Excel"),
    (Array("%PDF-1.7".utf8), "PDF"), (Array("<!DOCTYPE HTML>".utf8), "web page"),
    (Array("BZh91AY".utf8), "bzip2"), (Array("\u{FEFF}\n<html><body>".utf8), "web page"),
    (Array("PAR1".utf8), "Parquet"), (Array("<?xml version=\"1.0\"?><rows/>".utf8), "an XML document"),
    (
      Array("<?xml version=\"1.0\"?>\r\n<?mso-application progid=\"Excel.Sheet\"?>\r\n<Workbook>".utf8),
      "an Excel workbook as XML"
    ),
    (utf16("\u{FEFF}<?xml version=\"1.0\"?>"), "an XML document"),
    ([0x28, 0xB5, 0x2F, 0xFD, 0], "zstd"),
  ])
  func refusesWhatIsNoText(_ bytes: [UInt8], _ what: String) throws {
    for bytes in [bytes, try gzip(bytes)] {
      let found = try #require(error(bytes))
      #expect(found.kind == .notText)
      #expect(found.message.contains(what))
      #expect(found.hint != nil)
    }
  }
}
