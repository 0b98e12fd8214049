import JSON
import Records
import TestSupport
import Testing

/// The keys by which sites name records.
@Suite struct RecordIDTests {
  @Test(arguments: [
    "SR0000012345", "12345_00_SR", "0012", "SR/2024/7", "a b", "50%", "#1?", "Störung", "...", "漢字", "'",
  ])
  func takesWhateverCanBeAStepOfAPath(text: String) {
    #expect(RecordID(key: text) == .text(text))
  }

  @Test(arguments: ["", ".", "..", "a\nb", "a\u{0}", "\u{7F}", String(repeating: "x", count: 256)])
  func takesNothingElse(text: String) {
    #expect(RecordID(key: text) == nil)
  }

  @Test func isNeverANumberBecauseItLooksLikeOne() {
    #expect(RecordID.text("12") != .integer(12))
    #expect(RecordID.text("12") != .text("0012"))
    #expect(RecordID.text("12").json == "12")
    #expect(RecordID.integer(12).json == 12)
    #expect([RecordID.text("12"), .integer(12)].map { RecordID(json: $0.json) } == ["12", 12])
  }

  @Test func tellsSpellingsApartThatAreEqualAsTexts() {
    let (one, two) = (RecordID.text("\u{E9}"), RecordID.text("e\u{301}"))
    #expect("\u{E9}" == "e\u{301}")
    #expect(one != two)
    #expect(Set([one, two]).count == 2)
    #expect((one < two) != (two < one))
  }

  @Test func isInertInMessages() {
    #expect("\(RecordID.text("a\u{1B}[2Jb"))".utf8.allSatisfy { $0 >= 0x20 })
    #expect("\(RecordID.integer(-7))" == "-7")
  }

  /// An order without which rows of one record could be taken apart.
  @Test(arguments: [UInt64.random(in: 0 ... .max), 1])
  func isOneOrderOfIntegersAndTexts(_ seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let ids = (0..<300).map { _ in
      Bool.random(using: &random)
        ? RecordID.integer(Int64.random(in: -3...40, using: &random)) : .text(random.keyText())
    }
    let sorted = ids.sorted()
    for (left, right) in zip(sorted, sorted.dropFirst()) {
      #expect(left <= right && !(right < left), "seed \(seed): \(left), \(right)")
      #expect(RecordID.least < left, "seed \(seed)")
    }
    #expect(Set(sorted).count == Set(ids.map { Array($0.json.text().utf8) }).count, "seed \(seed)")
  }
}
