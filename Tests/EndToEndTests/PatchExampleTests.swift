import TestSupport
import Testing

/// The four examples of the API's page "Update an incident", from a sheet to the record and back.
@Suite(.blocking) struct PatchExampleTests {
  private static let records = [
    #"{"resource": "incidents", "id": 67, "subject": "FishPhone not working", "threads": [{"id": 1, "entryType": {"id": 3}, "text": "It is broken."}]}"#,
    #"{"resource": "incidents", "id": 2, "subject": "Two", "threads": [{"id": 3, "entryType": {"id": 2}, "text": "Thread"}]}"#,
    #"{"resource": "incidents", "id": 1, "subject": "One", "threads": [{"id": 2, "entryType": {"id": 3}, "text": "Thread content"}, {"id": 4, "entryType": {"id": 2}, "text": "Answer"}]}"#,
    #"{"resource": "incidents", "id": 771, "subject": "Many", "threads": [{"id": 5, "entryType": {"id": 3}, "text": "First"}]}"#,
    #"{"resource": "incidents", "id": 772, "subject": "Bystander", "threads": [{"id": 6, "entryType": {"id": 2}, "text": "Same"}]}"#,
  ]

  /// Two rows for the two threads of incident 1.
  private static let csv = """
    id,subject,threads.rewrite.id,threads.rewrite.text,threads.rewrite.entryType,threads.append.text,threads.append.entryType
    67,FishPhone STILL not working,,,,,
    2,,3,Updated thread,1,,
    1,,2,Updated thread content,,,
    1,,4,,1,,
    771,,,,,This is append,1

    """

  private static let jsonl = """
    {"id": 67, "subject": "FishPhone STILL not working"}
    {"id": 2, "threads": {"id": 3, "entryType": {"id": 1}, "text": "Updated thread"}}
    {"id": 1, "threads": [{"id": 2, "text": "Updated thread content"}, {"id": 4, "entryType": {"id": 1}}]}
    {"id": 771, "threads": {"entryType": {"id": 1}, "text": "This is append"}}

    """

  /// The new facts afterwards; a point in time is one of this test.
  private static let effects: Set = [
    "incident 67 subject: FishPhone STILL not working",
    "thread 3 text: Updated thread", "thread 3 entryType: 1",
    "thread 2 text: Updated thread content", "thread 4 entryType: 1",
    "thread 7 parent: 771", "thread 7 text: This is append", "thread 7 entryType: 1",
    "thread 7 account: 1", "thread 7 contentType: 1", "thread 7 displayOrder: 1",
    "thread 7 createdTime: now",
  ]

  /// The facts that are gone afterwards.
  private static let replaced: Set = [
    "incident 67 subject: FishPhone not working", "thread 3 text: Thread", "thread 3 entryType: 2",
    "thread 2 text: Thread content", "thread 4 entryType: 2",
  ]

  @Test(arguments: ["sheet.csv", "sheet.jsonl"], ["record", "element"])
  func haveExactlyTheirEffects(sheet: String, route: String) throws {
    let desk = try Desk(records: Self.records)
    try desk.folder.write(sheet, sheet.hasSuffix("csv") ? Self.csv : Self.jsonl)
    let before = try desk.facts()
    try desk.call(desk.run(sheet, "--rewrite-through", route), exits: 0)
    let after = try desk.facts()

    // The site notes on each of the four who changed a record, and when.
    let touched = before.symmetricDifference(after)
      .filter { $0.contains(/\ (updatedTime|updatedByAccount):/) }
    #expect(Set(touched.map { $0.split(separator: " ")[1] }) == ["1", "2", "67", "771"])
    let gone = before.subtracting(after).subtracting(touched)
    let new = after.subtracting(before).subtracting(touched)
      .map { $0.replacing(/createdTime: .*/, with: "createdTime: now") }
    #expect(gone == Self.replaced)
    #expect(Set(new) == Self.effects)

    let paths = Set(try desk.changes().map(\.path))
    #expect(paths.contains("incidents/2/threads/3") == (route == "element"))
    #expect(!paths.contains("incidents/772"))
  }

  @Test func sendTheBodiesOfThePage() throws {
    let desk = try Desk(records: Self.records)
    try desk.folder.write("sheet.jsonl", Self.jsonl)
    try desk.call(desk.run("sheet.jsonl", "--rewrite-through", "element", "--lanes", "1"), exits: 0)
    let sent = try desk.changes()
    #expect(
      sent.map(\.path) == ["incidents/67", "incidents/2/threads/3", "incidents/1", "incidents/771"])
    #expect(
      sent.map(\.body) == [
        #"{"subject":"FishPhone STILL not working"}"#,
        #"{"entryType":{"id":1},"text":"Updated thread"}"#,
        #"{"threads":[{"id":2,"text":"Updated thread content"},{"id":4,"entryType":{"id":1}}]}"#,
        #"{"threads":{"entryType":{"id":1},"text":"This is append"}}"#,
      ])
  }
}
