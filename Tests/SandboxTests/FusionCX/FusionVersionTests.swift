import JSON
import Testing

/// The differences that `REST-Framework-Version` makes (API reference 5).
@Suite struct FusionVersionTests {
  static let item = "/interactions/300100095824219"

  @Test(arguments: 1...9) func showsChildrenLinksAndIdsAsTheVersionDoes(_ version: Int) async throws {
    try await Desk.open(Desk.interactions) { desk async throws in
      let reply = try await desk.readFusion(
        "\(Self.item)?expand=smartActions.UserActionURLBinding", version: version)
      #expect(reply.headers["rest-framework-version"] == "\(version)")

      let actions = try #require(reply.json?["smartActions"])
      #expect((actions.array != nil) == (version < 3))
      if version >= 3 {
        #expect(
          actions.object?.map(\.name) == ["items", "count", "hasMore", "limit", "offset", "links"])
      }
      let action = try #require((actions["items"] ?? actions).array?.first)
      let bindings = try #require(action["UserActionURLBinding"])
      #expect((bindings["items"] ?? bindings).array?.first?["Value"] == "SrId")

      let id: JSONValue = version < 9 ? 300_100_095_824_219 : "300100095824219"
      #expect(reply.json?["InteractionId"] == id)
      #expect(reply.json?["ChannelId"] == (version < 9 ? 3 : "3"))
      #expect(action["UserActionId"] == (version < 9 ? 81 : "81"))

      let context = reply.json?["@context"]
      #expect((context != nil) == (version >= 6))
      #expect((reply.json?["links"] == nil) == (version >= 6))
      let links = try #require((context?["links"] ?? reply.json?["links"])?.array)
      #expect(links.contains { $0["rel"] == "lov" } == (version < 5))
      let tag = context?["headers"]?["ETag"]?.string ?? reply.changeIndicator
      #expect(reply.headers["etag"] == tag.map { "\"\($0)\"" })
      #expect(context == nil || context?["key"] == "300100095824219")
    }
  }

  @Test func takesVersionOneWhenNoneIsNamedUnlessSetOtherwise() async throws {
    try await Desk.open(Desk.interactions) { desk async throws in
      #expect(try await desk.readFusion("/interactions/1", version: nil).kind == "text/plain")
      #expect(try await desk.readFusion("/interactions/1", version: 4).kind == "error+json")
      let plain = try await desk.readFusion(
        "/interactions/1", headers: ["Accept": "application/vnd.oracle.adf.resourceitem+json"])
      #expect(plain.kind == "text/plain")
      for wrong in [0, 10] { #expect(try await desk.readFusion(Self.item, version: wrong).status == 400) }
    }
    try await Desk.open(Desk.interactions, choices: ["framework-version=6"]) { desk async throws in
      let reply = try await desk.readFusion(Self.item, version: nil)
      #expect(reply.headers["rest-framework-version"] == "6")
      let root = try await desk.get("/crmRestApi/resources")
      #expect(root.json?["adf:extension"] == nil)
      let about = root.json?["items"]?.array?.first?["adf:extension"]
      #expect(about?["defaultFrameworkVersion"] == "6")
      let allowed = (1...9).map { JSONValue.string("\($0)") }
      #expect(about?["allowedFrameworkVersions"] == .array(allowed))
    }
  }

  @Test func keepsLargeIdsExactInBothForms() async throws {
    try await Desk.open(Desk.interactions) { desk async throws in
      // Beyond 2^53, where a double would round.
      let large = "999999999999999989"
      for (version, body) in [(4, large), (9, "\"\(large)\""), (9, large)] {
        let reply = try await desk.change("{\"MarketingReferenceId\": \(body)}", version: version)
        #expect(reply.status == 200)
        let shown = try await desk.readFusion(
          "/interactions/\(Desk.interaction)?fields=MarketingReferenceId&onlyData=true", version: version)
        #expect(
          shown.json?["MarketingReferenceId"] == (version == 9 ? .string(large) : 999_999_999_999_999_989))
      }
      #expect(try await desk.change("{\"MarketingReferenceId\": \"\(large)\"}").status == 400)
    }
  }

  @Test func echoesTheMetadataContext() async throws {
    try await Desk.open(Desk.interactions) { desk async throws in
      let context = "sandbox=\"TrackEmployeeFeature\""
      let reply = try await desk.readFusion(Self.item, headers: ["Metadata-Context": context])
      #expect(reply.headers["metadata-context"] == context)
      #expect(reply.headers["cache-control"] == "no-cache, no-store, must-revalidate")
      #expect(reply.headers["link"]?.contains("rel=\"self\"") == true)
    }
  }

  @Test func servesBothNamesOfTheVersion() async throws {
    try await Desk.open(Desk.interactions) { desk async throws in
      let reply = try await desk.get("/crmRestApi/resources/latest\(Self.item)")
      #expect(reply.text.contains("/crmRestApi/resources/latest\(Self.item)/child/childInteractions"))
      #expect(try await desk.get("/crmRestApi/resources/11.13.0\(Self.item)").status == 404)
    }
  }

  @Test func picksMembers() async throws {
    try await Desk.open(Desk.interactions) { desk async throws in
      let shapes: [(String, [String])] = [
        ("fields=Description,StatusCd", ["Description", "StatusCd", "links"]), ("fields=", ["links"]),
        ("fields=Description&onlyData=true", ["Description"]),
        ("fields=Description;smartActions:ActiveFlag", ["Description", "smartActions", "links"]),
        ("fields=Description&expand=smartActions", ["Description", "links"]),
        ("fields=StatusCd,smartActions&onlyData=true", ["StatusCd", "smartActions"]),
      ]
      for (query, names) in shapes {
        #expect(try await desk.readFusion("\(Self.item)?\(query)").names() == names, "\(query)")
      }
      let own = try await desk.readFusion("\(Self.item)?fields=&links=self,child")
      #expect(own.json?["links"]?.array?.map { $0["rel"] } == ["self", "child", "child"])
      let all = try await desk.readFusion("\(Self.item)?expand=all&onlyData=true")
      for child in ["childInteractions", "interactionReferences", "InteractionParticipants", "smartActions"] {
        #expect(all.json?[child]?["items"] != nil, "\(child)")
      }
      let deep = try await desk.readFusion(
        "\(Self.item)?fields=smartActions.UserActionURLBinding:URLBindingName&onlyData=true", version: 1)
      #expect(deep.json == ["smartActions": [["UserActionURLBinding": [["URLBindingName": "id"]]]]])
    }
  }
}
