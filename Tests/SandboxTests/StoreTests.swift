import Foundation
import GRDB
import JSON
import Synchronization
import TestSupport
import Testing

@testable import Sandbox

/// The store: generated and imported records, the request log, and what a restart finds.
@Suite struct StoreTests {
  @Test func theSameSeedMakesTheSameIncidents() async throws {
    var dumps: [[String]] = []
    for (seed, count) in [(1, 40), (1, 60), (2, 40)] as [(UInt64, Int)] {
      try await Desk.open(incidents: count, seed: seed) { desk async throws in
        dumps.append(
          try desk.stored("SELECT document FROM b2c_row WHERE entity = 'incidents' AND id <= 40 ORDER BY id"))
      }
    }
    #expect(dumps[0].count == 40)
    #expect(dumps[0] == dumps[1])
    #expect(dumps[0] != dumps[2])
  }

  @Test func generatedIncidentsLookLikeADesk() async throws {
    try await Desk.open(incidents: 500) { desk async throws in
      let numbers: [String] = try desk.stored("SELECT name FROM b2c_row WHERE entity = 'incidents'")
      #expect(Set(numbers).count == 500)
      #expect(numbers.allSatisfy { $0.wholeMatch(of: /[0-9]{2}[01][0-9][0-3][0-9]-[0-9]{6}/) != nil })
      let types: [Int] = try desk.stored(
        "SELECT DISTINCT document ->> '$.entryType' FROM b2c_row WHERE entity = 'incidents.threads' ORDER BY 1"
      )
      #expect(types == [1, 2, 3])
      let idle: [Int] = try desk.stored(
        """
        SELECT count(*) FROM b2c_row WHERE entity = 'incidents'
          AND id NOT IN (SELECT parent FROM b2c_row WHERE entity = 'incidents.threads')
        """)
      #expect(idle == [0])
    }
  }

