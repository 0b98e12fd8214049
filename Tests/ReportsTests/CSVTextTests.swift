import TestSupport
import Testing

@testable import Reports

@Suite struct CSVTextTests {
  @Test(arguments: [
    ("", [""]), ("a,b", ["a", "b"]), (",", ["", ""]), ("\"\"", [""]), ("\"a,b\",c", ["a,b", "c"]),
    ("\"say \"\"hi\"\"\"", ["say \"hi\""]), ("\"line\nline\",", ["line\nline", ""]),
    ("\"\"\"\"", ["\""]), (" a , b ", [" a ", " b "]),
  ])
  func splitsARecord(_ record: String, _ cells: [String]) {
    #expect(CSVText.cells(of: record) == cells)
  }

  @Test(arguments: ["\"", "\"a", "\"a\"b", "a\"b", "a\nb", "\"a\"\"", "a,\"b"])
  func refusesWhatIsNotOneRecord(_ text: String) {
    #expect(CSVText.cells(of: text) == nil)
  }

  @Test func readsWhatItWrites() {
    let alphabet: [Character] = ["a", ",", "\"", "\n", "\r", " ", "é", "'", "=", "\u{301}"]
    for seed in UInt64(0)..<300 {
      var random = SeededGenerator(seed: seed)
      let cells = (0...Int.random(in: 0...4, using: &random)).map { _ in
        String(
          (0..<Int.random(in: 0...5, using: &random)).compactMap { _ in alphabet.randomElement(using: &random)
          })
      }
      var bytes: [UInt8] = []
      CSVText(delimiter: UInt8(ascii: ",")).append(cells: cells, to: &bytes)
      let read = CSVText.cells(of: String(decoding: bytes, as: UTF8.self))
      #expect(read.map { $0.map { Array($0.utf8) } } == cells.map { Array($0.utf8) }, "seed \(seed)")
    }
  }

  @Test(arguments: [
    ("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@SUM(A1)", "'@SUM(A1)"), ("\tx", "'\tx"),
    ("a=1", "a=1"), ("", ""), ("'=1", "'=1"),
  ])
  func makesAFormulaHarmless(_ text: String, _ inert: String) {
    #expect(CSVText.inert(text) == inert)
  }
}
