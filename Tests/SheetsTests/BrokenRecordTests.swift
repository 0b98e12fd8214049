import TestSupport
import Testing

@testable import Sheets

/// Records that break over several lines: no line of them is read as a row, and the rows after them are.
@Suite struct BrokenRecordTests {
  @Test(arguments: [
    // As it was found.
    ("1,\"a\nhe said \"hi\"\n2,evil\nend\"\n3,good\n", ["stray-quote", ""], [2, 6]),
    ("1,\"a\nhe said \"hi\" twice\n2,evil\nend\"\n3,good\n", ["stray-quote", ""], [2, 6]),
    ("1,\"a\nhe said \"hi\"\n\"2\",\"evil\"\nend\"\n3,good\n", ["stray-quote", ""], [2, 6]),
    // Broken in its first line.
    ("1,\"he said \"hi\" to\n2,evil\nend\"\n3,good\n", ["stray-quote", ""], [2, 5]),
    ("1,\"a \"b\"\n2,evil\nend\"\n3,good\n", ["stray-quote", ""], [2, 5]),
    ("1,\"a \"b\", c\n2,evil\nend\"\n3,good\n", ["stray-quote", ""], [2, 5]),
    // The stray quotes of one phrase stand in two lines.
    ("1,\"x\na \"b\n2,evil\nc\" d\nend\"\n3,good\n", ["stray-quote", ""], [2, 7]),
    // An unquoted cell with a quote, and a quoted one after it.
    ("1,5\" pipe, \"two\n2,evil\nend\"\n3,good\n", ["stray-quote", ""], [2, 5]),
    // It never balances.
    ("1,\"a\nhe said \"hi\"\n2,evil\nend\n3,good\n", ["stray-quote"], [2]),
    ("1,\"a\n2,evil\nend\n3,good\n", ["unclosed-quote"], [2]),
    // One line: the rows after it are read.
    ("1,\"5\" pipe\"\n2,good\n3,good\n", ["stray-quote", "", ""], [2, 3, 4]),
    (
      "1,\"5\" pipe\"\n2,good\n3,\"7\" pipe\"\n4,good\n", ["stray-quote", "", "stray-quote", ""],
      [2, 3, 4, 5]
    ),
    ("1,\"a\" b\n2,\"good\"\n", ["stray-quote", ""], [2, 3]),
    ("1,\"a\nb\"c\n2,good\n3,\"good\"\n", ["stray-quote", "", ""], [2, 4, 5]),
  ])
  func takesAllOfItsLinesAndNoMore(_ rows: String, _ rules: [String], _ lines: [Int]) throws {
    for lineEnd in ["\n", "\r\n", "\r"] {
      for isEnded in [true, false] {
        let text = ("id,subject\n" + (isEnded ? rows : String(rows.dropLast()))).replacing(
          "\n", with: lineEnd)
        let read = try ReadSheet(text)
        #expect(read.rules == rules.map { $0.isEmpty ? [] : [$0] }, "\(text)")
        #expect(read.lines == lines, "\(text)")
        #expect(!read.cells.contains { $0[1] == "evil" }, "\(text)")
      }
    }
  }

  @Test func keepsTheWholeOfIt() throws {
    let read = try ReadSheet("id,subject\n1,\"a\nhe said \"hi\"\n2,evil\nend\"\n3,good\n")
    #expect(read.rows[0].input == "1,\"a\nhe said \"\"hi\"\"\n2,evil\nend\"\"\",")
    #expect(read.rows[0].findings[0].message.hasSuffix("lines 2 to 5 were taken as this one row"))
  }

  @Test func keepsTheWholeOfAnUnclosedCell() throws {
    let tail = (3...2_000).map { "\($0),row \($0)\n" }.joined()
    let read = try ReadSheet("id,subject\n1,x\n2,\"open\n" + tail)
    #expect(read.rules == [[], ["unclosed-quote"]])
    #expect(read.rows[1].input.hasSuffix("2000,row 2000\n\","))
    #expect(!read.rows[1].findings[0].message.contains("kept"))
  }

