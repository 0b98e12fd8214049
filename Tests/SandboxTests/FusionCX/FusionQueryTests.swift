import JSON
import Testing

/// Reading collections (API reference 4, 5).
@Suite struct FusionQueryTests {
  static let a: Int64 = 300_100_095_824_217
  static let b: Int64 = 300_100_095_824_218
  static let c: Int64 = 300_100_095_824_219

  static let byExample: [(String, [Int64])] = [
    ("StatusCd=ORA_SVC_OPEN", [a, c]), ("StatusCd=ORA_SVC_OPEN;ChannelId=3", [c]),
    ("Description=*back", [b]), ("Description like Call%", [b]), ("Description='Call back'", [b]),
    ("Description=Sent SrMessage", [a]), ("Description=\"It's 100 % done\"", [c]), ("ChannelId!=2", [a, c]),
    ("ChannelId>=2 and <=3", [b, c]), ("ChannelId=1 or =3", [a, c]), ("InteractionNumber=CALL-218", [b]),
    ("InteractionId=300100095824219", [c]), ("EndTime>2019-12-31", [c]),
    ("CreationDate=2017-03-03T04:01:13-08:00;ChannelId=1", [a]), ("TopLevelFlag=true;ChannelId<3", [a, b]),
    ("OwnerResourcePartyUniqueName=*;StatusCd=ACME_ON_HOLD", [b]),
  ]

  static let rowMatch: [(String, [Int64])] = [
    ("StatusCd = 'ORA_SVC_OPEN'", [a, c]), ("StatusCd='ORA_SVC_OPEN' and ChannelId=3", [c]),
    ("ChannelId = 1 or (ChannelId > 1 and StatusCd <> 'ORA_SVC_OPEN')", [a, b]),
    ("InteractionId in (300100095824217, 300100095824219)", [a, c]),
    ("InteractionId not in (300100095824217)", [b, c]), ("InteractionNumber in ('CALL-218', 'X')", [b]),
    ("Description like '%back'", [b]), ("Description like 'It''s%'", [c]),
    ("Description not like 'C%'", [a, c]),
    ("ChannelId between 2 and 3", [b, c]), ("ChannelId not between 2 and 3", [a]),
    ("EndTime is null", [a, b]), ("EndTime is not null", [c]), ("not ChannelId = 2", [a, c]),
    ("EndTime >= '2020-01-02T03:04:05Z'", [c]), ("TopLevelFlag = true and ChannelId = 1", [a]),
    ("InteractionId > 300100095824217", [b, c]), ("MediaItemId = \"m-9\"", [c]),
  ]

  private func check(_ queries: [(String, [Int64])], version: Int) async throws {
    try await Desk.open(Desk.interactions) { desk async throws in
      for (query, expected) in queries {
        let reply = try await desk.readFusion(
          "/interactions?q=\(query)&fields=InteractionId&onlyData=true&totalResults=true", version: version)
        #expect(reply.interactions == expected, "\(query): \(reply.text)")
        #expect(reply.json?["totalResults"]?.integer == Int64(expected.count), "\(query)")
      }
    }
  }

  @Test func queriesByExampleInVersionOne() async throws { try await check(Self.byExample, version: 1) }

  @Test(arguments: [2, 4, 8]) func matchesRowsFromVersionTwoOn(_ version: Int) async throws {
    try await check(Self.rowMatch, version: version)
  }

  @Test func refusesTheOtherStyle() async throws {
    try await Desk.open(Desk.interactions) { desk async throws in
      let example = "/interactions?q=StatusCd=ORA_SVC_OPEN;ChannelId=1"
      let row = "/interactions?q=StatusCd='ORA_SVC_OPEN' and ChannelId=1"
      #expect(try await desk.readFusion(example, version: 1).status == 200)
      #expect(try await desk.readFusion(example, version: 2).status == 400)
      #expect(try await desk.readFusion(row, version: 1).status == 400)
      #expect(try await desk.readFusion(row, version: 2).status == 200)
      for bad in [
        "ChannelId", "ChannelId=", "ChannelId='x'", "(ChannelId=1", "ChannelId=1 and", "EndTime='soon'",
      ] {
        #expect(try await desk.readFusion("/interactions?q=\(bad)").faultCodes == ["27521"], "\(bad)")
      }
    }
  }

