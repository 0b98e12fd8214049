import Catalog
import TestSupport
import Testing

@testable import Sites

/// Metadata in the shapes of live sites (reference: B2C Service 5 and 15, Fusion CX 16).
@Suite struct DescriptionTests {
  private static let base = "https://desk.example/services/rest/connect/v1.4/metadata-catalog"

  /// The schema of the resource, which alone is wrapped.
  private static let incidents = """
    {"$schema": "http://json-schema.org/draft-04/schema#", "type": "object",
     "properties": {"items": {"type": "array", "items": {"$ref": "#/definitions/singularResource"}}},
     "definitions": {"singularResource": {"properties": {
       "id": {"type": "integer", "minimum": 1, "readOnly": true, "isAvailableForPATCH": false},
       "subject": {"type": ["string", "null"], "maxLength": 240, "label": "Subject\\u001b[1m", "isAvailableForPOST": true,
         "isAvailableForPATCH": true, "isMenu": false, "isDeprecated": false},
       "closedTime": {"type": ["string", "null"], "minimumDateTime": "1970-01-02T00:00:00Z", "readOnly": true},
       "severity": {"type": ["object", "null"], "isMenu": true, "isEnumerable": true, "isAvailableForPATCH": true,
         "$ref": "\(base)/namedIDs"},
       "organization": {"$ref": "\(base)/organizations", "isEnumerable": true, "isAvailableForPATCH": true},
       "assignedTo": {"$ref": "\(base)/incidents/assignedTo"},
       "customFields": {"$ref": "\(base)/incidents/customFields"},
       "threads": {"type": "array", "items": {"$ref": "\(base)/incidents/threads"}},
       "otherContacts": {"type": "array", "items": {"$ref": "\(base)/contacts"}},
       "a b": {"type": "string"}, "x/../y": {"type": "string"}
     }}}}
    """

  private static let parts = [
    "incidents": incidents,
    "incidents/assignedTo":
      #"{"properties": {"account": {"$ref": "\#(base)/accounts", "isAvailableForPATCH": true}}}"#,
    "incidents/customFields": #"{"properties": {"c": {"$ref": "\#(base)/incidents/customFields/c"}}}"#,
    "incidents/customFields/c": """
    {"properties": {"visits": {"type": ["integer", "null"], "minimum": 0, "maximum": 99, "isAvailableForPATCH": true},
     "vip": {"type": ["boolean", "null"], "isEnumerable": true, "isAvailableForPATCH": true},
     "due": {"type": ["string", "null"], "minimumDate": "1970-01-02", "isAvailableForPOST": true,
       "isAvailableForPATCH": false}}}
    """,
    "incidents/threads":
      #"{"properties": {"text": {"type": "string", "maxLength": 349525, "isAvailableForPATCH": true}}}"#,
  ]

  /// A server that answers as long as it is asked, in the order in which a whole description asks.
  private func server(_ order: [String]) throws -> ScriptedServer {
    try ScriptedServer(order.map { .answer(.json(Self.parts[$0] ?? "{}")) })
  }

  private static let order = [
    "incidents", "incidents/assignedTo", "incidents/customFields", "incidents/threads",
    "incidents/customFields/c",
  ]

  @Test func readsTheRecordItsPartsAndItsLists() throws {
    let server = try server(Self.order)
    let (exchange, site) = try SiteSettings.test(server.url).connection().description(of: nil)
    #expect(exchange.outcome == .applied)
    #expect(
      server.requests.map(\.target) == Self.order.map { "/services/rest/connect/v1.4/metadata-catalog/\($0)" }
    )
    #expect(server.requests.allSatisfy { $0.header("Accept") == "application/schema+json" })
    func attribute(_ path: String) throws -> SiteAttribute { try #require(site.attributes[path], "\(path)") }
    #expect(try attribute("subject").type == DeclaredType(.text, length: 240))
    #expect(try attribute("subject").title == "Subject<U+001B>[1m")
    #expect(try attribute("subject").access == .writable)
    #expect(try attribute("closedTime").type == DeclaredType(.datetime))
    #expect(try attribute("closedTime").access == .readOnly)
    #expect(try attribute("severity").type == DeclaredType(.menu) && attribute("severity").hasList)
    #expect(try attribute("organization").target == "organizations")
    #expect(try attribute("assignedTo.account").target == "accounts")
    #expect(try attribute("customFields.c.visits").kind(in: .b2cService) == .integer(minimum: 0, maximum: 99))
    #expect(try attribute("customFields.c.vip").type == DeclaredType(.boolean))
    #expect(try attribute("customFields.c.due").type == DeclaredType(.date))
    #expect(try attribute("customFields.c.due").access == .createOnly)
    #expect(try attribute("threads.text").type == DeclaredType(.text, length: 349_525))
    #expect(site.has("otherContacts") == true && site.attributes["otherContacts"] == nil)
    #expect(site.has("queue") == false && site.has("banner.text") == false)
    #expect(site.leftOut == ["'a b': not an attribute name", "'x/../y': not an attribute name"])
  }

