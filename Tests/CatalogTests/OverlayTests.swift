import JSON
import Testing

@testable import Catalog

/// What a site adds to the catalogue, as a file and as a part of a resource.
@Suite struct OverlayTests {
  private let incidents = ResourceType.incidents
  private let interactions = ResourceType.interactions

  /// A description of everything that the catalogue has, with changes.
  private func description(
    of resource: ResourceType, _ change: (inout SiteDescription) -> Void = { _ in }
  ) -> SiteDescription {
    var description = SiteDescription()
    func take(_ fields: [Field], _ lists: [ChildList], _ prefix: String) {
      description.places.insert(String(prefix.dropLast()))
      for field in fields {
        let path = prefix + field.path
        var place = ""
        for step in path.split(separator: ".") {
          description.places.insert(place)
          place += (place.isEmpty ? "" : ".") + step
          description.names.insert(place)
        }
        description.attributes[path] = SiteAttribute(type: DeclaredType(field.kind), access: field.access)
      }
      for list in lists {
        description.names.insert(prefix + list.name)
        take(list.fields, list.lists, "\(prefix)\(list.name).")
      }
    }
    take(resource.fields, resource.lists, "")
    change(&description)
    return description
  }

  private func overlay(
    of resource: ResourceType, _ change: (inout SiteDescription) -> Void
  ) -> ResourceOverlay {
    var description = description(of: resource, change)
    return ResourceOverlay(of: resource, as: &description)
  }

  @Test(arguments: ResourceType.all.map(\.ownName)) func aSiteThatIsAsTheCatalogueSaysAddsNothing(
    name: String
  )
    throws
  {
    let resource = try #require(ResourceName(name)?.meanings().first)
    #expect(overlay(of: resource) { _ in } == ResourceOverlay(resource.dialect))
  }