  @Test func findsWithFinders() async throws {
    try await Desk.open(Desk.interactions) { desk async throws in
      let finders: [(String, [Int64])] = [
        ("PrimaryKey;InteractionId=300100095824218", [Self.b]),
        ("InteractionRowFinderById;BindInteractionId=300100095824218", [Self.b]),
        ("InteractionRowFinderById;BindInteractionId=300100095824218,BindStripeCd=ORA_SVC_HCM", []),
        ("InteractionRowFinderByMediaItemId;BindMediaItemId=m-9", [Self.c]),
        ("InteractionRowFinderByObject;BindObjectId=300100012345678", [Self.b]),
        ("InteractionRowFinderByObject;BindObjectId=300100012345678,BindObjectTypeCd=MOO_OPTY", []),
      ]
      for (finder, expected) in finders {
        #expect(
          try await desk.readFusion("/interactions?finder=\(finder)").interactions == expected, "\(finder)")
      }
      for bad in [
        "InteractionRowFinderById", "InteractionRowFinderById;Bind=1", "PrimaryKey;InteractionId=1,X=2",
      ] {
        #expect(try await desk.readFusion("/interactions?finder=\(bad)").status == 400, "\(bad)")
      }
    }
  }

  @Test func pagesThroughTheCollection() async throws {
    try await Desk.generated(620) { desk async throws in
      let first = try await desk.readFusion("/interactions?fields=InteractionId&onlyData=true")
      #expect(first.names() == ["items", "count", "hasMore", "limit", "offset", "links"])
      #expect(first.kind == "resourcecollection+json")
      #expect(first.json?["count"] == 25 && first.json?["limit"] == 25 && first.json?["hasMore"] == true)
      // More than 500 rows per call are not returned.
      let large = try await desk.readFusion(
        "/interactions?fields=InteractionId&onlyData=true&limit=2000&totalResults=true")
      #expect(
        large.json?["count"] == 500 && large.json?["limit"] == 500 && large.json?["totalResults"] == 620)
      let rest = try await desk.readFusion(
        "/interactions?fields=InteractionId&onlyData=true&limit=500&offset=500")
      #expect(rest.json?["count"] == 120 && rest.json?["hasMore"] == false && rest.json?["offset"] == 500)
      #expect(large.interactions + rest.interactions == (0..<620).map { 300_100_000_000_001 + $0 })

      let ids = large.interactions.map { "\($0)" }.joined(separator: ",")
      let chosen = try await desk.readFusion("/interactions?q=InteractionId in (\(ids))&limit=500")
      #expect(chosen.interactions == large.interactions)
    }
  }

  @Test func sortsByAttributes() async throws {
    try await Desk.open(Desk.interactions) { desk async throws in
      let orders: [(String, [Int64])] = [
        ("ChannelId:desc", [Self.c, Self.b, Self.a]),
        ("StatusCd,InteractionId:desc", [Self.b, Self.c, Self.a]),
        ("Description", [Self.b, Self.c, Self.a]),
        ("lower(StatusCd):desc,InteractionId", [Self.a, Self.c, Self.b]),
        ("lower(ChannelId)", [Self.a, Self.b, Self.c]),
      ]
      for (order, expected) in orders {
        #expect(
          try await desk.readFusion("/interactions?orderBy=\(order)").interactions == expected, "\(order)")
      }
      let page = try await desk.readFusion("/interactions?orderBy=ChannelId:desc&limit=1&offset=1")
      #expect(page.interactions == [Self.b])
      #expect(page.json?["hasMore"] == true)
    }
  }

  @Test(arguments: [
    ("Description", [c, a, b]), ("lower(Description)", [b, c, a]), ("UPPER(Description):desc", [a, c, b]),
  ])
  func sortsWithoutTheCaseOfLetters(_ order: String, _ expected: [Int64]) async throws {
    try await Desk.open(Desk.interactions) { desk async throws in
      #expect(try await desk.change(#"{"Description": "call back"}"#, of: Self.b).status == 200)
      #expect(try await desk.readFusion("/interactions?orderBy=\(order)").interactions == expected)
      #expect(try await desk.readFusion("/interactions?orderBy=length(Description)").status == 400)
    }
  }

  @Test func previewsADependency() async throws {
    try await Desk.open(Desk.interactions) { desk async throws in
      let path = "/interactions/\(Self.a)?fields=ChannelDisplayName,ChannelTypeCd&onlyData=true"
      let reply = try await desk.readFusion("\(path)&dependency=ChannelId=2")
      #expect(reply.json == ["ChannelDisplayName": "Phone (Seeded)", "ChannelTypeCd": "ORA_SVC_PHONE"])
      let after = try await desk.readFusion(path)
      #expect(after.json == ["ChannelDisplayName": "Web (Seeded)", "ChannelTypeCd": "ORA_SVC_WEB"])
    }
  }
}
