import Catalog
import JSON
import Patches
import Records
import Sheets
import Testing

/// Rows in the API's own nested form.
@Suite struct JSONLTests {
  @Test(arguments: [
    (#""subject": "FishPhone STILL not working""#, #"{"subject":"FishPhone STILL not working"}"#),
    (#""subject": """#, #"{"subject":""}"#),
    (
      #""severity": null, "assignedTo": {"account": null}"#,
      #"{"severity":null,"assignedTo":{"account":null}}"#
    ),
    (#""queue": {"lookupName": " Web "}"#, #"{"queue":{"lookupName":"Web"}}"#),
    (
      #""threads": {"entryType": {"id": 1}, "text": "x"}"#,
      #"{"threads":{"entryType":{"id":1},"text":"x"}}"#
    ),
    (
      #""threads": [{"entryType": {"id": 1}, "text": "x"}]"#,
      #"{"threads":{"entryType":{"id":1},"text":"x"}}"#
    ),
    (#""threads": {"id": 3, "text": "x"}"#, #"{"threads":[{"id":3,"text":"x"}]}"#),
    (
      #""threads": [{"id": 2, "text": "x"}, {"id": 4, "entryType": {"id": 1}}]"#,
      #"{"threads":[{"id":2,"text":"x"},{"id":4,"entryType":{"id":1}}]}"#
    ),
    (#""threads": [], "subject": "x", "assignedTo": {}"#, #"{"subject":"x"}"#),
    (#""otherContacts": [{"id": 3}]"#, #"{"otherContacts":[{"id":3}]}"#),
    (
      #""customFields": {"c": {"a": true, "b": 1.5, "d": {"lookupName": "North"}, "e": null}}"#,
      #"{"customFields":{"c":{"a":true,"b":1.5,"d":{"lookupName":"North"},"e":null}}}"#
    ),
    (#""_row": 3, "_error": "x", "subject": "y""#, #"{"subject":"y"}"#),
    (
      #""billedMinutes": [{"id": 2, "billTime": "2024-01-01T01:00:00+01:00"}]"#,
      #"{"billedMinutes":[{"id":2,"billTime":"2024-01-01T00:00:00Z"}]}"#
    ),
  ])
  func reads(_ members: String, _ body: String) throws {
    let built = try built(json: members)
    #expect(built.body == body)
    #expect(built.findings.isEmpty)
  }

  @Test(
    arguments: [
      (#""subjet": "x""#, "unknown-attribute", "subjet"),
      (#""assignedTo": {"acount": null}"#, "unknown-attribute", "assignedTo.acount"),
      (#""assignedTo.account": {"id": 3}"#, "dotted-name", "assignedTo.account"),
      (#""threads.append.text": "x""#, "dotted-name", "threads.append.text"),
      (#""closedTime": null"#, "read-only", "closedTime"),
      (#""source": {"parents": []}"#, "read-only", "source"),
      (#""milestoneInstances": []"#, "read-only", "milestoneInstances"),
      (#""subject": 12"#, "wrong-kind", "subject"),
      (#""queue": 7"#, "wrong-kind", "queue"),
      (#""queue": "Web""#, "wrong-kind", "queue"),
      (#""queue": {}"#, "wrong-kind", "queue"),
      (#""queue": {"id": "7"}"#, "wrong-kind", "queue.id"),
      (#""queue": {"id": -7}"#, "wrong-kind", "queue.id"),
      (#""queue": {"id": 7, "lookupName": "Web"}"#, "id-and-name", "queue"),
      (#""queue": {"id": 7, "parents": []}"#, "unknown-attribute", "queue.parents"),
      (#""queue": {"lookupName": ""}"#, "not-a-name", "queue"),
      (#""assignedTo": null"#, "wrong-kind", "assignedTo"),
      (#""assignedTo": 3"#, "wrong-kind", "assignedTo"),
      (#""statusWithType": {"status": null}"#, "not-null", "statusWithType.status"),
      (#""subject": "<null>""#, "null-marker", "subject"),
      (##""subject": "#N/A""##, "failed-formula", "subject"),
      (#""subject": "\u200B""#, "invisible-text", "subject"),
      (#""threads": {"text": "\u00AD \uFEFF", "entryType": {"id": 1}}"#, "invisible-text", "threads.text"),
      (#""threads": null"#, "not-null", "threads"),
      (#""threads": "x""#, "wrong-kind", "threads"),
      (#""threads": ["x"]"#, "wrong-kind", "threads[0]"),
      (#""threads": {"text": "x"}"#, "missing-required", "threads.entryType"),
      (#""threads": [{"text": "", "entryType": {"id": 1}}]"#, "missing-required", "threads[0].text"),
      (#""threads": [{"id": 2}]"#, "nothing-to-update", "threads[0].id"),
      (#""threads": [{"id": 2, "channel": {"id": 6}}]"#, "create-only", "threads[0].channel"),
      (#""threads": [{"id": 2, "entryType": {"id": 2}}]"#, "not-allowed-on-update", "threads[0].entryType"),
      (#""threads": [{"id": 2, "text": "a"}, {"id": 2, "text": "b"}]"#, "set-twice", "threads[1].id"),
      (#""threads": [{"id": 2, "text": null}]"#, "not-null", "threads[0].text"),
      (#""threads": [{"id": "2", "text": "x"}]"#, "wrong-kind", "threads[0].id"),
      (#""billedMinutes": {"id": 3, "minutes": 3}"#, "wrong-kind", "billedMinutes"),
      (#""otherContacts": [12]"#, "wrong-kind", "otherContacts[0]"),
      (#""customFields": {"c": {"a": [1]}}"#, "wrong-kind", "customFields.c.a"),
      (#""customFields": {"c": 3}"#, "wrong-kind", "customFields.c"),
      (#""_row": 3"#, "empty-patch", nil),
      (#""threads": []"#, "empty-patch", nil),
    ] as [(String, String, String?)])
  func refuses(_ members: String, _ rule: String, _ column: String?) throws {
    let built = try built(json: members)
    #expect(built.errors == [rule])
    #expect(built.findings.first?.column == column)
    #expect(built.key == .id(771))
  }

  @Test(arguments: [
    (#"{"id": 771.0, "subject": "x"}"#, "scientific-notation"),
    (#"{"id": 3.001e14, "subject": "x"}"#, "scientific-notation"),
    (#"{"id": "771", "subject": "x"}"#, "wrong-kind"), (#"{"id": null, "subject": "x"}"#, "not-null"),
    (#"{"id": 0, "subject": "x"}"#, "out-of-range"), (#"{"subject": "x"}"#, "missing-key"),
    (#"{"referenceNumber": "12", "subject": "x"}"#, "pattern"),
    (#"{"referenceNumber": "", "subject": "x"}"#, "missing-key"),
    (#"{"referenceNumber": 240317, "subject": "x"}"#, "wrong-kind"),
  ])
  func refusesAKey(_ json: String, _ rule: String) throws {
    #expect(try builder(nil).build(row(json)).errors == [rule])
  }

  @Test func looksARecordUpByItsReferenceNumber() throws {
    let built = try builder(nil).build(row(#"{"referenceNumber": "240317-000042", "subject": "x"}"#))
    #expect(built.patch?.key == .alternate(attribute: "referenceNumber", value: "240317-000042"))
  }

  @Test(arguments: [
    ("assignedTo.account", #"write {"assignedTo": {"account": …}}"#),
    ("threads.append.text", #"write {"threads": [{"text": …}]}"#),
  ])
  func showsHowToNest(_ name: String, _ hint: String) throws {
    #expect(try built(json: #""\#(name)": null"#).findings.first?.hint == hint)
  }

  @Test func collectsEveryFindingOfARow() throws {
    let built = try built(
      json:
        #""subject": 1, "closedTime": null, "threads": [{"text": 5}, {"id": 2, "mailHeader": "x", "tex": "y"}]"#
    )
    #expect(
      built.errors == [
        "wrong-kind", "read-only", "wrong-kind", "missing-required", "create-only", "unknown-attribute",
      ])
    #expect(
      built.findings.map(\.column) == [
        "subject", "closedTime", "threads[0].text", "threads[0].entryType", "threads[1].mailHeader",
        "threads[1].tex",
      ])
  }

  @Test func mapsAndIgnoresTopLevelMembers() throws {
    let settings = options {
      $0.columns = ["Incident": "id", "Note": "threads.append.text", "Team": "assignedTo.staffGroup"]
      $0.ignored = ["By"]
      $0.constants = [("threads.append.entryType", "1"), ("severity", "2")]
    }
    let built = try builder(nil, settings).build(
      row(
        #"{"Incident": 771, "Note": "x", "Team": {"id": 4}, "By": "me", "assignedTo": {"account": {"id": 9}}}"#
      ))
    #expect(
      built.body == #"{"assignedTo":{"account":{"id":9},"staffGroup":{"id":4}},"#
        + #""threads":{"text":"x","entryType":{"id":1}},"severity":{"id":2}}"#)
  }

  @Test func addsConstantsToTheElementsOfARow() throws {
    let settings = options { $0.constants = [("threads.append.entryType", "1"), ("severity", "2")] }
    #expect(
      try built(json: #""threads": [{"text": "a"}, {"id": 2, "text": "b"}]"#, settings).body
        == #"{"threads":[{"text":"a","entryType":{"id":1}},{"id":2,"text":"b"}],"severity":{"id":2}}"#)
    #expect(try built(json: #""severity": null"#, settings).errors == ["set-twice"])
    #expect(try built(json: #""_row": 1"#, settings).errors == ["empty-patch"])
    #expect(
      try built(json: #""threads": {"text": "a", "entryType": {"id": 2}}"#, settings).errors == ["set-twice"])
  }

  @Test func mergesMappedMembersWithTheListTheyGoTo() throws {
    let settings = options {
      $0.columns = ["Note": "threads.append.text"]
      $0.constants = [("threads.append.entryType", "1")]
    }
    #expect(
      try built(json: #""Note": "n", "threads": {"id": 2, "text": "b"}"#, settings).body
        == #"{"threads":[{"id":2,"text":"b"},{"text":"n","entryType":{"id":1}}]}"#)
  }

  @Test func readsThreeLevels() throws {
    let built = try built(
      json:
        #""actions": [{"key": 1, "bindings": [{"key": 2, "name": "a"}, {"name": "b"}]}, {"intent": "i"}]"#,
      for: sampler)
    #expect(
      built.body
        == #"{"actions":[{"key":1,"bindings":[{"key":2,"name":"a"},{"name":"b"}]},{"intent":"i"}]}"#)
    #expect(built.patch?.irreversible == ["actions.update.bindings.add", "actions.add"])
    let bad = try PatchesTests.built(
      json: #""actions": [{"key": 1, "bindings": [{"name": "abcdef"}]}]"#, for: sampler)
    #expect(bad.findings.first?.column == "actions[0].bindings[0].name")
  }

  @Test func givesACustomFieldTheJobsType() throws {
    let settings = options { $0.customFields = ["customFields.c.n": .number, "customFields.c.m": .menu] }
    #expect(try built(json: #""customFields": {"c": {"n": 3, "m": {"id": 1}}}"#, settings).errors.isEmpty)
    #expect(
      try built(json: #""customFields": {"c": {"n": "3", "m": "x"}}"#, settings).errors == [
        "wrong-kind", "wrong-kind",
      ])
  }

  @Test func sendsASingleRewriteToTheThread() throws {
    let patch = try #require(
      try built(json: #""threads": [{"id": 3, "text": "x"}]"#, options { $0.rewriteThrough = .element }).patch
    )
    #expect(patch.element == ElementAddress(list: "threads", id: 3))
    #expect(patch.body.text() == #"{"text":"x"}"#)
  }
}

/// The findings about members that the catalogue does not have.
@Suite struct UnknownMemberTests {
  /// Hints are remembered from row to row, by where a member stands.
  @Test func hintsAtTheSameNameInEveryRowAndAtAnotherInAnotherPlace() throws {
    let builder = try builder(nil)
    let text =
      #"{"id": 1, "subjet": "s", "txt": 1, "threads": [{"txt": "a", "subjet": 1, "entryType": {"id": 1}}]}"#
    let hints = try (0..<3).map { _ in
      builder.build(try row(text)).findings.filter { $0.rule == "unknown-attribute" }.map(\.hint)
    }
    #expect(
      hints[0] == [
        "did you mean 'subject'?",
        "did you mean 'banner.text', 'threads.append.text' or 'threads.rewrite.text'?",
        "did you mean 'text'?", nil,
      ])
    #expect(hints[1] == hints[0])
    #expect(hints[2] == hints[0])
  }

  @Test func reportsEveryoneOfManyAndHintsAtTheFirst() throws {
    let letters = String(String.UnicodeScalarView((0x4E00..<0x4E00 + 300).compactMap { Unicode.Scalar($0) }))
    let built = try built(json: letters.map { #""subject\#($0)": 1"# }.joined(separator: ", "))
    #expect(built.errors == Array(repeating: "unknown-attribute", count: 300))
    #expect(built.findings.map { $0.hint != nil } == (0..<300).map { $0 < 100 })
  }
}

/// The catalogue's own examples, of every resource.
@Suite struct ExampleTests {
  struct Case: CustomTestStringConvertible {
    var resource: ResourceType
    var example: Example
    var testDescription: String { "\(resource.name): \(example.title)" }
  }

  @Test(
    arguments: ResourceType.all.flatMap { resource in
      resource.examples.map { Case(resource: resource, example: $0) }
    })
  func becomesWhatTheCatalogueSays(_ each: Case) throws {
    var object: JSONObject = [each.resource.key: each.resource.isKeyText ? "771" : 771]
    for (name, value) in each.example.patch { object[name] = value }
    let built = try builder(nil, for: each.resource).build(row(object.text()))
    switch each.example.verdict {
    case .accepted:
      #expect(built.findings.allSatisfy { $0.rule == "caution" })
      let patch = try #require(built.patch)
      // What changes one element may go to that element's address, where the body is the element alone.
      #expect(patch.body == each.example.patch || patch.element != nil)
    case .refused(let rule): #expect(built.errors == [rule])
    }
  }
}
