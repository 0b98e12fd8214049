import Catalog
import Patches
import Sheets
import Testing

/// Two rows that add the same to one record get a warning.
@Suite struct RepeatedAdditionsTests {
  private static let header = ["id", "subject", "threads.append.text", "threads.append.entryType"]

  /// The findings of rows, one for each.
  private func findings(_ rows: [[String]]) throws -> [Finding?] {
    let builder = try builder(Self.header)
    let additions = RepeatedAdditions(resource: .incidents)
    return rows.enumerated().map { index, cells in
      var row = row(cells)
      (row.number, row.line) = (index + 1, index + 2)
      return additions.finding(row: row.number, line: row.line, builder.build(row).patch)
    }
  }

  @Test func namesTheFirstOfThem() throws {
    let found = try findings([
      ["1", "", "hello", "1"], ["2", "", "hello", "1"], ["1", "x", " hello\n", "2"], ["1", "", "bye", "1"],
      ["1", "", "hello", "1"],
    ])
    #expect(
      found.map { $0?.message } == [
        nil, nil, "line 2 also adds the same text to this record", nil,
        "line 2 also adds the same text to this record",
      ])
    #expect(found[2]?.severity == .warning)
    #expect(found[2]?.rule == "added-twice")
    #expect(found[2]?.column == "threads")
  }

  @Test func saysNothingOfWhatIsOnlySet() throws {
    #expect(try findings([["1", "a", "", ""], ["1", "a", "", ""]]).allSatisfy { $0 == nil })
  }

  @Test func seesTheSameTwiceInOneRow() throws {
    let builder = try builder(nil)
    let row = try row(
      #"{"id": 1, "threads": [{"text": "a", "entryType": {"id": 1}}, {"text": "a", "entryType": {"id": 1}}]}"#
    )
    let finding = RepeatedAdditions(resource: .incidents).finding(
      row: row.number, line: row.line, builder.build(row).patch)
    #expect(finding?.message == "this row adds the same text twice")
  }
}
