import Testing

@testable import Sheets

/// Well-formed CSV, strict and as people write it.
@Suite struct CSVTests {
  struct Case: CustomTestStringConvertible {
    var name: String
    var text: String
    var header: [String]
    var rows: [[String]]
    var lines: [Int]?

    var testDescription: String { name }
  }

  static let cases = [
    Case(
      name: "commas in quotes", text: "a,b\n\"x, y\",z\n", header: ["a", "b"], rows: [["x, y", "z"]]),
    Case(name: "empty cells", text: "a,b,c\n1,\"\",\n", header: ["a", "b", "c"], rows: [["1", "", ""]]),
    Case(
      name: "doubled quotes", text: "a,b\n1,\"ha \"\"ha\"\" ha\"\n", header: ["a", "b"],
      rows: [["1", "ha \"ha\" ha"]]),
    Case(name: "only doubled quotes", text: "a,b\n1,\"\"\"\"\n", header: ["a", "b"], rows: [["1", "\""]]),
    Case(
      name: "JSON in a cell", text: "a,b\n1,\"{\"\"k\"\": [1, 2]}\"\n", header: ["a", "b"],
      rows: [["1", "{\"k\": [1, 2]}"]]),
    Case(
      name: "newlines in quotes", text: "a,b\n\"1\n2\",x\n\"3\r\n\r\n4\",y\n5,z\n", header: ["a", "b"],
      rows: [["1\n2", "x"], ["3\r\n\r\n4", "y"], ["5", "z"]], lines: [2, 4, 7]),
    Case(
      name: "a lone CR in quotes", text: "a,b\r\"1\r2\",x\r3,y", header: ["a", "b"],
      rows: [["1\r2", "x"], ["3", "y"]], lines: [2, 4]),
    Case(
      name: "a header that ends otherwise", text: "a,b\n1,x\r\n2,y\r\n", header: ["a", "b"],
      rows: [["1", "x"], ["2", "y"]], lines: [2, 3]),
    Case(
      name: "blank lines that end otherwise", text: "a,b\n1,x\n\r\n2,y\n\r3,z\n", header: ["a", "b"],
      rows: [["1", "x"], ["2", "y"], ["3", "z"]], lines: [2, 4, 6]),
    Case(
      name: "CR CR LF", text: "a,b\r\r\n1,x\r\r\n2,y", header: ["a", "b"], rows: [["1", "x"], ["2", "y"]],
      lines: [3, 5]),
    Case(
      name: "empty lines", text: "\n\r\na,b\n\n1,x\n\r\r\n2,y\n\n", header: ["a", "b"],
      rows: [["1", "x"], ["2", "y"]], lines: [5, 8]),
    Case(
      name: "padded rows", text: "a,b\n,\n1,x\n , \t\n\"\",\" \"\n,,,,\n2,y\n,\n", header: ["a", "b"],
      rows: [["1", "x"], ["2", "y"]], lines: [3, 7]),
    Case(
      name: "blanks in unquoted cells stay", text: "a,b\n 1 ,  x y \n", header: ["a", "b"],
      rows: [[" 1 ", "  x y "]]),
    Case(
      name: "blanks in quotes stay", text: "a,b\n\" 1 \",\"\tx \"\n", header: ["a", "b"],
      rows: [[" 1 ", "\tx "]]),
    Case(
      name: "blanks around quotes", text: "a,b,c\n1, \"x, y\" ,\t\"z\n\" \n \"2\",\"q\"  ,r",
      header: ["a", "b", "c"], rows: [["1", "x, y", "z\n"], ["2", "q", "r"]], lines: [2, 4]),
    Case(
      name: "blanks around tab-separated quotes", text: "a\tb\n \"1\" \t \"x\ty\" \n", header: ["a", "b"],
      rows: [["1", "x\ty"]]),
    Case(
      name: "header names are trimmed", text: " a ,\u{A0}b\u{A0},\" c \"\n1,2,3\n", header: ["a", "b", "c"],
      rows: [["1", "2", "3"]]),
    Case(name: "one column", text: "id\n1\n2\n", header: ["id"], rows: [["1"], ["2"]]),
    Case(
      name: "one column, quoted, no last newline", text: "id\n\"1\"\n\"2\"", header: ["id"],
      rows: [["1"], ["2"]]),
    Case(
      name: "empty names at the end", text: "a,b,,\n1,2,,\n3,4\n5,6, ,\n7,8,\n", header: ["a", "b"],
      rows: [["1", "2"], ["3", "4"], ["5", "6"], ["7", "8"]]),
    Case(
      name: "an empty name between, nothing below", text: "a,,c\n1,,3\n4, ,6\n", header: ["a", "c"],
      rows: [["1", "3"], ["4", "6"]]),
    Case(
      name: "sep= of Excel", text: "sep=;\r\na;b\r\n1,5;x\r\n", header: ["a", "b"], rows: [["1,5", "x"]],
      lines: [3]),
    Case(
      name: "quoted sep=", text: "\"sep=|\"\na|b\n1|x\n", header: ["a", "b"], rows: [["1", "x"]], lines: [3]),
    Case(
      name: "a header that begins like sep=", text: "sep=x1,b\n1,2\n", header: ["sep=x1", "b"],
      rows: [["1", "2"]]),
    Case(
      name: "a newline in a name", text: "a,\"b\nc\"\n1,2\n", header: ["a", "b\nc"], rows: [["1", "2"]],
      lines: [3]),
    Case(name: "not ASCII", text: "názov,主題\nščť,日本\n", header: ["názov", "主題"], rows: [["ščť", "日本"]]),
  ]

