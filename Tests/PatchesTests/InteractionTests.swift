import Catalog
import JSON
import Patches
import Records
import Sheets
import TestSupport
import Testing

private func built(_ columns: KeyValuePairs<String, String>, _ options: PatchOptions = PatchOptions()) throws
  -> BuiltRow
{ try built(columns, options, for: .interactions) }

private func built(json members: String, _ options: PatchOptions = PatchOptions()) throws -> BuiltRow {
  try built(json: members, options, for: .interactions)
}

/// Interactions and their own attributes.
@Suite struct InteractionTests {
  @Test func makesThePatchOfTheApisExample() throws {
    let patch = try #require(
      try builder(["InteractionId", "Description"], for: .interactions)
        .build(row(["300100095824217", "Sent SrMessage again"])).patch)
    #expect(patch.key == .id(300_100_095_824_217))
    #expect(patch.body.text() == #"{"Description":"Sent SrMessage again"}"#)
    #expect(patch.isIdempotent)
    #expect(patch.irreversible.isEmpty)
  }

  @Test(arguments: [
    ("InteractionId", "1234567890123456789", "out-of-range"), ("InteractionId", "0", "out-of-range"),
    ("InteractionId", "3.001E+14", "scientific-notation"),
    ("InteractionNumber", "INT-0000000000000000000000000001", "too-long"),
  ])
  func refusesAKeyThatCannotBe(_ key: String, _ cell: String, _ rule: String) throws {
    let built = try builder([key, "Description"], for: .interactions).build(row([cell, "x"]))
    #expect(built.errors == [rule])
  }

  @Test func looksARecordUpByItsNumber() throws {
    let built = try builder(["InteractionNumber", "Description"], for: .interactions).build(
      row(["INT-1", "x"]))
    #expect(built.patch?.key == .alternate(attribute: "InteractionNumber", value: "INT-1"))
  }

  @Test(
    arguments: [
      (["OwnerResourceId": "300100012345678"], #"{"OwnerResourceId":300100012345678}"#),
      (["OwnerResourceId": "id: 300100012345678"], #"{"OwnerResourceId":300100012345678}"#),
      (["OwnerResourceId": "<null>"], #"{"OwnerResourceId":null}"#),
      (["StatusCd": " ORA_SVC_OPEN "], #"{"StatusCd":"ORA_SVC_OPEN"}"#),
      (["EndTime": "2024-03-17T10:12:44+01:00"], #"{"EndTime":"2024-03-17T09:12:44Z"}"#),
      (["EndInteractionFlag": "Y"], #"{"EndInteractionFlag":true}"#),
      (["EndInteractionFlag": "n"], #"{"EndInteractionFlag":false}"#),
      (["ManuallyCreatedFlag": "Y"], #"{"ManuallyCreatedFlag":"Y"}"#),
      (["Region_c": "North"], #"{"Region_c":"North"}"#),
    ] as [(KeyValuePairs<String, String>, String)])
  func writesAnAttribute(_ columns: KeyValuePairs<String, String>, _ body: String) throws {
    let built = try built(columns)
    #expect(built.body == body)
    #expect(built.findings.isEmpty)
  }

  @Test(
    arguments: [
      ("Description", String(repeating: "x", count: 1001), "too-long"),
      ("AgentHTTPSessionId", String(repeating: "x", count: 101), "too-long"),
      ("StatusCd", String(repeating: "X", count: 31), "too-long"),
      ("ManuallyCreatedFlag", "true", "pattern"), ("OwnerResourceId", "Ann", "not-an-integer"),
      ("OwnerResourceId", "id:Ann", "not-an-id"),
      ("OwnerResourceId", "id:9223372036854775808", "out-of-range"),
      ("OwnerResourceId", "name:Ann", "not-an-integer"),
      ("EndInteractionFlag", "<null>", "not-null"), ("ChannelId", "<null>", "not-null"),
      ("Payload", "<null>", "not-null"), ("StatusCd", "#N/A", "failed-formula"),
    ])
  func refusesAValue(_ header: String, _ cell: String, _ rule: String) throws {
    #expect(Set(try built([header: cell]).errors).contains(rule))
  }

  @Test(arguments: [
    "ChannelDisplayName", "CreatedBy", "TopLevelFlag", "links.rel",
  ])
  func refusesAColumnOfTheServices(_ header: String) {
    let made = PatchBuilder.make(
      resource: .interactions, options: PatchOptions(), header: ["InteractionId", header])
    #expect(made.builder == nil)
  }

  @Test(arguments: [
    ("ORA_SVC_OPENED", "did you mean 'ORA_SVC_OPEN'?"),
    ("XX_ON_HOLD", "sites extend this lookup; the known codes are ORA_SVC_OPEN, ORA_SVC_CLOSED"),
  ])
  func passesACodeThatTheSiteMayHaveAdded(_ code: String, _ hint: String) throws {
    let built = try built(["StatusCd": code])
    #expect(built.body == #"{"StatusCd":"\#(code)"}"#)
    #expect(built.warnings == ["unlisted-code"])
    #expect(built.findings.first?.hint == hint)
  }

  @Test func saysNothingAboutACodeOfAnUnknownLookup() throws {
    #expect(try built(["SubstatusCd": "XX_SPAM"]).findings.isEmpty)
  }

  @Test func cannotUndoACommand() throws {
    let patch = try #require(try built(["EndInteractionFlag": "true", "StatusCd": "ORA_SVC_CLOSED"]).patch)
    #expect(patch.irreversible == ["EndInteractionFlag"])
    #expect(patch.isIdempotent)
  }

  @Test func warnsOnceOfASpellingThatIsInferred() throws {
    let findings = PatchBuilder.make(
      resource: .interactions, options: PatchOptions(), header: ["InteractionId", "SubstatusCd", "StatusCd"]
    ).findings
    #expect(findings.map(\.rule) == ["unconfirmed"])
    #expect(findings.map(\.column) == ["SubstatusCd"])
    let renamed = try ResourceType.interactions.renaming(["SubstatusCd": "SubStatusCd"])
    let made = PatchBuilder.make(
      resource: renamed, options: PatchOptions(), header: ["InteractionId", "SubStatusCd"])
    #expect(made.findings.isEmpty)
    #expect(made.builder?.build(row(["771", "XX_SPAM"])).body == #"{"SubStatusCd":"XX_SPAM"}"#)
  }

  @Test func readsAttributesThatTheJobHasDeclared() throws {
    let declared = try ResourceType.interactions.declaring([
      "LegacyCd": DeclaredType(.code, length: 12), "Score": DeclaredType(.number, length: 4),
      "Visits": DeclaredType(.integer, length: 2), "Since": .date, "Ready": .boolean, "Partner": .reference,
      "interactionReferences.Rank": DeclaredType(.integer),
    ])
    let columns: KeyValuePairs = [
      "LegacyCd": "A_1", "Score": "12.5", "Visits": "-99", "Since": "2024-02-29", "Ready": "yes",
      "Partner": "300100012345678", "interactionReferences.update.ReferenceId": "",
      "interactionReferences.update.Rank": "",
    ]
    #expect(
      try built(columns, for: declared).body
        == #"{"LegacyCd":"A_1","Score":12.5,"Visits":-99,"Since":"2024-02-29","Ready":true,"#
        + #""Partner":300100012345678}"#)
    #expect(try built(["LegacyCd": "<null>"], for: declared).body == #"{"LegacyCd":null}"#)
    #expect(
      try built(json: #""LegacyCd": "A_1", "Score": 1, "Ready": false"#, for: declared).body
        == #"{"LegacyCd":"A_1","Score":1,"Ready":false}"#)
    for (header, cell, rule) in [
      ("LegacyCd", "TOO_LONG_A_CODE", "too-long"), ("Score", "123.45", "out-of-range"),
      ("Score", "x", "not-a-number"), ("Visits", "100", "out-of-range"), ("Visits", "1.5", "decimal-number"),
      ("Since", "x", "not-a-date"), ("Ready", "x", "not-a-boolean"), ("Partner", "Ann", "not-an-integer"),
    ] {
      #expect(try built([header: cell], for: declared).errors == [rule], "\(header) \(cell)")
    }
    #expect(try built(json: #""Score": 123.45"#, for: declared).errors == ["out-of-range"])
    #expect(try built(json: #""Score": "1""#, for: declared).errors == ["wrong-kind"])
  }

  @Test func aNavigationHasItsAttributes() throws {
    let path = "smartActions.update.UserActionNavigation.add."
    let columns: KeyValuePairs = [
      "smartActions.update.UserActionId": "5", "\(path)UserActionNavType": "PAGE",
      "\(path)UserActionNavBody": "{}", "\(path)UserActionNavAppUsage": "SERVICE",
      "\(path)SystemActionFlag": "no",
    ]
    #expect(
      try built(columns).body
        == #"{"UserActionNavigation":[{"UserActionNavType":"PAGE","UserActionNavBody":"{}","#
        + #""UserActionNavAppUsage":"SERVICE","SystemActionFlag":false}]}"#)
    #expect(
      try built([
        "smartActions.update.UserActionId": "5", "\(path)UserActionNavBody": "{}",
      ]).errors == ["missing-required"])
    #expect(
      try built([
        "smartActions.update.UserActionId": "5",
        "\(path)UserActionNavType": String(repeating: "x", count: 101),
      ]).errors == ["too-long"])
  }

  @Test func readsASitesOwnAttributesByTheTypesOfTheJob() throws {
    let settings = options {
      $0.customFields = [
        "Visits_c": .number, "Since_c": .date, "Area_c": .menu, "Partner_c": .reference,
        "interactionReferences.Weight_c": .number,
      ]
    }
    let columns: KeyValuePairs = [
      "Visits_c": "3", "Since_c": "2024-02-29", "Area_c": "EMEA", "Partner_c": "300100012345678",
      "Free_c": "007", "interactionReferences.add.ObjectId": "8",
      "interactionReferences.add.ObjectTypeCd": "MOO_OPTY", "interactionReferences.add.Weight_c": "2.5",
      "interactionReferences.add.Free_c": "1",
    ]
    #expect(
      try built(columns, settings).body
        == #"{"Visits_c":3,"Since_c":"2024-02-29","Area_c":"EMEA","Partner_c":300100012345678,"Free_c":"007","#
        + #""interactionReferences":[{"ObjectId":8,"ObjectTypeCd":"MOO_OPTY","Weight_c":2.5,"Free_c":"1"}]}"#)
    #expect(try built(["Visits_c": "x"], settings).errors == ["not-a-number"])
    #expect(try built(["Partner_c": "Ann"], settings).errors == ["not-an-integer"])
    #expect(try built(json: #""Free_c": {"id": 1}"#).errors == ["wrong-kind"])
    #expect(try built(json: #""Free_c": 7, "Other_c": null"#).body == #"{"Free_c":7,"Other_c":null}"#)
    let wrong = options { $0.customFields = ["Region": .menu] }
    let findings = PatchBuilder.make(resource: .interactions, options: wrong, header: nil).findings
    #expect(findings.map(\.rule) == ["not-a-custom-field"])
  }
}

/// The children of interactions.
@Suite struct ChildTests {
  @Test func addsAChildInTheInteractionsOwnPatch() throws {
    let patch = try #require(
      try built([
        "Description": "x", "interactionReferences.add.ObjectTypeCd": "SVC_SERVICE_REQUESTS",
        "interactionReferences.add.ObjectId": "300100012345678",
      ]).patch)
    #expect(
      patch.body.text()
        == #"{"Description":"x","interactionReferences":[{"ObjectTypeCd":"SVC_SERVICE_REQUESTS","ObjectId":300100012345678}]}"#
    )
    #expect(patch.element == nil)
    #expect(!patch.isIdempotent)
    #expect(patch.irreversible == ["interactionReferences.add"])
  }

  @Test func changesAChildAtItsOwnAddress() throws {
    let patch = try #require(
      try built([
        "interactionReferences.update.ReferenceId": "7", "interactionReferences.update.ObjectId": "8",
      ])
      .patch)
    #expect(patch.body.text() == #"{"ObjectId":8}"#)
    #expect(patch.element == ElementAddress(list: "interactionReferences", id: 7))
    #expect(patch.isIdempotent)
    #expect(patch.key == .id(771))
  }

  @Test(arguments: [
    #""Description": "x", "interactionReferences": [{"ReferenceId": 7, "ObjectId": 8}]"#,
    #""interactionReferences": [{"ReferenceId": 7, "ObjectId": 8}, {"ReferenceId": 8, "ObjectId": 8}]"#,
    #""interactionReferences": [{"ReferenceId": 7, "ObjectId": 8}, {"ObjectTypeCd": "MOO_OPTY", "ObjectId": 8}]"#,
    #""InteractionParticipants": [{"Email": "a@b.example"}], "interactionReferences": [{"ReferenceId": 7, "ObjectId": 8}]"#,
    #""smartActions": [{"UserActionId": 5, "ActiveFlag": true, "UserActionURLBinding": [{"URLBindingId": 6, "Binding": "x"}]}]"#,
  ])
  func refusesARowThatWouldTakeTwoRequests(_ members: String) throws {
    #expect(try built(json: members).errors == ["own-address"])
  }

  @Test(arguments: [
    ("interactionReferences.add.ObjectId", "8", "missing-required"),
    ("interactionReferences.update.ObjectId", "8", "missing-required"),
    ("interactionReferences.update.ReferenceId", "8", "nothing-to-update"),
    ("InteractionParticipants.add.Email", String(repeating: "x", count: 129), "too-long"),
    ("InteractionParticipants.add.DurationMinutes", "2147483648", "out-of-range"),
    ("childInteractions.add.EndInteractionFlag", "<null>", "not-null"),
  ])
  func refusesAChild(_ header: String, _ cell: String, _ rule: String) throws {
    #expect(Set(try built([header: cell]).errors) == [rule])
  }

  @Test(arguments: [
    ("interactionReferences.update.InteractionId", "create-only"),
    ("InteractionParticipants.update.InteractionParticipantNumber", "create-only"),
    ("interactionReferences.add.ReferenceId", "selector"),
    ("interactionReferences.add.ObjectNumber", "read-only"),
    ("interactionReferences.add.ObjectTypeCode", "unknown-column"),
    ("interactionReferences.delete.ReferenceId", "unknown-column"),
    ("childInteractions.add.Payload", "own-address"),
    ("smartActions.add.UserActionURLBinding.update.Binding", "unknown-column"),
    ("smartActions.UserActionURLBinding.add.Binding", "unknown-column"),
  ])
  func refusesAChildsColumn(_ header: String, _ rule: String) {
    let made = PatchBuilder.make(
      resource: .interactions, options: PatchOptions(), header: ["InteractionId", header])
    #expect(made.findings.first { $0.severity == .error }?.rule == rule)
  }

  @Test func makesThreeLevelsInOneRow() throws {
    let members =
      #""smartActions":[{"ActiveFlag":true,"UserActionRequestPayload":[{"RequestPayloadName":"SrId"},"#
      + #"{"RequestPayloadName":"Note","Value":"x"}],"UserActionURLBinding":[{"URLBindingName":"id"}]}]"#
    let built = try built(json: members)
    #expect(built.body == "{\(members)}")
    #expect(built.warnings == ["caution"])
    let patch = try #require(built.patch)
    #expect(patch.element == nil)
    #expect(
      Set(patch.irreversible) == [
        "smartActions.add", "smartActions.add.UserActionRequestPayload.add",
        "smartActions.add.UserActionURLBinding.add",
      ])
  }

  @Test func addsBelowAnExistingChild() throws {
    for built in [
      try built([
        "smartActions.update.UserActionId": "5",
        "smartActions.update.UserActionRequestPayload.add.RequestPayloadName": "SrId",
      ]),
      try built(
        json:
          #""smartActions": [{"UserActionId": 5, "UserActionRequestPayload": [{"RequestPayloadName": "SrId"}]}]"#
      ),
    ] {
      let patch = try #require(built.patch)
      #expect(patch.element == ElementAddress(list: "smartActions", id: 5))
      #expect(patch.body.text() == #"{"UserActionRequestPayload":[{"RequestPayloadName":"SrId"}]}"#)
      #expect(!patch.isIdempotent)
      #expect(patch.irreversible == ["smartActions.update.UserActionRequestPayload.add"])
    }
  }

  @Test func changesAGrandchildAtItsOwnAddress() throws {
    for built in [
      try built([
        "smartActions.update.UserActionId": "5",
        "smartActions.update.UserActionURLBinding.update.URLBindingId": "6",
        "smartActions.update.UserActionURLBinding.update.Value": "x",
      ]),
      try built(
        json:
          #""smartActions": [{"UserActionId": 5, "UserActionURLBinding": [{"URLBindingId": 6, "Value": "x"}]}]"#
      ),
    ] {
      let patch = try #require(built.patch)
      let element = try #require(patch.element)
      #expect(element == ElementAddress(list: "smartActions/5/UserActionURLBinding", id: 6))
      #expect(patch.body.text() == #"{"Value":"x"}"#)
      #expect(patch.isIdempotent)
      let changes = ResourceType.interactions.changes(in: patch.body, element: element)
      #expect(changes.updates.map(\.selector) == ["URLBindingId"])
      #expect(changes.updates.first?.attributes.map(\.kind) == [.string(maximumLength: 80)])
    }
  }

  @Test func warnsOnceASheetOfWhatIsNotData() {
    let findings = PatchBuilder.make(
      resource: .interactions, options: PatchOptions(),
      header: ["InteractionId", "smartActions.update.UserActionId", "smartActions.update.ActiveFlag"]
    ).findings
    #expect(findings.count { $0.rule == "caution" } == 1)
  }

  @Test func addsConstantsToChildren() throws {
    let settings = options {
      $0.constants = [("interactionReferences.add.ObjectTypeCd", "SVC_SERVICE_REQUESTS")]
    }
    let expected = #"{"interactionReferences":[{"ObjectId":8,"ObjectTypeCd":"SVC_SERVICE_REQUESTS"}]}"#
    #expect(try built(["interactionReferences.add.ObjectId": "8"], settings).body == expected)
    #expect(try built(json: #""interactionReferences": [{"ObjectId": 8}]"#, settings).body == expected)
  }
}