  @Test func importsEveryAttributeAndFillsInTheRest() async throws {
    let records = """
      {"resource": "accounts", "id": 700, "lookupName": "Zoe Import"}
      {"resource": "incidents", "id": 9, "subject": "Mine", "closedTime": "2024-02-02T10:00:00Z", "lastSurveyScore": 7, "assignedTo": {"account": {"lookupName": "Zoe Import"}, "staffGroup": {"id": 555, "lookupName": "Night shift"}}, "organization": {"id": 888}, "sLAInstance": {"nameOfSLA": {"id": 2}, "remainingTotal": 3}, "threads": {"id": 1000, "text": "one"}, "fileAttachments": [{"id": 50, "fileName": "a.txt", "data": "SGk="}], "milestoneInstances": [{"milestone": {"id": 1}, "resolutionDueTime": "2024-01-01T00:00:00Z"}]}

      {"resource": "incidents", "subject": "No id", "threads": [{"text": "two"}]}
      """
    try await Desk.open(records) { desk async throws in
      let reply = try await desk.get("incidents/9?expand=all")
      #expect(reply.value("closedTime") == "2024-02-02T10:00:00Z")
      #expect(reply.value("lastSurveyScore") == 7)
      #expect(reply.value("assignedTo.account")?.referencedID == 700)
      #expect(reply.value("assignedTo.staffGroup.lookupName") == "Night shift")
      #expect(reply.value("organization")?.referencedID == 888)
      #expect(reply.value("sLAInstance.remainingTotal") == 3)
      #expect(reply.value("primaryContact")?.referencedID == 1)
      #expect(reply.value("statusWithType.status.lookupName") == "Unresolved")
      #expect(reply.value("threads.items")?.array?.map { $0["id"] } == [1000])
      #expect(reply.value("fileAttachments.items")?.array?.map { $0["size"] } == [2])
      #expect(
        reply.value("milestoneInstances.items")?.array?.first?["milestone"]?["lookupName"] == "First reply")
      #expect(try await desk.rows("select id, threads.id from incidents where id > 9") == [["10", "1001"]])
    }
  }

  @Test(arguments: [
    (#"{"resource": "incidents", "id": 1, "colour": 1}"#, 1, "Invalid property specified: colour"),
    ("\n\n" + #"{"resource": "incidents", "id": 1"#, 3, "column"), (#"{"id": 1}"#, 1, "has no resource"),
    (#"{"resource": "nothings", "id": 1}"#, 1, "nothings"), ("[]", 1, "is not a JSON object"),
    (
      #"{"resource": "incidents", "id": 1}"# + "\n" + #"{"resource": "incidents", "id": 1}"#, 2, "given twice"
    ),
    (#"{"resource": "incidents", "id": 1, "referenceNumber": "17"}"#, 1, "does not match"),
    (
      #"{"resource": "incidents", "id": 1, "product": {"lookupName": "Accessories"}}"#, 1,
      "does not identify one"
    ),
    (
      #"{"resource": "incidents", "id": 1, "threads": [{"id": 1, "text": "a"}, {"id": 1, "text": "b"}]}"#, 1,
      "given twice"
    ),
    ("\0\0", 1, "a NUL byte is not allowed"), ("\n\0\n", 2, "a NUL byte is not allowed"),
    (#"{"resource": "incidents", "id": 9223372036854775807}"#, 1, "leaves no room for later ones"),
    (
      #"{"resource": "incidents", "id": 1, "threads": [{"id": 9223372036854775807, "text": "a"}]}"#, 1,
      "leaves no room for later ones"
    ),
    (
      #"{"resource": "incidents", "id": 1, "threads": [{"displayOrder": 9223372036854775807, "text": "a"}]}"#,
      1,
      "leaves no room for later ones"
    ),
    (
      #"{"resource": "interactions", "InteractionId": 3, "ObjectVersionNumber": 9223372036854775807}"#, 1,
      "leaves no room for later ones"
    ),
  ])
  func namesTheLineOfABadRecord(_ text: String, _ line: Int, _ reason: String) async throws {
    let folder = try TemporaryFolder()
    var settings = SandboxSettings()
    settings.importFile = try folder.write("bad.jsonl", text)
    do throws(SandboxError) {
      let server = try await SandboxServer.start(settings)
      await server.stop()
      Issue.record("the import was accepted")
    } catch {
      guard case .badRecord(_, line, let found) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(found.contains(reason))
    }
  }

  @Test(
    arguments: [
      ([0x1F, 0x8B, 0x08, 0x00], "is compressed with gzip"),
      ([0xFF, 0xFE, 0x7B, 0x00], "is encoded in UTF-16"),
      ([0xFE, 0xFF, 0x00, 0x7B], "is encoded in UTF-16"),
    ] as [([UInt8], String)])
  func saysOfWhatFormAFileIsThatItDoesNotImport(_ bytes: [UInt8], _ reason: String) async throws {
    let folder = try TemporaryFolder()
    let path = folder.path("records.jsonl.gz")
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    var settings = SandboxSettings()
    settings.importFile = path
    let error = await #expect(throws: SandboxError.self) { _ = try await SandboxServer.start(settings) }
    #expect(error?.description.hasSuffix("records.jsonl.gz: \(reason)") == true)
  }

  @Test func saysThatADirectoryIsOne() async throws {
    let folder = try TemporaryFolder()
    var settings = SandboxSettings()
    settings.importFile = folder.path("")
    let error = await #expect(throws: SandboxError.self) { _ = try await SandboxServer.start(settings) }
    #expect(error?.description.hasSuffix(": cannot be read: is a directory") == true)
  }

  @Test(arguments: ["", "\n \r\n\t\n"])
  func saysThatThereWasNothingToImport(_ text: String) async throws {
    let folder = try TemporaryFolder()
    var settings = SandboxSettings()
    settings.importFile = try folder.write("records.jsonl", text)
    let notices = Mutex<[String]>([])
    let server = try await SandboxServer.start(settings) { notice in notices.withLock { $0.append(notice) } }
    await server.stop()
    #expect(notices.withLock { $0.map { $0.hasSuffix("holds no records; nothing is imported") } } == [true])
  }

  /// Found in review: sheets may begin with a byte order mark, and so may what is made of them.
  @Test func takesAByteOrderMark() async throws {
    try await Desk.open("\u{FEFF}" + #"{"resource": "incidents", "id": 2, "subject": "Mine"}"#) {
      desk async throws in
      #expect(try await desk.get("incidents/2").value("subject") == "Mine")
    }
  }

  @Test func numbersWhatComesAfterTheLargestIDs() async throws {
    try await Desk.open(
      #"{"resource": "incidents", "id": 4611686018427387904, "threads": [{"id": 4611686018427387904, "text": "a"}]}"#
    ) { desk async throws in
      let made = try await desk.send(
        "POST", "incidents",
        #"{"subject": "n", "primaryContact": {"id": 1}, "threads": [{"text": "b", "entryType": {"id": 1}}]}"#)
      #expect(made.status == 201)
      #expect(made.value("id") == 4_611_686_018_427_387_905)
    }
  }

  @Test func importedAndGeneratedRecordsStandSideBySide() async throws {
    try await Desk.open(#"{"resource": "incidents", "id": 2, "subject": "Mine"}"#, incidents: 3) {
      desk async throws in
      #expect(try await desk.get("incidents?totalResults=true").value("totalResults") == 3)
      #expect(try await desk.get("incidents/2").value("subject") == "Mine")
    }
  }

  @Test func aRestartFindsWhatWasThere() async throws {
    let folder = try TemporaryFolder()
    let record = #"{"resource": "incidents", "id": 1, "organization": {"id": 999, "lookupName": "New Org"}}"#
    var token: String?
    try await Desk.open(in: folder, record) { desk async throws in
      #expect(try await desk.patch("incidents/1", #"{"subject": "Kept"}"#).status == 200)
      token = try await desk.get("incidents/1").headers["osvc-crest-api-access-token"]
    }
    try await Desk.open(in: folder, record, incidents: 50) { desk async throws in
      let reply = try await desk.get("incidents/1", headers: ["osvc-crest-api-access-token": token])
      #expect(reply.value("subject") == "Kept")
      #expect(try await desk.get("organizations/999").value("lookupName") == "New Org")
      #expect(try await desk.get("incidents?totalResults=true").value("totalResults") == 1)
      #expect(
        try await desk.patch("incidents/1", #"{"organization": {"lookupName": "New Org"}}"#).status == 200)
    }
  }

  @Test func logsEveryRequestInOrderAndNeverTheCredentials() async throws {
    try await Desk.open(#"{"resource": "incidents", "id": 1}"#) { desk async throws in
      _ = try await desk.patch("incidents/1", #"{"subject": "a"}"#)
      _ = try await desk.patch("incidents/1", #"{"colour": "b"}"#)
      _ = try await desk.send(
        "POST", "incidents/1/threads", #"{"text": "x", "entryType": {"id": 1}}"#,
        headers: ["OSvC-CREST-Suppress-All": "true"])
      _ = try await desk.get("incidents/1?fields=id", headers: ["Authorization": nil])
      _ = try await desk.get("/elsewhere")
      let log: [String] = try desk.stored(
        """
        SELECT sequence || ' ' || method || ' ' || coalesce(resource, '-') || ' ' || coalesce(record_id, '-')
          || ' ' || coalesce(child, '-') || ' ' || coalesce(child_id, '-') || ' ' || coalesce(suppress, '-')
          || ' ' || coalesce(body, query, '-') || ' ' || status || ' ' || coalesce(error_code, '-') || ' ' || committed
        FROM request_log ORDER BY sequence
        """)
      #expect(
        log == [
          #"1 PATCH incidents 1 - - - {"subject": "a"} 200 - 1"#,
          #"2 PATCH incidents 1 - - - {"colour": "b"} 400 OSC-CREST-00013 0"#,
          #"3 POST incidents 1 threads 1 osvc-crest-suppress-all {"text": "x", "entryType": {"id": 1}} 201 - 1"#,
          "4 GET incidents 1 - - - fields=id 401 OSC-CREST-00014 0", "5 GET - - - - - - 404 - 0",
        ])
      let file = try Data(contentsOf: URL(fileURLWithPath: desk.database))
      #expect(file.range(of: Data("YWRtaW46c2FuZGJveA".utf8)) == nil)
    }
  }

  @Test func manyClientsAtOnceLoseNothing() async throws {
    try await Desk.open(incidents: 20) { desk async throws in
      try await withThrowingTaskGroup(of: Int.self) { group in
        for number in 0..<200 {
          group.addTask {
            try await desk.patch(
              "incidents/\(number % 20 + 1)",
              #"{"threads": {"text": "note \#(number)", "entryType": {"id": 1}}}"#
            ).status
          }
        }
        for try await status in group { #expect(status == 200) }
      }
      let notes = "FROM b2c_row WHERE document ->> '$.text' LIKE 'note %'"
      #expect(try desk.stored("SELECT count(*) \(notes)") == [200])
      #expect(try desk.stored("SELECT count(DISTINCT document ->> '$.text') \(notes)") == [200])
      #expect(try desk.stored("SELECT count(*) FROM request_log WHERE committed = 1") == [200])
    }
  }

  @Test func aTemporaryStoreLeavesNothingBehind() throws {
    let store = try SandboxStore(path: nil)
    #expect(FileManager.default.fileExists(atPath: store.path))
    store.close()
    for suffix in ["", "-wal", "-shm"] {
      #expect(!FileManager.default.fileExists(atPath: store.path + suffix))
    }
  }

  @Test func saysWhyItCannotStart() async throws {
    var settings = SandboxSettings()
    settings.incidents = 0
    settings.database = "/nowhere/at/all.sqlite"
    await #expect(throws: SandboxError.self) { _ = try await SandboxServer.start(settings) }
    settings.database = nil
    settings.host = "203.0.113.1"
    await #expect(throws: SandboxError.self) { _ = try await SandboxServer.start(settings) }
    #expect(throws: SandboxError.self) { try settings.choices.set("colour=red") }
    #expect(throws: SandboxError.self) { try settings.choices.set("token-reuse=maybe") }
  }

  /// Up to the third version of the file incidents and each of their lists had tables of their own.
  @Test func carriesTheRecordsOfAnOlderFileOver() async throws {
    let folder = try TemporaryFolder()
    let old = try DatabaseQueue(path: folder.path("desk.sqlite"))
    try Schema.migrator.migrate(old, upTo: "3: faults")
    try await old.write { database in
      try database.execute(
        sql: """
          INSERT INTO site VALUES ('token_secret', 7);
          INSERT INTO named_value (set_name, id, name) VALUES ('severity', 77, 'Their own');
          INSERT INTO incident VALUES (4, '240101-000004', '2024-01-01T10:00:00Z', '2024-01-02T10:00:00Z',
            '{"subject": "old", "severity": 77, "statusWithType.status": 1, "statusWithType.statusType": 1}');
          INSERT INTO thread VALUES (9, 4, 3, 'asked', '2024-01-01T10:00:00Z', 1, '{"contentType": 1}');
          INSERT INTO thread VALUES (12, 4, 1, 'removed', '2024-01-01T10:00:00Z', 2, '{}');
          DELETE FROM thread WHERE id = 12;
          INSERT INTO file_attachment VALUES (3, 4, '{"fileName": "a.txt", "size": 2}', X'4869');
          INSERT INTO billed_minute VALUES (2, 4, '{"account": 2, "minutes": 5}');
          INSERT INTO other_contact VALUES (4, 11), (4, 8);
          INSERT INTO request_log (sequence, time, method, path, status, committed, part)
            VALUES (5, '2024-01-01T10:00:00Z', 'GET', '/', 404, 0, 'a');
          """)
    }
    try old.close()
    try await Desk.open(in: folder, incidents: nil) { desk async throws in
      let reply = try await desk.get("incidents/4?expand=all")
      #expect(reply.value("referenceNumber") == "240101-000004" && reply.value("subject") == "old")
      #expect(reply.value("updatedTime") == "2024-01-02T10:00:00Z")
      #expect(reply.value("severity.lookupName") == "Their own")
      #expect(reply.value("threads.items")?.array?.map { $0["text"] } == ["asked"])
      #expect(reply.value("otherContacts.items")?.array?.map { $0["id"] } == [8, 11])
      #expect(reply.value("billedMinutes.items")?.array?.map { $0["minutes"] } == [5])
      #expect(try await desk.get("incidents/4/fileAttachments/3/data").value("data") == "SGk=")
      let note = #"{"text": "new", "entryType": {"id": 1}}"#
      #expect(try await desk.send("POST", "incidents/4/threads", note).value("id") == 13)
      let log: [String] = try desk.stored(
        "SELECT sequence || ' ' || method || ' ' || ifnull(part, '-') FROM request_log ORDER BY sequence LIMIT 2"
      )
      #expect(log == ["5 GET a", "6 GET -"])
    }
  }
}
