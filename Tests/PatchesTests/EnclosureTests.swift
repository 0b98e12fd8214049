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

/// Bytes with an address of their own.
@Suite struct EnclosureTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    try folder.write("payload.bin", [0, 255])
    try folder.write("secret/x", "secret")
  }

  private var settings: PatchOptions { options { $0.attachmentFolder = folder.path("") } }

  @Test func takesAPayloadFromAFileOrInBase64() throws {
    for built in [
      try built(["Payload.file": "payload.bin"], settings), try built(["Payload": "AP8="], settings),
      try built(json: #""Payload": {"file": "payload.bin"}"#, settings),
      try built(json: #""Payload": "AP8=""#, settings),
    ] {
      let patch = try #require(built.patch)
      #expect(patch.body.text() == #"{"Payload":"AP8="}"#)
      #expect(patch.isIdempotent)
      #expect(patch.irreversible == ["Payload"])
      let enclosure = try #require(ResourceType.interactions.changes(in: patch.body).enclosure)
      #expect(enclosure.attribute == "Payload")
      #expect(enclosure.base64 == "AP8=")
      let changes = ResourceType.interactions.changes(in: patch.body)
      #expect(changes.attributes.map(\.isEnclosure) == [true])
    }
  }

  @Test func takesThePayloadOfAChild() throws {
    let patch = try #require(
      try built(
        [
          "childInteractions.update.InteractionId": "9",
          "childInteractions.update.Payload.file": "payload.bin",
        ],
        settings
      ).patch)
    let element = try #require(patch.element)
    #expect(element == ElementAddress(list: "childInteractions", id: 9))
    #expect(
      ResourceType.interactions.changes(in: patch.body, element: element).enclosure?.attribute
        == "Payload")
  }

  @Test func takesOtherBytesIntoTheBody() throws {
    let patch = try #require(
      try built(
        [
          "InteractionParticipants.add.Email": "a@b.example",
          "InteractionParticipants.add.Json.file": "payload.bin",
        ],
        settings
      ).patch)
    #expect(patch.body.text() == #"{"InteractionParticipants":[{"Email":"a@b.example","Json":"AP8="}]}"#)
    #expect(ResourceType.interactions.changes(in: patch.body).enclosure == nil)
  }

  @Test(
    arguments: [
      (["Payload.file": "payload.bin", "Description": "x"], ["own-address"]),
      (["Payload.file": "payload.bin", "Payload": "AP8="], ["set-twice"]),
      (["Payload.file": "missing"], ["file-missing"]), (["Payload.file": "../x"], ["file-outside-folder"]),
      (["Payload": "?"], ["not-base64"]),
    ] as [(KeyValuePairs<String, String>, [String])])
  func refusesAPayload(_ columns: KeyValuePairs<String, String>, _ rules: [String]) throws {
    #expect(try built(columns, settings).errors == rules)
  }

  @Test(arguments: [
    (#""Payload": {"path": "payload.bin"}"#, "wrong-kind"), (#""Payload": {}"#, "wrong-kind"),
    (#""Payload": {"file": null}"#, "not-null"), (#""Payload": {"file": 7}"#, "wrong-kind"),
    (#""Payload": null"#, "not-null"), (#""Payload": 7"#, "wrong-kind"),
  ])
  func refusesAPayloadInJSON(_ members: String, _ rule: String) throws {
    #expect(try built(json: members, settings).errors == [rule])
  }
}
