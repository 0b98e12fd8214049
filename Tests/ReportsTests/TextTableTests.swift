import Reports
import Testing

@Suite struct TextTableTests {
  @Test func linesColumnsUpWithoutBlanksAtLineEnds() {
    let table = TextTable(titles: ["A", "LONGER", "C"], rows: [["first", "x", ""], ["b", "", "note"]])
    #expect(table.text() == "A      LONGER  C\nfirst  x\nb              note\n")
  }

  @Test func putsNumbersToTheRight() {
    var table = TextTable([.left, .right])
    table.append(["applied", "1,180"])
    table.append(["failed", "9"])
    #expect(table.text(indent: 2) == "  applied  1,180\n  failed       9\n")
  }
}
