import Catalog
import JSON
import Patches
import Records
import Sheets
import Testing

/// Threads and other lists, from the columns of a CSV sheet.
@Suite struct ListTests {
  @Test func appendsAThreadAsTheApisExampleDoes() throws {
    let patch = try #require(
      try built(["threads.append.entryType": "1", "threads.append.text": "This is append"]).patch)
    #expect(patch.body.text() == #"{"threads":{"entryType":{"id":1},"text":"This is append"}}"#)
    #expect(!patch.isIdempotent)
    #expect(patch.irreversible == ["threads.append"])
    #expect(patch.element == nil)
  }

  @Test func rewritesAThreadThroughTheIncident() throws {
    let patch = try #require(
      try built(["threads.rewrite.id": "3", "threads.rewrite.entryType": "1", "threads.rewrite.text": "New"])
        .patch)
    #expect(patch.body.text() == #"{"threads":[{"id":3,"entryType":{"id":1},"text":"New"}]}"#)
    #expect(patch.isIdempotent)
    #expect(patch.irreversible == ["threads.rewrite.entryType"])
  }

  @Test func rewritesAThreadAtItsOwnAddress() throws {
    let patch = try #require(
      try built(
        [
          "threads.rewrite.id": "3", "threads.rewrite.entryType": "1",
          "threads.rewrite.text": "Updated thread",
        ],
        options { $0.rewriteThrough = .element }
      ).patch)
    #expect(patch.body.text() == #"{"entryType":{"id":1},"text":"Updated thread"}"#)
    #expect(patch.element == ElementAddress(list: "threads", id: 3))
    #expect(patch.key == .id(771))
  }

  @Test(
    arguments: [
      ["subject": "x", "threads.rewrite.id": "3", "threads.rewrite.text": "New"],
      ["threads.append.text": "x", "threads.append.entryType": "1"],
      ["fileAttachments.update.id": "3", "fileAttachments.update.description": "New"],
    ] as [KeyValuePairs<String, String>])
  func goesThroughTheRecordWhenMoreThanOneThreadChanges(_ columns: KeyValuePairs<String, String>) throws {
    let patch = try #require(try built(columns, options { $0.rewriteThrough = .element }).patch)
    #expect(patch.element == nil)
  }

  @Test func appendsAndRewritesInOneRow() throws {
    let patch = try #require(
      try built([
        "threads.append.text": "Note", "threads.rewrite.id": "3", "threads.append.entryType": "Note",
        "threads.rewrite.text": "New",
      ]).patch)
    #expect(
      patch.body.text()
        == #"{"threads":[{"text":"Note","entryType":{"lookupName":"Note"}},{"id":3,"text":"New"}]}"#)
    #expect(patch.irreversible == ["threads.append"])
  }

  @Test(
    arguments: [
      (
        ["threads.append.text": "x", "threads.append.entryType": ""], "missing-required",
        "threads.append.entryType"
      ),
      (["threads.append.text": "x"], "missing-required", "threads.append.entryType"),
      (
        ["threads.append.channel": "6", "threads.append.entryType": "1"], "missing-required",
        "threads.append.text"
      ),
      (["threads.rewrite.text": "x"], "missing-required", "threads.rewrite.id"),
      (["threads.rewrite.id": "3"], "nothing-to-update", "threads.rewrite.id"),
      (["threads.rewrite.id": "3", "threads.rewrite.text": ""], "nothing-to-update", "threads.rewrite.id"),
      (
        ["threads.rewrite.id": "3", "threads.rewrite.entryType": "2"], "not-allowed-on-update",
        "threads.rewrite.entryType"
      ),
      (
        ["threads.rewrite.id": "3", "threads.rewrite.entryType": "Customer"], "not-allowed-on-update",
        "threads.rewrite.entryType"
      ),
      (["threads.rewrite.id": "3", "threads.rewrite.text": "<null>"], "not-null", "threads.rewrite.text"),
      (["threads.rewrite.id": "<null>", "threads.rewrite.text": "x"], "not-null", "threads.rewrite.id"),
      (["threads.rewrite.id": "0", "threads.rewrite.text": "x"], "out-of-range", "threads.rewrite.id"),
      (
        ["threads.rewrite.id": "3E2", "threads.rewrite.text": "x"], "scientific-notation",
        "threads.rewrite.id"
      ),
      (
        ["threads.append.text": "<null>", "threads.append.entryType": "1"], "not-null", "threads.append.text"
      ),
      (
        ["threads.append.text": "x", "threads.append.entryType": "note"], "unknown-name",
        "threads.append.entryType"
      ),
      (
        ["threads.append.text": "x", "threads.append.entryType": "9"], "unknown-id",
        "threads.append.entryType"
      ),
      (
        ["threads.append.text": String(repeating: "x", count: 349_526), "threads.append.entryType": "1"],
        "too-long",
        "threads.append.text"
      ),
      (
        [
          "billedMinutes.add.minutes": "1441", "billedMinutes.add.account": "1",
          "billedMinutes.add.billTime": "2024-01-01T00:00:00Z",
        ],
        "out-of-range", "billedMinutes.add.minutes"
      ),
    ] as [(KeyValuePairs<String, String>, String, String)])
  func refuses(_ columns: KeyValuePairs<String, String>, _ rule: String, _ column: String) throws {
    let built = try built(columns)
    #expect(built.errors == [rule])
    #expect(built.findings.first?.column == column)
  }

  @Test func saysWhatTheEntryTypesMean() throws {
    let built = try built(["threads.append.text": "x"])
    #expect(
      built.findings.first?.hint?.hasPrefix("1 is a private note, 2 a response that the customer sees")
        == true)
  }

  @Test func namesTheSheetsOwnColumnForWhatIsMissing() throws {
    let built = try built(
      ["Note": "x", "Kind": ""],
      options { $0.columns = ["Note": "threads.append.text", "Kind": "threads.append.entryType"] })
    #expect(built.findings.first?.column == "Kind")
  }

  @Test func putsAConstantBesideWhatTheRowSays() throws {
    let builder = try builder(
      ["id", "Note", "queue"],
      options {
        $0.columns = ["Note": "threads.append.text"]
        $0.constants = [("threads.append.entryType", "1"), ("severity", "2")]
      })
    #expect(
      builder.build(row(["771", "x", ""])).body
        == #"{"threads":{"text":"x","entryType":{"id":1}},"severity":{"id":2}}"#)
    #expect(builder.build(row(["771", "", "7"])).body == #"{"queue":{"id":7},"severity":{"id":2}}"#)
    #expect(builder.build(row(["771", "", ""])).errors == ["empty-patch"])
  }

  @Test func takesTheConstantsAsThePatchOfASheetOfKeys() throws {
    let builder = try builder(
      ["id"],
      options {
        $0.constants = [("queue", "7"), ("threads.append.text", "Moved"), ("threads.append.entryType", "1")]
      })
    let built = builder.build(row(["771"]))
    #expect(built.body == #"{"queue":{"id":7},"threads":{"text":"Moved","entryType":{"id":1}}}"#)
    #expect(built.patch?.isIdempotent == false)
  }

  @Test func addsBilledMinutesAndContacts() throws {
    let patch = try #require(
      try built([
        "billedMinutes.add.account": "31", "billedMinutes.add.billTime": "2024-03-17T10:00:00+01:00",
        "billedMinutes.add.minutes": "20", "otherContacts.add": "12;13",
      ]).patch)
    #expect(
      patch.body.text()
        == #"{"billedMinutes":[{"account":{"id":31},"billTime":"2024-03-17T09:00:00Z","minutes":20}],"#
        + #""otherContacts":[{"id":12},{"id":13}]}"#)
    #expect(patch.irreversible == ["billedMinutes.add", "otherContacts.add"])
    #expect(!patch.isIdempotent)
  }

  @Test func reachesListsWithinLists() throws {
    let whole = try built(
      ["actions.update.key": "5", "actions.update.bindings.add.name": "abc", "actions.update.gone": "yes"],
      for: sampler)
    #expect(whole.body == #"{"actions":[{"key":5,"bindings":[{"name":"abc"}],"gone":true}]}"#)
    #expect(whole.patch?.irreversible == ["actions.update.bindings.add", "actions.update.gone"])
    #expect(whole.patch?.isIdempotent == false)
    let bad = try built(["actions.update.bindings.update.name": "abcdef"], for: sampler)
    #expect(Set(bad.errors) == ["too-long", "missing-required"])
  }
}
