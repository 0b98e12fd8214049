import Catalog
import Testing

/// A site's own spellings of the names that no source confirms.
@Suite struct RenamingTests {
  private let interactions = ResourceType.interactions

  @Test func givesAttributesTheSitesSpelling() throws {
    let renamed = try interactions.renaming([
      "SubstatusCd": "SubStatusCd", "InteractionNumber": "InteractionNo",
      "InteractionParticipants.InteractionParticipantId": "ParticipantId",
      "smartActions.UserActionURLBinding.Binding": "BindingType",
    ])
    let field = try #require(renamed.field(at: "SubStatusCd"))
    #expect(field.kind == .code(lookup: "ORA_SVC_IM_CLOSED_SUBSTATUS_CD"))
    #expect(!field.isNameInferred)
    #expect(renamed.field(at: "SubstatusCd") == nil)
    #expect(renamed.alternateKeys == ["InteractionNo"])
    let participants = try #require(renamed.list(named: "InteractionParticipants"))
    #expect(participants.selector?.path == "ParticipantId")
    #expect(participants.operation("update")?.required == ["ParticipantId"])
    let binding = try #require(renamed.list(named: "smartActions")?.list(named: "UserActionURLBinding"))
    #expect(binding.field("BindingType") != nil)
    // The same name in a list is another attribute.
    #expect(renamed.list(named: "childInteractions")?.field("SubstatusCd") != nil)
    #expect(renamed.fields.count == interactions.fields.count)
  }

  @Test(arguments: [
    ("SubstatusCode", "X", RenamingError.Reason.unknown),
    ("interactionReference.ObjectNumber", "X", .unknown),
    ("interactionReferences.ObjectNo", "X", .unknown),
    ("interactionReferences", "X", .unknown),
    ("smartActions.UserActionURLBinding.URLParam", "X", .unknown),
    ("smartActions.UserActionURLBinding.URLBindingName", "URLParamName", .confirmed),
    ("", "X", .unknown),
    ("Description", "Text", .confirmed),
    ("interactionReferences.ObjectTypeCd", "ObjectTypeCode", .confirmed),
    ("SubstatusCd", "StatusCd", .taken),
    ("SubstatusCd", "smartActions", .taken),
    ("SubstatusCd", "", .notAName),
    ("SubstatusCd", "a.b", .notAName),
    ("SubstatusCd", "Sub Status", .notAName),
  ])
  func refusesWhatCannotBe(_ name: String, _ spelling: String, _ reason: RenamingError.Reason) {
    let error = #expect(throws: RenamingError.self) { try interactions.renaming([name: spelling]) }
    #expect(error?.name == name)
    #expect(error?.spelling == spelling)
    #expect(error?.reason == reason)
  }

  @Test func listsTheNamesThatCanBeGiven() throws {
    let names = interactions.inferredNames
    #expect(names.contains("SubstatusCd"))
    #expect(names.contains("childInteractions.StatusCd"))
    #expect(names.contains("smartActions.UserActionURLBinding.URLBindingId"))
    #expect(!names.contains("Description"))
    for name in names {
      let renamed = try interactions.renaming([name: "AnotherSpelling"])
      #expect(renamed.inferredNames.count == names.count - 1, "\(name)")
    }
    #expect(ResourceType.incidents.inferredNames.isEmpty)
  }

  @Test func changesNothingByDefault() throws {
    #expect(try interactions.renaming([:]).fields.map(\.path) == interactions.fields.map(\.path))
  }
}
