import Catalog
import JSON
import Patches
import Records
import Sheets
import Testing

/// Values that a job makes of a sheet's cells: tables, templates, and forms of days and numbers.
@Suite struct MadeValueTests {
  private func body(_ columns: KeyValuePairs<String, String>, _ options: PatchOptions) throws -> String? {
    try built(columns, options).patch?.body.text()
  }

  private func rules(_ columns: KeyValuePairs<String, String>, _ options: PatchOptions) throws -> [String] {
    try built(columns, options).findings.map(\.rule)
  }

  private let priorities = options {
    $0.columns = ["Prio": "severity"]
    $0.values = [
      "Prio": ValueTable(["P1": "1 - Critical", "P2": "id:2", "none": "<null>", "": "name:Low", "later": ""])
    ]
  }

  @Test(arguments: [
    ("P1", #"{"severity":{"lookupName":"1 - Critical"},"subject":"s"}"#),
    (" P1 ", #"{"severity":{"lookupName":"1 - Critical"},"subject":"s"}"#),
    ("P2", #"{"severity":{"id":2},"subject":"s"}"#), ("none", #"{"severity":null,"subject":"s"}"#),
    ("<null>", #"{"severity":null,"subject":"s"}"#),
    ("", #"{"severity":{"lookupName":"Low"},"subject":"s"}"#), ("later", #"{"subject":"s"}"#),
  ])
  func readsWhatACellStandsFor(_ cell: String, _ body: String) throws {
    #expect(try self.body(["Prio": cell, "subject": "s"], priorities) == body)
  }

  @Test func refusesACellThatTheTableDoesNotHave() throws {
    let row = try built(["Prio": "p1"], priorities)
    #expect(row.findings.map(\.rule) == ["not-in-values"])
    #expect(row.findings.first?.hint == "did you mean 'P1'?")
    #expect(try rules(["Prio": "#N/A"], priorities) == ["failed-formula"])
    var other = priorities
    other.values["Prio"]?.other = "3"
    #expect(try body(["Prio": "anything"], other) == #"{"severity":{"id":3}}"#)
  }

  @Test func readsMappedMembersOfObjectsLikeCells() throws {
    let row = try built(json: #""Prio": "P2", "subject": "s""#, priorities)
    #expect(row.patch?.body.text() == #"{"subject":"s","severity":{"id":2}}"#)
    #expect(try built(json: #""Prio": 7"#, priorities).findings.map(\.rule) == ["not-in-values"])
  }

  // MARK: Templates

  private let moves = options {
    $0.columns = ["New team": "queue"]
    $0.templates = ["threads.append.text": "Moved from {Current team} to {New team} {{at last}}"]
    $0.constants = [("threads.append.entryType", "1")]
    $0.values = ["New team": ValueTable(["T2": "Tier 2"])]
  }

  @Test func makesATextOfCells() throws {
    let thread = #""threads":{"text":"Moved from Tier 1 to Tier 2 {at last}","entryType":{"id":1}}"#
    #expect(
      try body(["Current team": " Tier 1", "New team": "T2"], moves)
        == #"{"queue":{"lookupName":"Tier 2"},\#(thread)}"#)
    let builder = try builder(["id", "Current team", "New team"], moves)
    #expect(builder.columns.map(\.role).contains(.template))
  }

  @Test func makesNoneWhereEveryCellIsBlankAndRefusesHalfOne() throws {
    var notes = moves
    notes.templates = ["threads.append.text": "{A}: {B}"]
    notes.columns = [:]
    notes.values = [:]
    #expect(try body(["A": "", "B": " ", "subject": "s"], notes) == #"{"subject":"s"}"#)
    #expect(try rules(["A": "x", "B": "", "subject": "s"], notes) == ["blank-in-template"])
    #expect(try rules(["A": "x", "B": "#REF!", "subject": "s"], notes) == ["not-a-text"])
  }

  @Test(arguments: [
    ("{Nowhere}", "missing-column"), ("{A", "bad-template"), ("A}", "bad-template"),
    ("plain", "bad-template"),
  ])
  func refusesATemplateThatCannotBe(_ text: String, _ rule: String) {
    let options = options { $0.templates = ["threads.append.text": text] }
    let made = PatchBuilder.make(resource: .incidents, options: options, header: ["id", "A", "subject"])
    #expect(made.findings.map(\.rule).contains(rule))
  }

  private let live = options {
    $0.templates = ["threads.append.text": "{Who}: was {live.subject} ({live.queue})"]
    $0.constants = [("threads.append.entryType", "1")]
  }

  @Test func leavesOpenWhatComesFromTheRecord() throws {
    let row = try built(["Who": "{live.severity} {{"], live)
    let shown =
      #""threads":{"text":"{live.severity} {{: was {live.subject} ({live.queue})","entryType":{"id":1}}"#
    #expect(row.body == "{\(shown)}")
    let body = try #require(row.patch?.live)
    let completion = RowCompletion(resource: .incidents, options: live)
    #expect(completion.attributes.map(\.path) == ["subject", "queue"])
    let image = RecordImage(
      id: 771, values: ["subject": "{Who} {live.queue} \"}", "queue": ["id": 4, "lookupName": "East"]])
    // What cells and records hold is never read as a template.
    let text = #"{live.severity} {{: was {Who} {live.queue} \"} (East)"#
    #expect(
      JSONValue.object(try completion.completed(body, on: image)).text()
        == #"{"threads":{"text":"\#(text)","entryType":{"id":1}}}"#)
    let empty = RecordImage(id: 771, values: ["subject": .null, "queue": ["id": 4]])
    #expect(
      try completion.completed(body, on: empty)["threads"]?["text"] == "{live.severity} {{: was  (4)")
    #expect(throws: RowCompletion.Obstacle.self) { try completion.completed(body, on: RecordImage(id: 771)) }
    // No cell of its own, no text.
    #expect(try built(["Who": "", "subject": "s"], live).patch?.live == nil)
  }

  @Test(arguments: [
    ("threads.append.text", "{live.nothing}", "unknown-attribute"),
    ("severity", "{live.subject}", "bad-template"),
    ("threads.append.text", "{live.threads}", "unknown-attribute"),
    ("threads.append.text", "{live.id}", "bad-template"),
    ("threads.append.text", "{live.source.parents}", "unknown-attribute"),
  ])
  func refusesWhatARecordDoesNotHave(_ path: String, _ text: String, _ rule: String) {
    let options = options {
      $0.templates = [path: text]
      $0.constants = [("threads.append.entryType", "1")]
    }
    let made = PatchBuilder.make(resource: .incidents, options: options, header: ["id", "subject"])
    #expect(made.findings.filter { $0.severity == .error }.map(\.rule) == [rule])
  }

  @Test func refusesALiveTextThatIsTooLong() throws {
    let options = options { $0.templates = ["subject": "{A}: {live.subject}"] }
    let body = try #require(try built(["A": "x"], options).patch?.live)
    let image = RecordImage(id: 771, values: ["subject": .string(String(repeating: "s", count: 238))])
    let obstacle = #expect(throws: RowCompletion.Obstacle.self) {
      try RowCompletion(resource: .incidents, options: options).completed(body, on: image)
    }
    #expect(obstacle?.code == "too-long")
  }

  @Test(arguments: [(CardRule.error, true), (.warn, false), (.allow, false)])
  func refusesACardNumberThatComesFromTheRecord(_ rule: CardRule, _ isRefused: Bool) throws {
    var options = live
    options.cardRule = rule
    let body = try #require(try built(["Who": "x"], options).patch?.live)
    let image = RecordImage(id: 771, values: ["subject": "4111 1111 1111 1111", "queue": .null])
    let completion = RowCompletion(resource: .incidents, options: options)
    var obstacle: RowCompletion.Obstacle?
    do throws(RowCompletion.Obstacle) { _ = try completion.completed(body, on: image) } catch {
      obstacle = error
    }
    #expect(obstacle?.code == (isRefused ? "card-number" : nil))
  }

  @Test func checksTheTypeOfWhatWasMade() throws {
    let long = options { $0.templates = ["subject": "{A}{A}"] }
    #expect(try rules(["A": String(repeating: "x", count: 200)], long) == ["too-long"])
  }

  // MARK: Days, numbers, missing columns

  private let french = options {
    $0.dateFormat = "dd/MM/yyyy"
    $0.decimalSign = .comma
    $0.customFields = ["customFields.c.day": .date, "customFields.c.sum": .number]
  }

  @Test(arguments: [
    ("17/03/2024", nil), ("2024-03-17", nil), ("31/02/2024", "not-a-date"), ("3/17/2024", "not-a-date"),
  ])
  func readsDaysAsTheJobHasThem(_ cell: String, _ rule: String?) throws {
    let row = try built(["customFields.c.day": cell], french)
    #expect(row.findings.first?.rule == rule)
    if rule == nil { #expect(row.patch?.body.text() == #"{"customFields":{"c":{"day":"2024-03-17"}}}"#) }
  }

  @Test(arguments: [("12,50", "12.50"), ("-3", "-3"), ("1.234,5", nil), ("12.5", nil), ("1,2,3", nil)])
  func readsNumbersAsTheJobHasThem(_ cell: String, _ number: String?) throws {
    let row = try built(["customFields.c.sum": cell], french)
    #expect(row.patch?.body.text() == number.map { #"{"customFields":{"c":{"sum":\#($0)}}}"# })
  }

  @Test func leavesMissingColumnsOutWhereTheJobSaysSo() throws {
    let options = options {
      $0.columns = ["Team": "queue", "Nr": "id"]
      $0.ignoresMissingColumns = true
    }
    let made = PatchBuilder.make(resource: .incidents, options: options, header: ["Nr", "subject"])
    #expect(made.builder != nil)
    #expect(made.findings.map(\.rule) == ["missing-column"])
    let keyless = PatchBuilder.make(resource: .incidents, options: options, header: ["Team", "subject"])
    #expect(keyless.builder == nil)
  }
}