  @Test func findsWhatTheSiteAddsAndLacks() {
    let overlay = overlay(of: incidents) { site in
      site.attributes["customFields.c.ticket"] = SiteAttribute(
        type: DeclaredType(.text, length: 20), access: .writable, title: "Ticket number")
      site.attributes["shift"] = SiteAttribute(type: DeclaredType(.menu), access: .readOnly)
      site.attributes["odd"] = SiteAttribute()
      site.attributes["subject"]?.type = DeclaredType(.text, length: 80)
      site.attributes["queue"]?.access = .readOnly
      site.attributes["severity"]?.title = "Severity"
      site.attributes["channel"]?.title = "Arrived by"
      for name in ["disposition", "threads.mailHeader", "fileAttachments"] { site.names.remove(name) }
    }
    #expect(overlay.absent == ["disposition", "threads.mailHeader", "fileAttachments"])
    #expect(
      overlay.attributes == [
        "customFields.c.ticket": SiteAttribute(type: DeclaredType(.text, length: 20), title: "Ticket number"),
        "shift": SiteAttribute(type: DeclaredType(.menu), access: .readOnly),
        "subject": SiteAttribute(type: DeclaredType(.text, length: 80)),
        "queue": SiteAttribute(access: .readOnly), "channel": SiteAttribute(title: "Arrived by"),
      ])
  }

  @Test func whatWasNotDescribedIsNotAbsent() {
    let overlay = overlay(of: incidents) { site in
      site.places.remove("threads")
      site.names = site.names.filter { !$0.hasPrefix("threads.") && !$0.hasPrefix("customFields") }
    }
    #expect(overlay.absent.isEmpty)
  }

  @Test func findsTheRealSpellingOfAnInferredName() throws {
    let overlay = overlay(of: interactions) { site in
      site.names.remove("SubstatusCd")
      site.names.insert("SubStatusCd")
      site.attributes["SubStatusCd"] = site.attributes.removeValue(forKey: "SubstatusCd")
    }
    #expect(overlay.names == ["SubstatusCd": "SubStatusCd"])
    #expect(overlay.absent.isEmpty && overlay.attributes.isEmpty)
    let (resource, disagreements) = interactions.overlaid(by: overlay)
    #expect(resource.field(at: "SubStatusCd")?.goesWith == "StatusCd")
    // The site has them all, so that none is in doubt any more.
    #expect(resource.inferredNames.isEmpty)
    #expect(disagreements.isEmpty)
  }

  @Test(
    arguments: [
      ("text(80)", "at most 80 characters at the site, 240 in the catalogue", .string(maximumLength: 80)),
      ("text(300)", "at most 300 characters at the site, 240 in the catalogue", .string(maximumLength: 240)),
      ("integer", "integer at the site, text(240) in the catalogue", .string(maximumLength: 240)),
      ("code(240)", nil, .string(maximumLength: 240)),
    ] as [(String, String?, Field.Kind)])
  func theShorterLengthAndTheCataloguesTypeWin(_ type: String, _ fact: String?, _ kind: Field.Kind) {
    var overlay = ResourceOverlay(.b2cService)
    overlay.attributes["subject"] = SiteAttribute(type: DeclaredType(type))
    let (resource, disagreements) = incidents.overlaid(by: overlay)
    #expect(resource.field(at: "subject")?.kind == kind)
    #expect(disagreements.map(\.fact) == [fact].compactMap { $0 })
    #expect(disagreements.allSatisfy { $0.path == "subject" && !$0.hint.isEmpty })
  }

  @Test func whatAnAttributeMeansTheCatalogueKnows() throws {
    var overlay = ResourceOverlay(.b2cService)
    overlay.attributes["closedTime"] = SiteAttribute(access: .writable)
    overlay.attributes["threads.entryType"] = SiteAttribute()
    overlay.attributes["threads.entryType"]?.values = [.init(word: "1", name: "Private note")]
    overlay.attributes["statusWithType.status"] = SiteAttribute()
    overlay.attributes["statusWithType.status"]?.values = [
      .init(word: "1", name: "Open"), .init(word: "200", name: "Parked"),
    ]
    let (resource, disagreements) = incidents.overlaid(by: overlay)
    let closed = try #require(resource.field(at: "closedTime"))
    #expect(closed.access == .readOnly && closed.follows == "statusWithType.status")
    #expect(
      resource.siteValues == ["statusWithType.status": [MenuValue(1, "Open"), MenuValue(200, "Parked")]])
    #expect(resource.list(named: "threads")?.field("entryType")?.hasFixedValues == true)
    #expect(
      disagreements.map(\.fact) == [
        "writable at the site, read-only in the catalogue",
        "1 is 'Open' at the site, 'Unresolved' in the catalogue",
        "1 is 'Private note' at the site, 'Note' in the catalogue",
      ])
  }

  @Test func addsTheSitesOwnAttributes() throws {
    var overlay = ResourceOverlay(.b2cService)
    overlay.attributes["customFields.c.owner"] = SiteAttribute(
      type: DeclaredType(.reference), title: "Owner of the device", target: "accounts")
    overlay.attributes["customFields.c.locked"] = SiteAttribute(
      type: DeclaredType(.boolean), access: .readOnly)
    overlay.attributes["assignedTo.shift"] = SiteAttribute(type: DeclaredType(.integer), access: .createOnly)
    overlay.attributes["subject.more"] = SiteAttribute(type: DeclaredType(.text))
    overlay.absent = ["queue", "otherContacts"]
    let (resource, disagreements) = incidents.overlaid(by: overlay)
    #expect(resource.customKinds["customFields.c.owner"] == .reference(to: "accounts"))
    #expect(resource.titles["customFields.c.owner"] == ["Owner of the device"])
    #expect(resource.field(at: "assignedTo.shift")?.access == .createOnly)
    #expect(
      resource.siteRefusals == [
        "queue": .absent, "otherContacts": .absent, "customFields.c.locked": .readOnly,
      ])
    #expect(disagreements.map(\.path) == ["subject.more"])
    #expect(
      incidents.overlaid(by: overlay).resource.companions(of: ["assignedTo.account"]).map(\.path) == [
        "assignedTo.staffGroup"
      ])
  }

  @Test func whatAJobDeclaresWins() throws {
    var overlay = ResourceOverlay(.fusionCX)
    overlay.attributes["LegacyCd"] = SiteAttribute(type: DeclaredType(.code, length: 30))
    overlay.attributes["Tier_c"] = SiteAttribute(type: DeclaredType(.code, length: 30))
    var declared = try interactions.declaring(["LegacyCd": DeclaredType(.integer)])
    declared.customKinds["Tier_c"] = .string(maximumLength: 5)
    let (resource, disagreements) = declared.overlaid(by: overlay)
    #expect(resource.field(at: "LegacyCd")?.kind == .integer())
    #expect(resource.customKinds["Tier_c"] == .string(maximumLength: 5))
    #expect(
      disagreements.map(\.fact) == [
        "code(30) at the site, integer in extra_attributes", "code(30) at the site, text(5) in custom_fields",
      ])
  }

  @Test func aFileIsReadAsItWasWritten() throws {
    var file = Overlay()
    var incidents = ResourceOverlay(.b2cService)
    incidents.absent = ["queue", "asset"]
    var region = SiteAttribute(type: DeclaredType(.menu), access: .createOnly, title: "Région\u{202E}")
    region.values = [.init(word: "12", name: "North"), .init(word: "9", name: "South")]
    incidents.attributes["customFields.c.region"] = region
    var visits = SiteAttribute(type: DeclaredType(.integer), target: "accounts")
    (visits.minimum, visits.maximum) = (0, 99)
    incidents.attributes["customFields.c.visits"] = visits
    file.resources["incidents"] = incidents
    // A resource that this version does not know stays in the file.
    file.resources["widgets"] = ResourceOverlay(.fusionCX)
    file.resources["widgets"]?.names = ["SubstatusCd": "SubStatusCd"]
    let text = file.text
    #expect(!text.contains("\u{202E}"))
    var read = try Overlay(parsing: Array(text.utf8))
    #expect(read.text == text)
    #expect(
      read.resources["incidents"]?.attributes["customFields.c.region"]?.values.map(\.word) == ["9", "12"])
    // The order of values is the file's.
    read.resources["incidents"]?.attributes["customFields.c.region"]?.values = region.values
    #expect(read == file)
    #expect(try ResourceOverlay(parsing: incidents.text).text == incidents.text)
  }

  @Test(arguments: [
    ("{", "not valid JSON: line 1"), ("[]", "the file must be an object, not a list"),
    ("{}", "is not an overlay"),
    (#"{"overlay": 2}"#, "is an overlay of form 2, and this version reads form 1"),
    (#"{"overlay": 1, "x": 1}"#, "unknown member 'x'"),
    (#"{"overlay": 1, "resources": []}"#, "'resources' must be an object, not '[]'"),
    (entry("[]"), "'resources.incidents' must be an object, not a list"),
    (entry("{}"), "'resources.incidents.api' must be b2c-service or fusion-cx"),
    (entry(#"{"api": "fusion-cx"}"#), "'resources.incidents.api' must be the API that serves incidents"),
    (entry(#"{"api": "b2c-service", "attribute": {}}"#), "unknown member 'resources.incidents.attribute'"),
    (entry(#"{"api": "b2c-service", "absent": ["a b"]}"#), "'resources.incidents.absent' must be a list of"),
    (entry(#"{"api": "b2c-service", "names": {"A": "b;c"}}"#), "'resources.incidents.names' must be"),
    (
      attribute("a..b", "{}"),
      "'resources.incidents.attributes' must be attributes by their paths, not 'a..b'"
    ),
    (attribute("../x", "{}"), "must be attributes by their paths"),
    (
      attribute("x", #"{"type": "txt"}"#), "'resources.incidents.attributes.x.type' must be one of text, code"
    ),
    (attribute("x", #"{"access": "selector"}"#), "x.access' must be read-only, create-only or writable"),
    (attribute("x", #"{"title": 1}"#), "x.title' must be a text, not '1'"),
    (attribute("x", #"{"minimum": "1"}"#), "x.minimum' must be a whole number"),
    (attribute("x", #"{"references": "a/b"}"#), "x.references' must be a kind of record"),
    (
      attribute("x", #"{"type": "menu", "values": {"one": "1"}}"#),
      "x.values' must be names by their ids or codes"
    ),
    (attribute("x", #"{"values": {"\u001b[1m": 1}}"#), "not '<U+001B>[1m'"),
  ])
  func anythingElseIsRefusedWithItsPlace(_ text: String, _ message: String) {
    let error = #expect(throws: OverlayError.self) { try Overlay(parsing: Array(text.utf8)) }
    #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
  }

  private static func entry(_ text: String) -> String {
    #"{"overlay": 1, "resources": {"incidents": \#(text)}}"#
  }
  private static func attribute(_ path: String, _ text: String) -> String {
    entry(#"{"api": "b2c-service", "attributes": {"\#(path)": \#(text)}}"#)
  }

  @Test func aStandInOfTheSiteHasWhatTheSiteHas() throws {
    var overlay = ResourceOverlay(.fusionCX)
    overlay.absent = ["QueueId", "InteractionData", "smartActions.UserActionNavigation.SystemActionFlag"]
    overlay.names = ["SubstatusCd": "SubStatusCd"]
    overlay.attributes["Description"] = SiteAttribute(
      type: DeclaredType(.text, length: 2_000), access: .readOnly)
    overlay.attributes["Tier_c"] = SiteAttribute(
      type: DeclaredType(.code, length: 30), title: "Tier of customer")
    overlay.attributes["Tier_c"]?.values = [.init(word: "GOLD", name: "Gold")]
    overlay.attributes["interactionReferences.Rank_c"] = SiteAttribute(type: DeclaredType(.integer))
    let site = interactions.modelled(by: overlay)
    #expect(site.field(at: "QueueId") == nil && site.list(named: "InteractionData") == nil)
    #expect(
      site.list(named: "smartActions")?.list(named: "UserActionNavigation")?.field("SystemActionFlag") == nil)
    #expect(site.field(at: "Description")?.kind == .string(maximumLength: 2_000))
    #expect(site.field(at: "Description")?.access == .readOnly)
    #expect(site.field(at: "Tier_c")?.kind == .code(known: ["GOLD"]))
    #expect(site.field(at: "SubStatusCd") != nil && site.field(at: "SubstatusCd") == nil)
    #expect(site.list(named: "interactionReferences")?.field("Rank_c")?.kind == .integer())
    #expect(site.customSpaces.isEmpty)
    #expect(site.titles == ["Tier_c": ["Tier of customer"]])
  }
}
