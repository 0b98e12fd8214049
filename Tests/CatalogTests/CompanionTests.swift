import Catalog
import Testing

/// The attributes that may change along with others.
@Suite struct CompanionTests {
  @Test(arguments: [
    (ResourceType.incidents, "statusWithType.status", ["closedTime"]),
    (.incidents, "assignedTo.account", ["assignedTo.staffGroup"]),
    (.incidents, "assignedTo.staffGroup", ["assignedTo.account"]), (.incidents, "subject", []),
    (.interactions, "ChannelId", ["ChannelTypeCd"]), (.interactions, "EndInteractionFlag", ["EndTime"]),
    // Its name is inferred, so no snapshot may fail because of it.
    (.interactions, "StatusCd", []), (.interactions, "SubstatusCd", ["StatusCd"]),
  ])
  func areReadWithTheOther(resource: ResourceType, path: String, companions: [String]) {
    #expect(resource.companions(of: [path]).map(\.path) == companions)
  }

  @Test func excludeAttributesThatAreWrittenAnyway() {
    #expect(
      ResourceType.incidents.companions(of: ["assignedTo.account", "assignedTo.staffGroup"]).isEmpty)
    #expect(ResourceType.incidents.companions(of: [String]()).isEmpty)
  }

  @Test func existOnTheirResource() {
    for resource in ResourceType.all {
      for field in resource.fields {
        for other in [field.follows, field.goesWith].compactMap({ $0 }) {
          #expect(resource.field(at: other) != nil, "\(resource.name).\(field.path)")
        }
      }
      for list in resource.lists {
        for field in list.fields {
          if let other = field.goesWith { #expect(list.field(other) != nil, "\(list.name).\(field.path)") }
        }
        if let retraction = list.retraction {
          #expect(list.field(retraction.text)?.access == .writable)
          #expect(list.field(retraction.audience)?.access == .writable)
        }
      }
    }
  }

  @Test func keepTheirPartnersWhenTheseAreRenamed() throws {
    let renamed = try ResourceType.interactions.renaming(["StartInteractionFlag": "BeginFlag"])
    #expect(renamed.field(at: "StartTime")?.follows == "BeginFlag")
  }
}
