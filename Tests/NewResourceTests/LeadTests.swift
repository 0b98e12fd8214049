import Catalog
import JSON
import Patches
import Sheets
import Staging
import Testing

@testable import Runs
@testable import bulkpatch

/// A new resource costs one file, `Leads.swift`, and this test: the rest of the project follows from it.
@Suite struct LeadTests {
  /// Runs the body against a sandbox that holds three leads, the first of them with a note.
  private static func open(_ body: (ResourceDesk) async throws -> Void) async throws {
    try await ResourceDesk.open(
      .leads,
      records: """
        {"resource": "leads", "LeadId": 1, "LeadNumber": "L1", "Name": "Pump", "Notes": [{"NoteId": 11, "NoteText": "old"}]}
        {"resource": "leads", "LeadId": 2, "LeadNumber": "L2", "Name": "Filter", "Description": "urgent"}
        {"resource": "leads", "LeadId": 3, "LeadNumber": "L3", "Name": "Net", "StatusCode": "QUALIFIED"}
        """, body)
  }

  /// A lead without its links, and the texts of its notes.
  private static func lead(_ desk: ResourceDesk, _ id: Int64) async throws -> (
    lead: JSONValue?, notes: [String]
  ) {
    let lead = try await desk.send("GET", "/leads/\(id)?onlyData=true&expand=Notes").json
    let notes = (lead?["Notes"]?["items"] ?? lead?["Notes"])?.array ?? []
    return (lead, notes.compactMap { $0["NoteText"]?.string })
  }

  @Test(arguments: ResourceType.leads.examples.map(\.title))
  func keepsToItsExamples(title: String) throws {
    let example = try #require(ResourceType.leads.examples.first { $0.title == title })
    var row: JSONObject = ["LeadId": 1]
    for (name, value) in example.patch { row[name] = value }
    let builder = try #require(
      PatchBuilder.make(resource: .leads, options: PatchOptions(), header: nil).builder)
    let built = builder.build(
      SheetRow(number: 1, line: 1, content: .object(row), findings: [], input: row.text()))
    switch example.verdict {
    case .accepted: #expect(built.patch?.body == example.patch)
    case .refused(let rule): #expect(built.findings.map(\.rule).contains(rule))
    }
  }

  @Test(arguments: [BatchWord.off, .auto])
  func takesASheetFromItsRowsToTheRecords(batch: BatchWord) async throws {
    try await Self.open { desk in
      let states = try await desk.run(
        """
        LeadNumber,Name,Description,BudgetedFlag,CloseDate,Notes.add.NoteText
        L1,Pond pump,,yes,2024-02-29,called back
        L2,Filter,<null>,no,,
        L3,Landing net,,,2024-03-01,
        L3,Long net,for deep ponds,,,

        """, batch: batch
      ).states
      #expect(states == [.applied, .applied, .applied, .applied])
      let (pump, notes) = try await Self.lead(desk, 1)
      #expect(pump?["Name"] == "Pond pump")
      #expect(pump?["BudgetedFlag"] == true)
      #expect(pump?["CloseDate"] == "2024-02-29")
      #expect(notes == ["old", "called back"])
      let filter = try await Self.lead(desk, 2).lead
      #expect(filter?["Description"] == .null)
      #expect(filter?["BudgetedFlag"] == false)
      let net = try await Self.lead(desk, 3).lead
      #expect(net?["Name"] == "Long net")
      #expect(net?["CloseDate"] == "2024-03-01")
      #expect(net?["StatusCode"] == "QUALIFIED")
    }
  }

  @Test func changesAChildAtItsOwnAddress() async throws {
    try await Self.open { desk in
      let states = try await desk.run("LeadId,Notes.update.NoteId,Notes.update.NoteText\n1,11,new\n").states
      #expect(states == [.applied])
      #expect(try await Self.lead(desk, 1).notes == ["new"])
    }
  }

  @Test func leavesARecordAloneThatIsAsAsked() async throws {
    try await Self.open { desk in
      let states = try await desk.run("LeadId,Name,StatusCode\n3,Net,QUALIFIED\n").states
      #expect(states == [.unchanged])
    }
  }

  @Test func isServedByTheSandbox() async throws {
    try await Self.open { desk in
      let description = try await desk.send("GET", "/leads/describe").json?["Resources"]?["leads"]
      let names = description?["attributes"]?.array?.compactMap { $0["name"]?.string } ?? []
      #expect(Set(names) == Set(ResourceType.leads.fields.map(\.path)))
      #expect(description?["children"]?["Notes"] != nil)

      let new = try await desk.send("POST", "/leads", ["Name": "Koi", "Notes": [["NoteText": "spawned"]]])
      #expect(new.status == 201)
      let id = try #require(new.json?["LeadId"]?.integer)
      #expect(try await Self.lead(desk, id).notes == ["spawned"])

      let batch = try await desk.send(
        "POST", "",
        [
          "parts": [
            ["id": "1", "path": "/leads/1", "operation": "update", "payload": ["OwnerId": 5]],
            ["id": "2", "path": "/leads/2", "operation": "update", "payload": ["OwnerId": 5]],
          ]
        ], type: "application/vnd.oracle.adf.batch+json")
      #expect(batch.status == 200)
      let owned = try await desk.send("GET", "/leads?q=OwnerId=5&onlyData=true&fields=Name").json
      #expect(owned?["items"]?.array == [["Name": "Pump"], ["Name": "Filter"]])
    }
  }

  @Test(
    arguments: [
      (["Name": .string(String(repeating: "x", count: 81))], "Name"), (["Name": nil], "Name"),
      (["CloseDate": "2024-02-30"], "CloseDate"), (["OwnerId": 0], "OwnerId"),
      (["BudgetedFlag": "yes"], "BudgetedFlag"), (["StatusCode": "WARM"], "StatusCode"),
      (["LastUpdateDate": "2024-02-29T00:00:00Z"], "LastUpdateDate"), (["Nam": "x"], "Nam"),
      (["Notes": [["NoteText": .string(String(repeating: "x", count: 41))]]], "NoteText"),
    ] as [(JSONObject, String)])
  func isCheckedByTheSandbox(body: JSONObject, attribute: String) async throws {
    try await Self.open { desk in
      let answer = try await desk.send("PATCH", "/leads/1", .object(body))
      #expect(answer.status == 400)
      #expect(answer.json?.text().contains(attribute) == true)
      #expect(try await Self.lead(desk, 1).lead?["Name"] == "Pump")
    }
  }

  @Test func standsInTheListOfResources() {
    let resources = ResourceType.all + [.leads]
    let line = resources.table.split(separator: "\n").first { $0.hasPrefix("leads ") }
    #expect(line?.contains("fusion-cx") == true)
    #expect(
      resources.json["resources"]?.array?.compactMap { $0["name"]?.string } == resources.map(\.name))
    // The parts of it that a sheet may have as a column.
    let headers = ResourceType.leads.listedAttributes.map(\.header)
    #expect(Set(ResourceType.leads.fields.map(\.path)).isSubset(of: headers))
    #expect(headers.contains("Notes.add.NoteText") && headers.contains("Notes.update.NoteId"))
    #expect(ResourceType.leads.table.contains("Key column: LeadId or LeadNumber"))
  }

  /// Only the list of shipped resources decides what the command line knows.
  @Test func isNotShipped() { #expect(ResourceName("leads")?.meanings().isEmpty == true) }
}
