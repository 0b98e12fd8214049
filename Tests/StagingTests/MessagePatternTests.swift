import Testing

@testable import Staging

/// The parts of a message that differ from row to row.
@Suite struct MessagePatternTests {
  private static let hole = String(MessagePattern.hole)

  @Test(arguments: [
    ("no such severity: 'P1'", "no such severity: '#'", ["P1"]),
    ("no such severity: \"P 1\", sorry", "no such severity: \"#\", sorry", ["P 1"]),
    ("incident 4711 is gone", "incident # is gone", ["4711"]),
    ("code OSC-CREST-00013 at v1.4", "code # at #.#", ["OSC-CREST-00013", "v1", "4"]),
    ("it can't be, and Ana's not there", "it can't be, and Ana's not there", []),
    ("contact 'O'Brien' is unknown", "contact '#' is unknown", ["O'Brien"]),
    ("an open 'quote", "an open 'quote", []), ("", "", []), ("''", "'#'", [""]),
    ("Größe '5 €' zu klein", "Größe '#' zu klein", ["5 €"]),
  ])
  func takesAMessageApart(_ message: String, _ template: String, _ values: [String]) {
    let pattern = MessagePattern(message)
    #expect(pattern.template == template.replacing("#", with: Self.hole))
    #expect(pattern.values == values)
  }

  @Test(arguments: [
    (
      "An attempt to write failed: A problem was met: Invalid lookupName: No such Severity with lookupName = '#'",
      "No such Severity with lookupName = '#'"
    ),
    ("An attempt to write failed: denied", "An attempt to write failed: denied"),
    ("row #: the status is not allowed", "row #: the status is not allowed"), ("no colon", "no colon"),
  ])
  func cutsWhatASiteSaysBeforeTheFact(_ template: String, _ core: String) {
    let whole = template.replacing("#", with: Self.hole)
    #expect(MessagePattern.withoutPreamble(whole) == core.replacing("#", with: Self.hole))
    // The same of the message itself, whose values may have colons, too.
    let value = "'4: 5: six'"
    func filled(_ text: String) -> String { text.replacing("'#'", with: value).replacing("#", with: "7") }
    #expect(MessagePattern.fact(of: filled(template)) == filled(core))
  }

  @Test func keepsFewValuesOfAMessageThatIsAllNumbers() {
    let pattern = MessagePattern((1...40).map(String.init).joined(separator: " "))
    #expect(pattern.values == ["1", "2", "3", "4", "5", "6"])
    #expect(pattern.template.filter { $0 == MessagePattern.hole }.count == 40)
  }

  @Test func countsInMemoryThatDoesNotGrow() {
    var counts = ValueCounts()
    for number in 0..<10_000 {
      counts.add("often")
      counts.add("\(number)")
    }
    #expect(counts.sorted.first?.value == "often")
    #expect(counts.sorted.first?.count == 10_000)
    #expect(counts.distinct == 200)
    #expect(counts.others == 9_801)
  }

  @Test func groupsWithoutEndOnlySoManyCauses() {
    var tally = ErrorTally()
    for number in 0..<5_000 {
      let word = String(number).utf8.map { String(UnicodeScalar($0 + 49)) }
      tally.add(
        ErrorGroup(
          state: .failed, code: "A", message: "cause \(word.joined())", rows: 1, firstRow: number + 1,
          firstLine: number + 2), cell: nil)
    }
    #expect(tally.groups.count == 501)
    #expect(tally.groups.reduce(0) { $0 + $1.rows } == 5_000)
  }
}
