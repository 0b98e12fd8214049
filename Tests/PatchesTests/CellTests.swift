import Foundation
import JSON
import Patches
import Records
import Sheets
import Testing

/// Every type's cells: what they become in the body, or which rule refuses them.
@Suite struct CellTests {
  @Test(arguments: [
    ("subject", "Hello", #"{"subject":"Hello"}"#),
    ("subject", " kept\nas it is ", #"{"subject":" kept\nas it is "}"#),
    ("subject", "12", #"{"subject":"12"}"#),
    ("subject", "\u{200B}<null>\u{FEFF}", #"{"subject":null}"#),
    ("queue", "\u{202A}7\u{202C}", #"{"queue":{"id":7}}"#),
    ("subject", "<null>", #"{"subject":null}"#),
    ("subject", " <null> ", #"{"subject":null}"#),
    ("subject", "#1 priority", ##"{"subject":"#1 priority"}"##),
    ("severity", "<null>", #"{"severity":null}"#),
    ("assignedTo.account", "<null>", #"{"assignedTo":{"account":null}}"#),
    ("queue", "7", #"{"queue":{"id":7}}"#),
    ("queue", " 007 ", #"{"queue":{"id":7}}"#),
    ("queue", "id:7", #"{"queue":{"id":7}}"#),
    ("queue", "name:7", #"{"queue":{"lookupName":"7"}}"#),
    ("queue", "  Web intake ", #"{"queue":{"lookupName":"Web intake"}}"#),
    ("queue", "\u{A0}Web intake\u{A0}", #"{"queue":{"lookupName":"Web intake"}}"#),
    ("queue", "9223372036854775807", #"{"queue":{"id":9223372036854775807}}"#),
    ("product", "Windows 8.1", #"{"product":{"lookupName":"Windows 8.1"}}"#),
    ("product", "8.1", #"{"product":{"lookupName":"8.1"}}"#),
    ("product", "name:3E5", #"{"product":{"lookupName":"3E5"}}"#),
    ("responseEmailAddressType", "0", #"{"responseEmailAddressType":{"id":0}}"#),
    ("statusWithType.status", "Solved", #"{"statusWithType":{"status":{"lookupName":"Solved"}}}"#),
    (
      "otherContacts.add", "12; A. Person;id:9;",
      #"{"otherContacts":[{"id":12},{"lookupName":"A. Person"},{"id":9}]}"#
    ),
  ])
  func reads(_ column: String, _ cell: String, _ body: String) throws {
    let built = try built([column: cell])
    #expect(built.body == body)
    #expect(built.findings.isEmpty)
    #expect(built.patch?.key == .id(771))
  }

  @Test(arguments: [
    ("subject", String(repeating: "x", count: 241), "too-long"),
    ("severity", "#N/A", "failed-formula"),
    ("subject", " #REF! ", "failed-formula"),
    ("subject", "#BEZUG!", "failed-formula"),
    ("assignedTo.account", "#GETTING_DATA", "failed-formula"),
    ("statusWithType.status", "<null>", "not-null"),
    ("otherContacts.add", "<null>", "not-null"),
    ("subject", "<NULL>", "null-marker-case"),
    ("queue", " <Null> ", "null-marker-case"),
    ("queue", "1.23E+05", "scientific-notation"),
    ("queue", "7.0", "decimal-number"),
    ("queue", "99999999999999999999", "out-of-range"),
    ("queue", "id:seven", "not-an-id"),
    ("queue", "id:-7", "not-an-id"),
    ("queue", "name: ", "not-a-name"),
    ("otherContacts.add", " ; ", "not-a-name"),
    ("otherContacts.add", "12;3E5", "scientific-notation"),
  ])
  func refuses(_ column: String, _ cell: String, _ rule: String) throws {
    let built = try built([column: cell, "interface": "1"])
    #expect(built.errors == [rule])
    #expect(built.patch == nil)
    #expect(built.key == .id(771))
    let finding = try #require(built.findings.first)
    #expect(finding.column == column)
    #expect(finding.row == 7)
    #expect(finding.line == 9)
    #expect(finding.value?.isEmpty == false)
  }

  @Test(arguments: ["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!"])
  func refusesAFailedFormulaInEveryColumn(_ text: String) throws {
    let builder = try builder(["id", "subject", "queue", "customFields.c.x", "threads.append.text"])
    let built = builder.build(row([text, text, text, text, text]))
    #expect(built.errors.filter { $0 == "failed-formula" }.count == 5)
  }

  @Test func countsCharactersAndNotBytes() throws {
    #expect(try built(["subject": String(repeating: "é", count: 240)]).errors.isEmpty)
    let tooLong = try built(["subject": String(repeating: "😀", count: 241)])
    #expect(tooLong.findings.first?.message == "241 characters, at most 240 are allowed")
  }

  @Test func collectsEveryFindingOfARow() throws {
    let builder = try builder([
      "id", "subject", "queue", "statusWithType.status", "billedMinutes.add.minutes",
    ])
    let built = builder.build(
      row(["3.001E+14", String(repeating: "x", count: 300), "#N/A", "<null>", "2000"]))
    #expect(
      built.errors == [
        "scientific-notation", "too-long", "failed-formula", "not-null", "out-of-range",
        "missing-required", "missing-required",
      ])
    #expect(built.key == nil)
  }

  @Test func warnsOfAnUnlistedNameAndRunsIt() throws {
    let built = try built(["statusWithType.status": "Sovled"])
    #expect(built.warnings == ["unlisted-name"])
    #expect(built.findings.first?.hint == "did you mean 'Solved'?")
    #expect(built.body == #"{"statusWithType":{"status":{"lookupName":"Sovled"}}}"#)
  }

  @Test func warnsOfControlCharacters() throws {
    let built = try built(["subject": "bell\u{7}", "banner.text": "tab\tand\r\nline"])
    #expect(built.warnings == ["control-character"])
    #expect(built.findings.first?.column == "subject")
    #expect(built.findings.first?.value == "bell<U+0007>")
    #expect(built.patch != nil)
  }

  @Test(arguments: [
    ("del\u{7F}", "U+007F", false), ("\u{93}quoted\u{94}", "U+0093", true), ("a\u{85}b", "U+0085", true),
  ])
  func warnsOfControlCharactersBeyondASCII(_ cell: String, _ name: String, _ isC1: Bool) throws {
    let built = try built(["subject": cell])
    #expect(built.warnings == ["control-character"])
    #expect(built.findings.first?.message == "holds the control character \(name)")
    #expect(built.findings.first?.hint?.contains("windows-1252") == isC1)
    #expect(built.findings.first?.value?.contains(name) == true)
  }

  @Test(arguments: [
    "\u{200B}", "\u{FEFF}\u{A0}", "\u{AD}", "\u{2060}\t", "\u{202E}", "\u{3164}", "\u{2800}", "\u{FE0F}",
    "\u{7}", "\u{85}",
  ])
  func takesCellsWithoutAVisibleCharacterForBlank(_ cell: String) throws {
    #expect(try built(["subject": cell, "queue": "7"]).body == #"{"queue":{"id":7}}"#)
    #expect(try built(["subject": cell]).errors == ["empty-patch"])
    let keyless = try builder(["id", "subject"]).build(row([cell, "x"]))
    #expect(keyless.errors == ["missing-key"])
  }

  /// Signs that are drawn around the digits after them.
  @Test(arguments: ["\u{600}", "\u{6DD}", "\u{8E2}"]) func takesASignBeforeDigitsForVisible(_ cell: String)
    throws
  {
    #expect(try built(["subject": cell]).errors.isEmpty)
  }

  @Test func showsInvisibleCharactersInFindings() throws {
    let built = try built(["queue": "id:\u{200B}\u{A0}x👩‍🚒"])
    #expect(built.findings.first?.value == "id:<U+200B>\u{A0}x👩‍🚒")
  }

  @Test func leavesBlankCellsAlone() throws {
    let built = try built(["subject": "", "queue": "  ", "severity": "\u{A0}\n", "banner.text": "x"])
    #expect(built.body == #"{"banner":{"text":"x"}}"#)
  }

  @Test func refusesARowThatChangesNothing() throws {
    let built = try built(["subject": "", "queue": " "])
    #expect(built.errors == ["empty-patch"])
    #expect(built.key == .id(771))
  }

  @Test func keepsTheSheetsOwnFindingsFirst() throws {
    let builder = try builder(["id", "subject"])
    var bad = row(["771", String(repeating: "x", count: 241)])
    bad.findings = [.init(row: 7, line: 9, rule: "invalid-utf8", message: "a byte that is not UTF-8")]
    #expect(builder.build(bad).errors == ["invalid-utf8", "too-long"])
    bad.content = .unreadable
    #expect(builder.build(bad).errors == ["invalid-utf8"])
    #expect(builder.build(bad).key == nil)
  }

  @Test func keepsTheOrderOfTheColumns() throws {
    let built = try built([
      "severity": "1", "assignedTo.staffGroup": "2", "threads.append.text": "x", "subject": "s",
      "assignedTo.account": "3", "threads.append.entryType": "1",
    ])
    #expect(
      built.body == #"{"severity":{"id":1},"assignedTo":{"staffGroup":{"id":2},"account":{"id":3}},"#
        + #""threads":{"text":"x","entryType":{"id":1}},"subject":"s"}"#)
  }
}

/// The keys of rows.
@Suite struct KeyTests {
  @Test(arguments: [
    ("771", RecordKey.id(771)), (" 771 ", .id(771)), ("9223372036854775807", .id(.integer(.max))),
  ])
  func readsAnID(_ cell: String, _ key: RecordKey) throws {
    #expect(try builder(["id", "subject"]).build(row([cell, "x"])).patch?.key == key)
  }

  @Test(arguments: [
    ("", "missing-key"), (" ", "missing-key"), ("3.001E+14", "scientific-notation"),
    ("3,001E+14", "scientific-notation"), ("771.0", "decimal-number"), ("12,5", "decimal-number"),
    ("1,234", "thousands-separator"), ("1 234 567", "thousands-separator"),
    ("1\u{202F}234", "thousands-separator"), ("abc", "not-an-integer"), ("0x10", "not-an-integer"),
    ("0", "out-of-range"), ("-5", "out-of-range"), ("9223372036854775808", "out-of-range"),
    ("<null>", "not-null"), ("#REF!", "failed-formula"), ("240317-000042", "not-an-integer"),
  ])
  func refusesAnID(_ cell: String, _ rule: String) throws {
    let built = try builder(["id", "subject"]).build(row([cell, "x"]))
    #expect(built.errors == [rule])
    #expect(built.key == nil)
    #expect(built.findings.first?.column == "id")
  }

  @Test(
    arguments: [
      ("240317-000042", nil), ("240317-00042", "pattern"), ("24-0317-000042", "too-long"),
      ("", "missing-key"),
      ("243317-000042", "pattern"),
    ] as [(String, String?)])
  func readsAReferenceNumber(_ cell: String, _ rule: String?) throws {
    let built = try builder(["referenceNumber", "subject"]).build(row([cell, "x"]))
    #expect(built.errors.first == rule)
    if rule == nil { #expect(built.key == .alternate(attribute: "referenceNumber", value: cell)) }
  }

  @Test func saysWhatAReferenceNumberLooksLike() throws {
    let built = try builder(["referenceNumber", "subject"]).build(row(["12", "x"]))
    #expect(built.findings.first?.hint?.contains("240317-000042") == true)
  }

  @Test(arguments: [
    ("771", "240317-000042", RecordKey.id(771)),
    ("", "240317-000042", .alternate(attribute: "referenceNumber", value: "240317-000042")),
  ])
  func prefersTheID(_ id: String, _ number: String, _ key: RecordKey) throws {
    let built = try builder(["referenceNumber", "id", "subject"]).build(row([number, id, "x"]))
    #expect(built.patch?.key == key)
  }

  @Test func needsOneOfTheKeys() throws {
    let built = try builder(
      ["referenceNumber", "Ticket", "subject"], options { $0.columns = ["Ticket": "id"] }
    )
    .build(row(["", "", "x"]))
    #expect(built.errors == ["missing-key"])
    #expect(built.findings.first?.hint == "give its id or referenceNumber or lookupName")
  }
}
