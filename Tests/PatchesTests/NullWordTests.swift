import Catalog
import JSON
import Patches
import Sheets
import Testing

/// Placeholder words of other programs, which stand for no value.
@Suite struct NullWordTests {
  @Test(arguments: ["NULL", "null", "\\N", "None", "NaN", "nil", "(null)", "N/A", " NULL ", "<nil>"])
  func countsThemByColumnAndSendsThem(_ word: String) throws {
    let builder = try builder(["id", "subject", "banner.text"])
    for line in [9, 5, 7] {
      var row = row(["771", word, "plain"])
      row.line = line
      let built = builder.build(row)
      #expect(built.findings.isEmpty)
      #expect(built.patch?.body["subject"]?.string == word)
    }
    let finding = try #require(builder.closingFindings.first)
    #expect(builder.closingFindings.count == 1)
    #expect(finding.severity == .warning)
    #expect(finding.rule == "null-word")
    #expect(finding.row == 0)
    #expect(finding.line == 5)
    #expect(finding.column == "subject")
    #expect(finding.message.hasPrefix("3 values are a word that usually means no value"))
    #expect(finding.hint?.contains("nulls: [") == true)
  }

  @Test func namesEveryWordOfAColumn() throws {
    let builder = try builder(["id", "subject"])
    let words = ["NULL", "\\N", "NULL", "[null]", "None", "NaN", "nil"]
    for (index, word) in words.enumerated() {
      var row = row(["771", word])
      row.line = index + 2
      #expect(builder.build(row).patch != nil)
    }
    let finding = try #require(builder.closingFindings.first)
    #expect(finding.line == 2 && finding.value == "NULL")
    #expect(
      finding.message
        == "7 values are words that usually mean no value, sent as written: "
        + "NULL (2), \\N (1), [null] (1), None (1), NaN (1), …; this is the first")
    #expect(finding.hint?.hasSuffix("nulls: [NULL, \\N, '[null]', None, NaN]") == true)
  }

  /// In JSON, the marker of cells is a text like any other.
  @Test(arguments: [nil, ["id", "subject"]] as [[String]?])
  func saysWhatClearsInTheSheetsOwnFormat(_ header: [String]?) throws {
    let made = PatchBuilder.make(resource: .incidents, options: PatchOptions(), header: header)
    let builder = try #require(made.builder)
    let object = try JSONValue(parsing: #"{"id": 771, "subject": "NULL"}"#).object
    let content = try header == nil ? .object(#require(object)) : SheetRow.Content.cells(["771", "NULL"])
    _ = builder.build(SheetRow(number: 1, line: 2, content: content, findings: [], input: ""))
    let hint = try #require(builder.closingFindings.first?.hint)
    #expect(
      hint.hasPrefix(
        header == nil
          ? "leave members out to change nothing, and write null to clear;"
          : "leave cells blank to change nothing, and write <null> to clear;"), "\(hint)")
  }

  @Test(arguments: ["Null island", "none", "nan o", "N", "nulls", "\\n", "NaNa"])
  func letsOtherWordsPass(_ word: String) throws {
    let builder = try builder(["id", "subject"])
    #expect(builder.build(row(["771", word])).patch != nil)
    #expect(builder.closingFindings.isEmpty)
  }

  @Test func clearsWithWordsThatAreDeclared() throws {
    let settings = options { $0.nulls = ["NULL", "\\N"] }
    for word in ["NULL", "\\N", " NULL", "<null>"] {
      #expect(try built(["subject": word], settings).body == #"{"subject":null}"#)
    }
    #expect(try built(["subject": "null"], settings).errors == ["null-marker-case"])
    #expect(try built(["statusWithType.status": "NULL"], settings).errors == ["not-null"])
    #expect(try built(json: #""subject": "NULL""#, settings).body == #"{"subject":null}"#)
    #expect(try built(json: #""subject": "<null>""#, settings).errors == ["null-marker"])
  }

  @Test func tellsTheMarkerInAnotherCase() throws {
    #expect(try built(json: #""subject": "<NULL>""#).errors == ["null-marker"])
    let settings = options { $0.nullMarker = "NULL" }
    #expect(try built(["subject": "NULL"], settings).body == #"{"subject":null}"#)
    #expect(try built(["subject": "Null"], settings).errors == ["null-marker-case"])
    let builder = try builder(["id", "subject"], settings)
    #expect(builder.build(row(["771", "<null>"])).patch != nil)
    #expect(builder.closingFindings.map(\.rule) == ["null-word"])
  }

  @Test func warnsOfAConstantAtOnce() {
    let made = PatchBuilder.make(
      resource: .incidents, options: options { $0.constants = [("subject", "NULL")] }, header: ["id"])
    #expect(made.findings.map(\.rule) == ["null-word"])
    #expect(made.builder?.closingFindings.isEmpty == true)
  }

  @Test func refusesABlankWord() {
    let made = PatchBuilder.make(
      resource: .incidents, options: options { $0.nulls = ["NULL", " "] }, header: ["id", "subject"])
    #expect(made.findings.map(\.rule) == ["bad-null-marker"])
  }
}
