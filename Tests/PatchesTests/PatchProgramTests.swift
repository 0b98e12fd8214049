import Catalog
import Patches
import Sheets
import TestSupport
import Testing

/// A program takes only rows of which it is certain, and makes exactly the patches that the builder makes.
@Suite struct PatchProgramTests {
  private static let customTypes: [String: DeclaredType] = [
    "customFields.c.due": .datetime, "customFields.c.count": .number, "customFields.c.open": .boolean,
  ]

  @Test(arguments: RandomSheet.Format.allCases, [UInt64.random(in: 0 ... .max), 1, 2, 3])
  func makesWhatTheBuilderMakes(_ format: RandomSheet.Format, _ seed: UInt64) throws {
    var sheets = RandomSheet(seed: seed)
    var (rows, taken) = (0, 0)
    for round in rounds(500) {
      let text = sheets.text(format, rows: 20)
      let options = options {
        $0.customFields = Self.customTypes
        if round % 5 == 1 { $0.constants = [("severity", "2")] }
        if round % 5 == 2 { $0.ignored = ["colour"] }
        if round % 5 == 3 { $0.nulls = ["N/A", "none"] }
        if round % 5 == 4 { $0.rewriteThrough = .element }
        if round % 7 == 1 {
          $0.values = [
            "subject": ValueTable(["8": "eight", "": "none", "hello": "<null>"], other: "\"other\""),
            "severity": ValueTable(["8": "id:2", "Solved": "NULL", "": ""]),
          ]
          $0.ignoresMissingColumns = true
        }
        if round % 7 == 2 { ($0.dateFormat, $0.decimalSign) = ("d.M.yyyy", .comma) }
        if round % 7 == 3, format == .csv { $0.templates = ["banner.text": "{subject}, {id}"] }
      }
      let counts = try compareWays(
        text, try #require(SheetFormat(rawValue: format.rawValue)), options, "seed \(seed), round \(round)")
      rows += counts?.rows ?? 0
      taken += counts?.taken ?? 0
    }
    // Otherwise nothing would have been compared.
    #expect(taken * 40 > rows, "seed \(seed): \(taken) of \(rows)")
  }

  @Test(arguments: [
    ("id,subject\n", "8,A new subject"), ("id;subject\n", "8;\"A; B\""), ("id,subject\n", "8,\" padded \""),
    ("referenceNumber,subject\n", "180102-000012,x"), ("id,subject\n", "8,Größe “M” – 3 €"),
    (
      "id,assignedTo.account,statusWithType.status,threads.append.text,threads.append.entryType\n",
      "8,12,Waiting,\"He said \"\"no\"\", twice\",Note"
    ),
    ("id,statusWithType.status,threads.rewrite.id,threads.rewrite.text\n", "8,<null>,,"),
    ("id,statusWithType.status\n", "8, Waiting "), ("id,customFields.c.due\n", "8,2024-03-17T10:00:00+01:00"),
    ("id,customFields.c.open\n", "8,Yes"), ("subject,id,_row\n", "a,8,3"),
  ])
  func takesEverydayRecords(_ header: String, _ record: String) throws {
    let options = options { $0.customFields = Self.customTypes }
    // The first row is read when the sheet is opened.
    let text = header + "\(record)\n\(record)\n\(record)\n"
    let counts = try #require(try compareWays(text, .csv, options))
    #expect(counts.rows == 3 && counts.taken == (record.contains("<null>") ? 0 : 2))
  }

  @Test(arguments: [
    #"{"id":8,"subject":"A \"new\" subject"}"#, #"{"subject": "Größe", "id": 8}"#,
    #"{"id":8,"assignedTo":{"account":{"id":12}},"statusWithType":{"status":{"lookupName":"Waiting"}}}"#,
    #"{"id": 8, "threads": [{"text": "Two\nlines", "entryType": {"lookupName": "Note"}}]}"#,
    #"{"id":8,"threads":{"text":"x","entryType":{"id":1}},"_row":3,"_status":"failed"}"#,
    #"{"id":8,"severity":null}"#, #"{"referenceNumber":"180102-000012","subject":"a"}"#,
  ])
  func takesEverydayObjects(_ line: String) throws {
    let counts = try #require(try compareWays("\(line)\n\(line)\n\(line)\n", .jsonl))
    #expect(counts.rows == 3 && counts.taken == 2)
  }

  @Test func takesMappedMembersAndConstantsOfObjects() throws {
    let options = options {
      $0.columns = ["ticket": "id", "team": "queue"]
      $0.constants = [("severity", "2"), ("statusWithType.status", "Waiting")]
      $0.ignored = ["exportedBy"]
    }
    let line = #"{"ticket":8,"team":{"id":3},"exportedBy":"ledger","subject":"a"}"#
    let counts = try #require(
      try compareWays("\(line)\n\(line)\n{\"ticket\":9,\"severity\":{\"id\":1}}\n", .jsonl, options))
    #expect(counts.rows == 3 && counts.taken == 1)
  }

  @Test(arguments: ResourceType.all.map(\.ownName))
  func takesAnAttributeOfEveryType(_ name: String) throws {
    let resource = try #require(ResourceName(name)?.meanings().first)
    for field in resource.fields where field.access == .writable && !field.isEnclosure {
      for word in [
        "8", "true", "2024-03-17", "2024-03-17T10:00:00Z", "Waiting", "ORA_SVC_NEW", "a text", "<null>", "",
      ] {
        let text = "\(resource.key),\(field.path)\n" + String(repeating: "8,\(word)\n", count: 3)
        _ = try compareWays(text, .csv, for: resource, PatchOptions(), "\(field.path): \(word)")
      }
    }
  }
}