  @Test func aPartThatIsForbiddenIsUnknown() throws {
    let forbidden = ScriptedServer.Reaction.answer(
      .problem("403 Forbidden", #"{"o:errorCode": "OSC-CREST-00028", "title": "Forbidden", "status": "403"}"#)
    )
    let answers = Self.order.prefix(2).map { ScriptedServer.Reaction.answer(.json(Self.parts[$0] ?? "")) }
    let server = try ScriptedServer(answers, then: forbidden)
    let (exchange, site) = try SiteSettings.test(server.url).connection().description(of: nil)
    #expect(exchange.outcome == .applied)
    #expect(site.refused.keys.sorted() == ["customFields", "threads"])
    #expect(site.has("threads.text") == nil && site.has("threads") == true)
    #expect(site.has("assignedTo.account") == true && site.has("assignedTo.staffGroup") == false)
  }

  @Test func onlyThePlacesThatMatterAreRead() throws {
    let server = try server(["incidents/customFields/c"])
    let places = SiteDescription.places(of: ["customFields.c.visits", "customFields.c.none"])
    let (_, site) = try SiteSettings.test(server.url).connection().description(of: places)
    #expect(server.requests.count == 1)
    #expect(site.has("customFields.c.visits") == true && site.has("customFields.c.none") == false)
    #expect(site.has("subject") == nil)
  }

  @Test(arguments: [#"{"properties": {"items": {}}}"#, "[]", "<html>"])
  func anythingElseIsNoSchema(_ body: String) throws {
    let server = try ScriptedServer(then: .answer(.json(body)))
    let (exchange, site) = try SiteSettings.test(server.url).connection().description(of: nil)
    #expect(exchange.outcome != .applied)
    #expect(site.attributes.isEmpty)
  }

  @Test func aSchemaThatLeadsToItselfEnds() throws {
    let loop = #"{"properties": {"in": {"$ref": "\#(Self.base)/incidents/in"}}}"#
    let root = #"{"definitions": {"singularResource": \#(loop)}}"#
    let server = try ScriptedServer([.answer(.json(root))], then: .answer(.json(loop)))
    let (exchange, site) = try SiteSettings.test(server.url).connection().description(of: nil)
    #expect(exchange.outcome == .applied)
    #expect(server.requests.count == SiteDescription.depthLimit + 1)
    #expect(site.has("in.in") == true)
  }

  @Test func readsDescribeWithTheChildren() throws {
    let server = try ScriptedServer([
      .answer(
        .json(
          """
          {"Resources": {"interactions": {"attributes": [
            {"name": "InteractionId", "type": "integer", "updatable": false, "mandatory": true, "queryable": true},
            {"name": "Description", "type": "string", "updatable": true, "maxLength": 1000, "precision": 900,
             "title": "Description"},
            {"name": "CreatedBy", "type": "string", "updatable": false, "precision": 64},
            {"name": "InteractionNumber", "type": "string", "updatable": false, "allowChanges": "inInsert"},
            {"name": "StatusCd", "type": "string", "updatable": true, "maxLength": 30,
             "lov": {"childRef": "StatusCdLookup", "attributeMap": [{"source": "LookupCode", "target": "StatusCd"}]}},
            {"name": "ChannelId", "type": "integer", "updatable": true,
             "lov": {"childRef": "ChannelLookup", "attributeMap": [{"source": "ChannelId", "target": "ChannelId"}]}},
            {"name": "Odd-Name", "type": "string"}, {"name": "Blob_c", "type": "attachment"}, {"title": "nameless"}],
           "children": {"interactionReferences": {"attributes": [{"name": "ObjectId", "type": "integer"}],
             "children": {"Deep": {"attributes": [{"name": "At", "type": "datetime"}]}}}, "no list": {}}}}}
          """))
    ])
    let (exchange, site) = try SiteSettings.fusion(server.url).interactions().description(of: nil)
    #expect(exchange.outcome == .applied)
    #expect(server.requests.map(\.target) == ["\(fusionPath)/interactions/describe"])
    func attribute(_ path: String) throws -> SiteAttribute { try #require(site.attributes[path], "\(path)") }
    #expect(try attribute("Description").type == DeclaredType(.text, length: 1000))
    #expect(try attribute("CreatedBy").type == DeclaredType(.text, length: 64))
    #expect(try attribute("CreatedBy").access == .readOnly)
    #expect(try attribute("InteractionNumber").access == .createOnly)
    #expect(
      try attribute("StatusCd").type == DeclaredType(.code, length: 30) && attribute("StatusCd").hasList)
    #expect(try attribute("ChannelId").type == DeclaredType(.integer) && !attribute("ChannelId").hasList)
    #expect(try attribute("Blob_c").type == nil)
    #expect(try attribute("interactionReferences.ObjectId").access == nil)
    #expect(try attribute("interactionReferences.Deep.At").type == DeclaredType(.datetime))
    #expect(site.has("QueueId") == false && site.has("interactionReferences.ObjectTypeCd") == false)
    #expect(site.leftOut == ["'Odd-Name': not an attribute name", "'no list': not an attribute name"])
  }
}
