import Staging
import TestSupport
import Testing

@Suite struct RowSelectionTests {
  @Test(
    "reads rows and ranges, in any order",
    arguments: [
      ("3", [3...3]), ("3,7-12", [3...3, 7...12]), (" 3 , 7 - 12 ", [3...3, 7...12]),
      ("9,3,1-2", [1...3, 9...9]), ("1-5,2-3,4-8", [1...8]), ("5-5", [5...5]), ("1,1,1", [1...1]),
      ("9223372036854775807", [Int.max...Int.max]), ("007", [7...7]),
    ])
  func reads(_ text: String, _ ranges: [ClosedRange<Int>]) {
    #expect(RowSelection(text)?.ranges == ranges)
  }

  @Test(
    "refuses anything else",
    arguments: [
      "", " ", ",", "3,", ",3", "0", "0-3", "-3", "3-", "7-3", "1-2-3", "1.5", "1e3", "+3", "latest", "३",
      "9223372036854775808", "1 2", "3;4",
    ])
  func refuses(_ text: String) { #expect(RowSelection(text) == nil) }

  @Test("contains what was written, and is the same after it was written again")
  func isASet() throws {
    var random = SeededGenerator(seed: 20_260_715)
    for _ in 0..<200 {
      var wanted: Set<Int> = []
      var parts: [String] = []
      for _ in 0..<Int.random(in: 1...12, using: &random) {
        let first = Int.random(in: 1...60, using: &random)
        let last = first + (Bool.random(using: &random) ? 0 : Int.random(in: 0...9, using: &random))
        wanted.formUnion(first...last)
        parts.append(first == last ? "\(first)" : "\(first)-\(last)")
      }
      let text = parts.joined(separator: ",")
      let selection = try #require(RowSelection(text), "\(text)")
      #expect(Set((1...80).filter(selection.contains)) == wanted, "\(text)")
      #expect(RowSelection(selection.text) == selection, "\(text)")
    }
  }
}