  @Test(arguments: cases)
  func reads(_ example: Case) throws {
    let read = try ReadSheet(example.text)
    #expect(read.header == example.header)
    #expect(read.cells == example.rows)
    #expect(read.findings.isEmpty)
    #expect(read.headerFindings.isEmpty)
    if let lines = example.lines { #expect(read.lines == lines) }
  }

  @Test(arguments: [
    ("a,b\n1,2\n", ","), ("a;b\n1;2\n", ";"), ("a\tb\n1\t2\n", "\t"), ("a|b\n1|2\n", "|"),
    ("id;price;rate\n1;2,5;3,5\n2;3,5;4,5\n", ";"), ("a,b\n\"1;2;3\",\"x;y;z\"\n\"4;5;6\",u\n", ","),
    ("a;b\n\"1,2\n3,4\n5,6\";x\n", ";"), ("subject\nno delimiter here\n", ","),
    ("a;b\nx,y,z\n", ";"), ("a,b;c\n1,2\n3,4\n", ","), ("a|b,c|d\n1|2|3\n4|5|6\n", "|"),
    ("id\tnote\n1\tyes, it is, really\n2\tno\n", "\t"), ("a,b,c\n1,2\n3,4\n5,6\n", ","), ("", ","),
  ])
  func detectsTheDelimiter(_ text: String, _ delimiter: Character) {
    #expect(DelimiterDetection.delimiter(of: Array(text.utf8)) == delimiter.asciiValue)
  }

  @Test func detectsTheDelimiterOfALongSheetFromItsHead() throws {
    let rows = (0..<5000).map { "\($0);\"a, b\nc\";x" }
    let read = try ReadSheet((["id;note;rest"] + rows).joined(separator: "\n"))
    #expect(read.delimiter == UInt8(ascii: ";"))
    #expect(read.cells.count == 5000)
  }

  @Test func usesTheGivenDelimiter() throws {
    var options = SheetOptions()
    options.delimiter = UInt8(ascii: ";")
    let read = try ReadSheet("a,b;c\n1,2;3\n", options)
    #expect(read.header == ["a,b", "c"])
    options.delimiter = UInt8(ascii: "\"")
    #expect(error("a,b\n1,2\n".utf8, options)?.kind == .option)
  }

  @Test func quotesInputOnlyWhereNeeded() throws {
    let read = try ReadSheet("a;b;c;d\n1;x,y;\"say \"\"hi\"\"\"; z\n")
    #expect(read.rows[0].input == #"1,"x,y","say ""hi"""," z""#)
  }
}