  @Test func saysThatOnlyTheBeginningIsKept() throws {
    var options = SheetOptions()
    options.rowLimit = 50
    let tail = String(repeating: "more of it\n", count: 20)
    for rows in [
      "2,\"open\n" + tail, "2,\"a\n\"b\"\n" + tail, "2," + String(repeating: "x", count: 60) + "\n",
    ] {
      let read = try ReadSheet("id,subject\n1,x\n" + rows, options)
      #expect(read.findings.count == 1)
      #expect(
        read.findings[0].message.hasSuffix("; only its beginning is kept"), "\(read.findings[0].message)")
      #expect(read.rows[1].input.utf8.count < 500)
    }
  }

  /// The beginning of the cell is kept, and nothing that came much later behind it.
  @Test func keepsOnlyTheBeginning() throws {
    var options = SheetOptions()
    options.rowLimit = 2_000
    let tail = (1...200).map { "\($0),row number \($0) of a sheet\n" }.joined()
    let read = try ReadSheet("id,subject\n1,x\n2,\"" + tail, options)
    #expect(read.rules == [[], ["unclosed-quote"]])
    let cell = try #require(read.rows[1].input.split(separator: "\"").dropFirst().first)
    #expect(cell.count >= 200 && tail.hasPrefix(cell))
  }

  /// Badly quoted cells, with whole rows in their midst.
  @Test func noLineOfABrokenCellIsARow() throws {
    let seed = UInt64.random(in: 0...UInt64.max)
    var random = SeededGenerator(seed: seed)
    let phrases = ["he said \"hi\"", "2,evil", "\"2\",\"evil\"", "a \"b\" c", "plain", "", "x, y"]
    for round in rounds(500) {
      let lines = (0..<Int.random(in: 1...6, using: &random)).map { _ in
        phrases.randomElement(using: &random) ?? ""
      }
      let beginning = ["a", "he said \"hi\" to"].randomElement(using: &random) ?? "a"
      let text = "id,subject\n1,\"\(beginning)\n\(lines.joined(separator: "\n"))\nend\"\n3,good\n"
      let read = try ReadSheet(text)
      #expect(read.cells.last == ["3", "good"], "seed \(seed), round \(round): \(text)")
      #expect(!read.cells.contains { $0[0] == "2" }, "seed \(seed), round \(round): \(text)")
      #expect(read.lines.last == lines.count + 4, "seed \(seed), round \(round): \(text)")
    }
  }

  /// Each broken row needs a look ahead; that must not make a long sheet slow.
  @Test func readsASheetOfNothingButBrokenRows() throws {
    let rows = (1...20_000).map { $0.isMultiple(of: 2) ? "\($0),\"5\" pipe\"\n" : "\($0),\"a\nb\" c\n" }
    #expect(try ReadSheet("id,subject\n" + rows.joined()).rows.count > 1)
    let objects = (1...20_000).map { "{\"id\": \($0), \"subject\": \"cut\n" }
    #expect(try ReadSheet(objects.joined(), named: "sheet.jsonl").rows.count > 1)
  }

  @Test(arguments: [
    ("{\"id\":1,\"x\":[\n{\"id\":2,\"subject\":\"evil\"}\n]}\n{\"id\":3}\n", ["broken-json", ""], [2, 5]),
    (
      "{\"id\":1,\"subject\":\"a\n{\"id\":2,\"subject\":\"evil\"}\nb\"}\n{\"id\":3}\n", ["broken-json", ""],
      [2, 5]
    ),
    ("{\n\"id\":1,\n\"subject\":\"x\"\n}\n{\"id\":3}\n", ["broken-json", ""], [2, 6]),
    ("{\"id\":1\n{\"id\":3}\n", ["broken-json", ""], [2, 3]),
    ("{\"id\":1,\"subject\":\"cut\n{\"id\":3}\n", ["broken-json", ""], [2, 3]),
  ])
  func takesAllLinesOfAnObject(_ rows: String, _ rules: [String], _ lines: [Int]) throws {
    let read = try ReadSheet("{\"id\":0}\n" + rows, named: "sheet.jsonl")
    #expect(read.rules == [[]] + rules.map { $0.isEmpty ? [] : [$0] })
    #expect(read.lines == [1] + lines)
    #expect(read.rows[2].input == "{\"id\":3}")
  }
}

/// Line ends of another kind than the sheet's.
@Suite struct LineEndTests {
  @Test(arguments: [
    ("id,subject\n5,a\n6,c\rd\n7,e\n", ["", "line-end", "line-end", ""]),
    ("id,subject\n5,a\n6\r7,evil\n8,e\n", ["", "line-end", "line-end", ""]),
    ("id,subject\n5,a\n6,c\r\nd\n7,e\n", ["", "line-end", "line-end", ""]),
    ("id,subject\r\n5,a\r\n6,c\nd\r\n7,e\r\n", ["", "line-end", "line-end", ""]),
    ("id,subject\r\n5,a\r\n6,c\rd\r\n7,e\r\n", ["", "line-end", "line-end", ""]),
    ("id,subject\r5,a\r6,c\nd\r7,e\r", ["", "line-end", "line-end", ""]),
    ("id,subject\n5,a\n6,c\r\n\r\n7,evil\n8,e\n", ["", "line-end", "line-end", ""]),
    ("id,subject\n5,\"a\rb\"\n6,\"a\r\nb\"\n", ["", ""]),
  ])
  func rejectTheRow(_ text: String, _ rules: [String]) throws {
    let read = try ReadSheet(text)
    #expect(read.rules.map { $0.first ?? "" } == rules)
    #expect(read.cells.count == rules.count { $0.isEmpty })
    for row in read.rows where row.content.isUnreadable {
      let again = try ReadSheet("id,subject\n\(row.input)\n")
      #expect(again.rows.map(\.content.isUnreadable) == [true], "\(row.input)")
    }
  }

  @Test func sayWhichIsMeant() throws {
    let read = try ReadSheet("id,subject\n5,a\n6,c\rd\n7,e\n")
    #expect(
      read.rows[1].findings[0].message
        == "the row ends with CR, the sheet's others with LF: it may be half a cell")
  }

  @Test func rejectTheObjectsOnBothSides() throws {
    let text = "{\"id\":1}\n{\"id\":2}\r{\"id\":3}\n{\"id\":4}\r\n{\"id\":5}\n"
    #expect(try ReadSheet(text, named: "sheet.jsonl").rules == [[], ["line-end"], ["line-end"], [], []])
  }
}
