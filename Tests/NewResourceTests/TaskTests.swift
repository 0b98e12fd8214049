import Catalog
import JSON
import Patches
import Records
import Sheets
import Staging
import Testing

/// A new resource of B2C Service costs one file, `Tasks.swift`, and this test: what it needs of the sandbox follows
/// from it.
@Suite struct TaskTests {
  /// Runs the body against a sandbox that holds three tasks, the first of them with a note.
  private static func open(_ body: (ResourceDesk) async throws -> Void) async throws {
    try await ResourceDesk.open(
      .tasks,
      records: """
        {"resource": "tasks", "id": 1, "name": "Pump", "percentComplete": 10, "isPrivate": true, "priority": {"id": 1}, "comment": "urgent", "notes": [{"id": 11, "text": "old"}]}
        {"resource": "tasks", "id": 2, "name": "Filter", "assignedToAccount": {"id": 31}, "cost": 12.50}
        {"resource": "tasks", "id": 7, "lookupName": "Net", "statusWithType": {"status": {"lookupName": "Done"}}}
        """, body)
  }

  private static func task(_ desk: ResourceDesk, _ id: Int64) async throws -> JSONObject {
    try #require(try await desk.send("GET", "/tasks/\(id)?expand=all").json?.object)
  }

  private static func facts(_ desk: ResourceDesk) async throws -> [JSONValue] {
    var facts: [JSONValue] = []
    for id in [1, 2, 7] as [Int64] {
      var task = try await task(desk, id)
      for name in ["updatedTime", "updatedByAccount", "inspection"] { task[name] = nil }
      facts.append(.object(task))
    }
    return facts
  }

