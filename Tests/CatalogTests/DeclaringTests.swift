import Catalog
import Testing

/// Attributes that the catalogue does not have, declared by a site or a job.
@Suite struct DeclaringTests {
  private let interactions = ResourceType.interactions

  @Test(
    arguments: [
      ("text", .string()), ("text(60)", .string(maximumLength: 60)), ("code", .code()),
      ("code(12)", .code(maximumLength: 12)), ("number", .number()), ("number(5)", .number(maximumDigits: 5)),
      ("integer", .integer()), ("integer(3)", .integer(minimum: -999, maximum: 999)),
      ("integer(18)", .integer(minimum: -999_999_999_999_999_999, maximum: 999_999_999_999_999_999)),
      ("boolean", .boolean), ("date", .date), ("datetime", .dateTime), ("menu", .menu()),
      ("reference", .reference(to: "")),
    ] as [(String, Field.Kind)])
  func readsAType(_ text: String, _ kind: Field.Kind) throws {
    let type = try #require(DeclaredType(text))
    #expect(type.kind(in: .b2cService) == kind)
    #expect(type.text == text)
  }

  @Test func fusionHasNeitherMenusNorReferences() {
    #expect(DeclaredType(.menu).kind(in: .fusionCX) == .string())
    #expect(DeclaredType(.reference).kind(in: .fusionCX) == .integer())
  }

  @Test(arguments: [
    "", "Text", "string", "text()", "text(0)", "text(-1)", "text(x)", "text(10", "text 10", "text(1)x",
    "boolean(1)", "date(10)", "menu(3)", "integer(19)", "number(39)", "code(1000001)", "(30)",
    "text(99999999999999999999)",
  ])
  func refusesAnyOtherType(_ text: String) {
    #expect(DeclaredType(text) == nil)
  }

  @Test func addsAttributesOfTheRecordAndOfLists() throws {
    let declared = try interactions.declaring([
      "LegacyCd": DeclaredType(.code, length: 12), "interactionReferences.Rank": DeclaredType(.integer),
      "smartActions.UserActionNavigation.Depth": DeclaredType(.integer),
    ])
    let field = try #require(declared.field(at: "LegacyCd"))
    #expect(field.kind == .code(maximumLength: 12))
    #expect(field.isDeclared && field.access == .writable && field.isReversible)
    #expect(declared.list(named: "interactionReferences")?.field("Rank")?.kind == .integer())
    #expect(
      declared.list(named: "smartActions")?.list(named: "UserActionNavigation")?.field("Depth") != nil)
    let incidents = try ResourceType.incidents.declaring([
      "assignedTo.shift": DeclaredType(.text), "threads.rating": DeclaredType(.menu),
    ])
    #expect(incidents.field(at: "assignedTo.shift") != nil)
    #expect(incidents.list(named: "threads")?.field("rating")?.kind == .menu())
  }

  @Test(arguments: [("EndInteractionFlag", "boolean"), ("EndTime", "datetime"), ("ChannelId", "integer")])
  func everyTypeOfTheCatalogueCanBeDeclaredAgain(_ path: String, _ type: String) throws {
    let declared = try interactions.declaring([path: try #require(DeclaredType(type))])
    #expect(declared.fields.count == interactions.fields.count)
  }

  /// A release that adds an attribute does not break jobs that have declared it.
  @Test(arguments: ["code(30)", "code"])
  func aDeclarationThatSaysWhatTheCatalogueSaysChangesNothing(_ type: String) throws {
    let declared = try interactions.declaring(["APPClassificationCd": try #require(DeclaredType(type))])
    #expect(declared.fields.count == interactions.fields.count)
    #expect(declared.field(at: "APPClassificationCd")?.isDeclared == false)
  }

  @Test(
    arguments: [
      ("APPClassificationCd", "code(20)", .known(DeclaredType(.code, length: 30))),
      ("APPClassificationCd", "text", .known(DeclaredType(.code, length: 30))),
      ("Description", "integer", .known(DeclaredType(.text, length: 1000))),
      ("Payload", "text", .known(nil)), ("CreatedBy", "text(64)", .notWritable),
      ("interactionReferences.ReferenceId", "integer", .notWritable),
      ("InteractionId", "integer", .notWritable), ("interactionReferences", "text", .notAValue),
      ("Description.More", "text", .belowAValue("Description")), ("links.rel2", "text", .fixedList("links")),
      ("References.Rank", "integer", .noSuchList("References")), ("", "text", .notAName),
      ("A b", "text", .notAName), ("9A", "text", .notAName), ("A..B", "text", .notAName),
      ("A;B", "text", .notAName), ("Über", "text", .notAName),
    ] as [(String, String, DeclarationError.Reason)])
  func refusesWhatCannotBe(_ path: String, _ type: String, _ reason: DeclarationError.Reason) throws {
    let type = try #require(DeclaredType(type))
    let error = #expect(throws: DeclarationError.self) { try interactions.declaring([path: type]) }
    #expect(error?.path == path)
    #expect(error?.reason == reason)
  }

  @Test func refusesWhatHasAttributesOfItsOwn() {
    for path in ["assignedTo", "statusWithType", "threads"] {
      let error = #expect(throws: DeclarationError.self) {
        try ResourceType.incidents.declaring([path: DeclaredType(.text)])
      }
      #expect(error?.reason == .notAValue, "\(path)")
    }
  }

  @Test func knowsWhereASitesOwnAttributesLive() {
    for path in ["Region_c", "interactionReferences.Weight_c"] { #expect(interactions.isCustom(path)) }
    for path in ["Region", "smartActions.Weight_c"] { #expect(!interactions.isCustom(path)) }
    #expect(ResourceType.incidents.isCustom("customFields.c.region"))
  }
}
