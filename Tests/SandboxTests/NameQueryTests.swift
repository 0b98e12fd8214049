import Foundation
import GRDB
import JSON
import Testing

/// What a client needs to resolve names and to select records (API reference 4.5, 6 and 15).
@Suite struct NameQueryTests {
  @Test func aPersonIsInATeam() async throws {
    try await Desk.open(incidents: 0) { desk async throws in
      let rows = try await desk.rows(
        "select id, staffGroup.lookupName, login from accounts where lookupName = 'Alex Kim' order by id")
      #expect(rows == [["17", "Tier 1", "user17"], ["42", "Tier 2", "user42"]])
      let teams = try await desk.get("namedIDs/accounts/staffGroup").value("items")?.array
      #expect(teams?.contains(["id": 100_003, "lookupName": "Tier 1"]) == true)
    }
  }

  @Test func aPatternStandsForOneCharacterOrAnyText() async throws {
    try await Desk.open(incidents: 0) { desk async throws in
      for pattern in ["A_ex Kim", "%x Kim", "Alex%"] {
        let rows = try await desk.rows(
          "select id from accounts where lookupName like '\(pattern)' order by id")
        #expect(rows?.array?.contains(["17"]) == true, "\(pattern)")
      }
      #expect(try await desk.rows("select id from accounts where lookupName not like '%' order by id") == [])
    }
  }

  @Test func recordsComeInTheOrderOfTheirIDsAPageAtATime() async throws {
    try await Desk.open(incidents: 7) { desk async throws in
      let all = try await desk.rows("select id from incidents order by id")?.array ?? []
      #expect(all.count == 7)
      let second = all[1].array?.first?.string ?? ""
      let page = try await desk.rows("select id from incidents where id > \(second) order by id limit 2")
      #expect(page?.array == Array(all[2..<4]))
      let back = try await desk.rows("select id from incidents order by id desc limit 2")
      #expect(back?.array == Array(all.reversed().prefix(2)))
    }
  }

  @Test func aPartOfAReferenceIsATestToo() async throws {
    try await Desk.open(incidents: 40) { desk async throws in
      let named = try await desk.rows(
        "select id from incidents where assignedTo.staffGroup.lookupName = 'Tier 1' order by id")
      let numbered = try await desk.rows(
        "select id from incidents where assignedTo.staffGroup.id in (100003) order by id")
      #expect(named == numbered)
      #expect(named?.array?.isEmpty == false)
    }
  }
}
