import JSON
import Testing

@testable import Sheets

@Suite struct JSONLTests {
  @Test func readsObjectsAsTheyAreNested() throws {
    let line =
      #"{"id": 771, "threads": {"entryType": {"id": 1}, "text": "é\n"}, "big": 300100000000001, "x": null}"#
    let read = try ReadSheet("\n\(line)\r\n  \n{}", named: "sheet.jsonl")
    #expect(read.lines == [2, 4])
    #expect(read.rows.map(\.number) == [1, 2])
    #expect(read.rows[0].input == line)
    guard case .object(let object) = read.rows[0].content else {
      Issue.record("the row is no object")
      return
    }
    #expect(object.map(\.name) == ["id", "threads", "big", "x"])
    #expect(object.value(at: ["threads", "entryType", "id"]) == 1)
    #expect(object["big"] == 300_100_000_000_001)
    #expect(read.rows[1].content == .object([:]))
    #expect(read.header.isEmpty)
    #expect(read.delimiter == nil)
  }

  @Test(arguments: [
    (
      #"{"a": 1"#, "broken-json",
      "the line is not valid JSON at column 7: '}' expected near the end of the line"
    ),
    (
      #"{"a": 1} {"b": 2}"#, "broken-json",
      "the line is not valid JSON at column 10: the end of the line expected near '{'"
    ),
    (#"{"a": 1, "a": 2}"#, "broken-json", "duplicate object key"),
    (#"{'a': 1}"#, "broken-json", "at column"),
    (#"{"a": 99999999999999999999}"#, "broken-json", "too big integer"),
    (#"{"a": "\ud800"}"#, "broken-json", "invalid Unicode"),
    ("[1, 2]", "not-an-object", "the line is an array, not an object"),
    ("17", "not-an-object", "the line is a number, not an object"),
    ("null", "not-an-object", "the line is null, not an object"),
    ("id,subject", "broken-json", "at column"),
  ])
  func rejectsALineThatIsNoObjectAndReadsOn(_ line: String, _ rule: String, _ message: String) throws {
    let read = try ReadSheet("{\"id\": 1}\n\n\(line)\n{\"id\": 2}\n", named: "sheet.jsonl")
    #expect(read.rules == [[], [rule], []])
    let finding = try #require(read.rows[1].findings.first)
    #expect(finding.message.contains(message), "\(finding.message)")
    #expect(finding.line == 3)
    #expect(finding.row == 2)
    #expect(finding.hint != nil)
    #expect(read.rows[1].input == line)
    #expect(read.rows[1].content.isUnreadable)
  }

  @Test(arguments: [
    ("[{\"id\": 1},\n{\"id\": 2}]", "the sheet is one JSON array"), (" \n[]", "the sheet is one JSON array"),
    ("{\n  \"id\": 1\n}\n", "a JSON object is spread over several lines"),
  ])
  func refusesJSONThatIsNotOneObjectALine(_ text: String, _ message: String) throws {
    let found = try #require(error(text.utf8, named: "sheet.json"))
    #expect(found.kind == .format)
    #expect(found.message == message)
    #expect(found.hint?.contains("one object per line") == true)
  }

  @Test(arguments: [
    ("sheet.csv", "{\"id\": 1}\n", "the sheet looks like JSON, but its name promises CSV"),
    ("sheet.tsv", "[{\"id\": 1}]\n", "the sheet looks like JSON, but its name promises CSV"),
    ("sheet.jsonl", "id,subject\n1,x\n", "the sheet looks like CSV, not like JSON Lines"),
    ("sheet.jsonl", "\"id\";\"subject\"\n1;x\n", "the sheet looks like CSV, not like JSON Lines"),
    ("sheet.jsonl", "Report of today\n", "the sheet is not JSON Lines: it begins with 'Report of today'"),
    ("sheet.csv", "id^subject\n1^x\n2^y\n", "the sheet looks delimited by '^'"),
    ("sheet.csv", "id\u{1F}subject\n1\u{1F}x\n", "the sheet looks delimited by U+001F"),
  ])
  func saysWhatASheetLooksLike(_ name: String, _ text: String, _ message: String) throws {
    let found = try #require(error(text.utf8, named: name))
    #expect(found.kind == .format)
    #expect(found.message == message)
    #expect(found.hint != nil)
  }

  @Test(arguments: [
    ("sheet.csv", "{\"id\": 1}\n", SheetFormat.jsonl), ("sheet.jsonl", "id,subject\n1,x\n", .csv),
    ("sheet.csv", "id^subject\n1^x\n", .csv),
  ])
  func believesWhatIsSaidOfIt(_ name: String, _ text: String, _ format: SheetFormat) throws {
    var options = SheetOptions()
    options.format = format
    options.delimiter = UInt8(ascii: ",")
    #expect(try ReadSheet(text.utf8, named: name, options).rows.count == 1)
  }

  @Test(arguments: [
    ("sheet.csv", "{}", SheetFormat.csv), ("a.b/SHEET.TSV", "{}", .csv), ("sheet.txt.gz", "{}", .csv),
    ("sheet.jsonl", "a", .jsonl), ("sheet.ndjson.gz", "a", .jsonl), ("sheet.JSON", "a", .jsonl),
    ("sheet", " \n{\"a\":1}", .jsonl), ("sheet.dat", "[ {}]", .jsonl), ("jsonl", "a,b", .csv),
    ("a.jsonl/sheet", "a,b", .csv), ("sheet", "[a],b", .csv), ("sheet.gz", "", .csv),
  ])
  func choosesTheFormatByNameElseByContent(_ name: String, _ text: String, _ format: SheetFormat) throws {
    let content = SheetContent(MemorySource(Array(text.utf8)), place: name, options: SheetOptions())
    #expect(try (SheetFormat(nameOfFile: name) ?? SheetFormat(recognising: content)) == format)
  }

  @Test func usesTheGivenFormat() throws {
    var options = SheetOptions()
    options.format = .jsonl
    #expect(try Sheet(MemorySource(Array("{}".utf8)), place: "sheet.csv", options: options).format == .jsonl)
  }
}