  @Test(arguments: ResourceType.tasks.examples.map(\.title))
  func keepsToItsExamples(title: String) throws {
    let example = try #require(ResourceType.tasks.examples.first { $0.title == title })
    var row: JSONObject = ["id": 1]
    for (name, value) in example.patch { row[name] = value }
    let builder = try #require(
      PatchBuilder.make(resource: .tasks, options: PatchOptions(), header: nil).builder)
    let built = builder.build(
      SheetRow(number: 1, line: 1, content: .object(row), findings: [], input: row.text()))
    switch example.verdict {
    case .accepted: #expect(built.patch?.body == example.patch)
    case .refused(let rule): #expect(built.findings.map(\.rule).contains(rule))
    }
  }

  @Test func takesASheetThereAndBack() async throws {
    try await Self.open { desk in
      let before = try await Self.facts(desk)
      let run = try await desk.run(
        """
        lookupName,name,assignedToAccount,percentComplete,isPrivate,priority,comment,cost,serviceSettings.incident,statusWithType.status,dueTime
        Pump,Pond pump,Site Administrator,55,no,<null>,,0.5,3,Done,2024-02-29T08:00:00Z
        Filter,,<null>,,,,,<null>,,,
        Net,,42,,,Priority 2,a net,,,,

        """, verifies: true)
      #expect(run.states == [.applied, .applied, .applied])
      #expect(run.verdicts == [.asAsked, .asAsked, .asAsked])
      let pump = try await Self.task(desk, 1)
      #expect(pump["name"] == "Pond pump" && pump["lookupName"] == "Pond pump")
      #expect(pump["percentComplete"] == 55 && pump["isPrivate"] == false && pump["priority"] == .null)
      #expect(pump["comment"] == "urgent" && pump["cost"]?.text() == "0.5")
      #expect(pump["dueTime"] == "2024-02-29T08:00:00Z")
      #expect(pump["statusWithType"]?["status"] == ["id": 1, "lookupName": "Done"])
      let incident = pump["serviceSettings"]?["incident"]?["links"]?.array?.first?["href"]?.string
      #expect(incident?.hasSuffix("/incidents/3") == true)
      #expect(try await Self.task(desk, 2)["assignedToAccount"] == .null)

      let back = try await desk.rollBack(run)
      #expect(back.states == [.applied, .applied, .applied])
      #expect(try await Self.facts(desk) == before)
    }
  }

  @Test func addsToListsAndChangesAnElementAtItsOwnAddress() async throws {
    try await Self.open { desk in
      let added = try await desk.run(
        "id,notes.append.text,watchers.add\n1,called back,17;42\n2,new,\n", verifies: true)
      #expect(added.states == [.applied, .applied] && added.verdicts == [.asAsked, .asAsked])
      let changed = try await desk.run(
        "id,notes.rewrite.id,notes.rewrite.text\n1,11,mended\n", verifies: true)
      #expect(changed.states == [.applied] && changed.verdicts == [.asAsked])
      let task = try await Self.task(desk, 1)
      #expect(task["notes"]?["items"]?.array?.map { $0["text"] } == ["mended", "called back"])
      #expect(task["notes"]?["items"]?.array?.first?["id"] == 11)
      #expect(task["watchers"]?["items"]?.array?.map { $0["id"] } == [17, 42])
      #expect(try await desk.rollBack(changed).states == [.applied])
      #expect(try await desk.send("GET", "/tasks/1/notes/11").json?["text"] == "old")
    }
  }

  /// A shift is that of an account on a day: it is changed if it is there, and made if not.
  @Test func setsElementsThatTwoValuesTellApart() async throws {
    try await Self.open { desk in
      func shifts(_ id: Int64) async throws -> [String] {
        let items = try await Self.task(desk, id)["shifts"]?["items"]?.array ?? []
        return items.map { shift in
          let account = shift["account"]?["links"]?.array?.first?["href"]?.string?.split(separator: "/").last
          return "\(account ?? "?") \(shift["day"]?.string ?? "?") \(shift["minutes"]?.text() ?? "?")"
        }
      }
      let header = "id,shifts.set.account,shifts.set.day,shifts.set.minutes\n"
      let first = try await desk.run(
        header + "1,17,2024-02-29,90\n1,17,2024-03-01,30\n2,Site Administrator,2024-02-29,60\n",
        verifies: true)
      #expect(first.states == [.applied, .applied, .applied])
      #expect(first.verdicts == [.asAsked, .asAsked, .asAsked])
      #expect(try await shifts(1) == ["17 2024-02-29 90", "17 2024-03-01 30"])
      let second = try await desk.run(
        header + "1,17,2024-02-29,45\n2,1,2024-02-29,60\n", verifies: true)
      #expect(second.states == [.applied, .unchanged])
      #expect(try await shifts(1) == ["17 2024-02-29 45", "17 2024-03-01 30"])
      #expect(try await desk.rollBack(second).states == [.applied])
      #expect(try await shifts(1) == ["17 2024-02-29 90", "17 2024-03-01 30"])
      // What was added cannot be removed here: it is emptied, and that is said.
      await #expect(throws: (any Error).self) { try await desk.rollBack(first) }
      #expect(try await shifts(1) == ["17 2024-02-29 null", "17 2024-03-01 null"])
    }
  }

  @Test func leavesARecordAloneThatIsAsAsked() async throws {
    try await Self.open { desk in
      let states = try await desk.run("id,name,priority\n1,Pump,1\n").states
      #expect(states == [.unchanged])
    }
  }

  @Test func isServedByTheSandbox() async throws {
    try await Self.open { desk in
      let schema = try await desk.send("GET", "/metadata-catalog/tasks/notes").json
      #expect(schema?["properties"]?["text"]?["maxLength"] == 60)
      let menu = try await desk.send("GET", "/namedIDs/tasks/statusWithType/status").json?["items"]?.array
      #expect(menu?.map { $0["id"] } == [16, 1, 17])

      let body: JSONValue = [
        "name": "Koi", "origin": "pond", "inspection": ["by": ["id": 3]], "notes": ["text": "spawned"],
        "watchers": [["lookupName": "Site Administrator"]], "campaign": ["id": 4],
      ]
      let new = try await desk.send("POST", "/tasks?expand=all", body)
      #expect(new.status == 201)
      #expect(new.json?["id"] == 8 && new.json?["lookupName"] == "Koi")
      #expect(new.json?["notes"]?["items"]?.array?.map { $0["text"] } == ["spawned"])
      #expect(new.json?["inspection"]?["updatedByAccount"]?.isNull == false)
      #expect(try await desk.send("GET", "/tasks/8/inspection/by").json?["id"] == 3)
      #expect(try await desk.send("PATCH", "/tasks/8", ["origin": "lake"]).status == 400)

      let query =
        "select id, name, serviceSettings.incident.id, notes.text from tasks where lookupName = 'Koi'"
      let table = try await desk.send("GET", "/queryResults?query=\(query)").json?["items"]?.array?.first
      #expect(table?["rows"] == [["8", "Koi", nil, "spawned"]])
      let found = try await desk.send("GET", "/tasks?q=percentComplete>5&fields=id,name").json?["items"]
      #expect(found?.array?.map { $0["name"] } == ["Pump"])
      #expect(try await desk.send("DELETE", "/tasks/8").status == 200)
      #expect(try await desk.send("GET", "/tasks/8/notes").status == 404)
      #expect(try await desk.send("POST", "/tasks", ["name": "Carp"]).json?["id"] == 9)
      #expect(try await desk.send("GET", "/campaigns/4").json?["lookupName"] == "Campaign 4")
    }
  }

  @Test(
    arguments: [
      (["name": .string(String(repeating: "x", count: 41))], "name"), (["name": nil], "name"),
      (["percentComplete": 101], "percentComplete"), (["isPrivate": "yes"], "isPrivate"),
      (["inspection": ["on": "2024-02-30"]], "inspection.on"), (["priority": ["id": 9]], "Priority"),
      (["serviceSettings": ["incident": ["id": 99]]], "Incident"), (["cost": "1"], "cost"),
      (["updatedTime": "2024-02-29T00:00:00Z"], "updatedTime"), (["nam": "x"], "nam"),
      (["notes": [["text": .string(String(repeating: "x", count: 61))]]], "notes.text"),
      (["notes": [["id": 99, "text": "x"]]], "Note"), (["watchers": [["id": 9999]]], "Account"),
    ] as [(JSONObject, String)])
  func isCheckedByTheSandbox(body: JSONObject, attribute: String) async throws {
    try await Self.open { desk in
      let answer = try await desk.send("PATCH", "/tasks/1", .object(body))
      #expect(answer.status == 400)
      #expect(answer.json?["detail"]?.string?.contains(attribute) == true)
      #expect(try await Self.task(desk, 1)["name"] == "Pump")
    }
  }

  /// Without imported records, they are generated from the catalogue.
  @Test func isMadeUpByTheSandbox() async throws {
    try await ResourceDesk.open(.tasks, count: 30) { desk in
      let tasks = try await desk.send("GET", "/tasks?totalResults=true").json
      #expect(tasks?["totalResults"] == 30)
      var filled: Set<String> = []
      for id in 1...30 as ClosedRange<Int64> {
        let task = try await Self.task(desk, id)
        #expect(task["name"] == .string("Task \(id)"))
        #expect(task["percentComplete"]?.integer.map { (0...100).contains($0) } ?? true)
        for (name, value) in task where !value.isNull { filled.insert(name) }
        for name in ["notes", "watchers"] where task[name]?["items"]?.array?.isEmpty == false {
          filled.insert("\(name).items")
        }
      }
      let all = try await Self.task(desk, 1).map(\.name)
      #expect(Set(all).subtracting(filled).isEmpty)
      #expect(filled.isSuperset(of: ["notes.items", "watchers.items"]))
    }
  }

  /// Only the list of shipped resources decides what the command line knows.
  @Test func isNotShipped() { #expect(ResourceName("tasks")?.meanings().isEmpty == true) }
}
