import Catalog
import JSON
import Records
import Testing

/// The results for a record's rows, compared with the record's current values.
@Suite struct RecordVerificationTests {
  /// One row of record 7, as it was applied.
  struct Done {
    var patch: JSONObject
    var element: ElementAddress?
    /// The highest thread there was; no before-image when absent.
    var mark: Int64?
    var isInDoubt = false
  }

  /// The verdict on each row, in sheet order; a row in doubt has none.
  private func judge(
    _ rows: [Done], _ image: RecordImage?, resource: ResourceType = .incidents
  ) -> [VerifiedRow?] {
    var verification = RecordVerification(of: 7, resource: resource)
    var judged: [VerifiedRow?] = []
    for (index, done) in rows.enumerated().reversed() {
      let number = index + 1
      let snapshot = done.mark.map { mark in
        Snapshot(
          row: number, recordID: 7, token: nil, values: [:],
          lists: ["threads": ["high_water_mark": .integer(mark), "elements": []]])
      }
      let row = RecordVerification.Done(
        number: number, changes: resource.changes(in: done.patch, element: done.element),
        snapshot: snapshot, isInDoubt: done.isInDoubt)
      judged.insert(verification.judge(row, image), at: 0)
    }
    return judged
  }

  private func image(
    _ values: [String: JSONValue] = [:], threads: [(Int64, String, type: Int64)] = []
  ) -> RecordImage {
    let threads = threads.map { id, text, type -> JSONObject in
      ["id": .integer(id), "text": .string(text), "entryType": ["id": .integer(type)]]
    }
    return RecordImage(id: 7, values: values, lists: ["threads": threads])
  }

  private func note(_ text: String, above mark: Int64?, isInDoubt: Bool = false) -> Done {
    Done(
      patch: ["threads": ["text": .string(text), "entryType": ["id": 1]]], mark: mark, isInDoubt: isInDoubt)
  }

  // MARK: Attributes

  @Test(
    arguments: [
      (["subject": "a"], "a", Verdict.asAsked),
      // A service may store a text a little differently.
      (["subject": "a \nb"], "a\r\nb", .asAsked),
      (["subject": "a"], "b", .different),
      (["subject": "a"], nil, .different),
      (["subject": nil], nil, .asAsked),
      (["subject": nil], "a", .different),
      (["queue": ["id": 3]], ["id": 3, "lookupName": "Tier 2"], .asAsked),
      (["queue": ["lookupName": "Tier 2"]], ["id": 3, "lookupName": "Tier 2"], .asAsked),
      (["queue": ["lookupName": "Tier 2"]], ["id": 3, "lookupName": "Tier 1"], .different),
      // The site gives only the id.
      (["queue": ["lookupName": "Tier 2"]], ["id": 3], .undecided),
      (["queue": ["lookupName": "Tier 2"]], .null, .different),
    ] as [(JSONObject, JSONValue?, Verdict)])
  func comparesAnAttribute(_ patch: JSONObject, _ actual: JSONValue?, _ verdict: Verdict) throws {
    let name = try #require(patch.first?.name)
    var values: [String: JSONValue] = [:]
    values[name] = actual
    let row = judge([Done(patch: patch)], image(values))[0]
    #expect(row?.verdict == verdict)
    #expect(row?.differences.isEmpty == (verdict == .asAsked))
    #expect(row?.differences.allSatisfy { ($0.doubt == nil) == (verdict == .different) } == true)
  }

  @Test func lastRowWins() {
    let rows = [
      Done(patch: ["subject": "a", "queue": ["id": 1]]), Done(patch: ["subject": "b"]),
      Done(patch: ["subject": "c"]),
    ]
    #expect(
      judge(rows, image(["subject": "c", "queue": ["id": 1]])).map { $0?.verdict } == [
        .asAsked, .asAsked, .asAsked,
      ])
    let wrong = judge(rows, image(["subject": "a", "queue": ["id": 2]]))
    #expect(wrong.map { $0?.verdict } == [.different, .asAsked, .different])
    #expect(wrong[0]?.differences.map(\.place.attribute) == ["queue"])
  }

  @Test func cannotTellWhatALaterRowInDoubtMayHaveChanged() {
    let rows = [
      Done(patch: ["subject": "a"]), Done(patch: ["subject": "b"]),
      Done(patch: ["subject": "c"], isInDoubt: true),
    ]
    #expect(judge(rows, image(["subject": "b"])).map { $0?.verdict } == [.asAsked, .asAsked, nil])
    let after = judge(rows, image(["subject": "c"]))
    #expect(after.map { $0?.verdict } == [.asAsked, .undecided, nil])
    #expect(after[1]?.differences.first?.doubt == "row 3 may have changed it: its outcome is unknown")
  }

  @Test func aRecordThatIsGoneIsMissing() {
    let row = judge([Done(patch: ["subject": "a"])], nil)[0]
    #expect(row?.verdict == .missing)
    #expect(row?.differences == [VerifiedRow.Difference(AttributePlace("id"), asked: 7, actual: nil)])
  }

  @Test func aCommandIsNoDifference() {
    let flag: JSONObject = ["EndInteractionFlag": true]
    let with: JSONObject = ["EndInteractionFlag": true, "StatusCd": "ORA_SVC_CLOSED"]
    func verdict(_ patch: JSONObject, _ status: JSONValue) -> Verdict? {
      judge([Done(patch: patch)], image(["StatusCd": status]), resource: .interactions)[0]?.verdict
    }
    #expect(verdict(flag, "ORA_SVC_OPEN") == .undecided)
    #expect(verdict(with, "ORA_SVC_CLOSED") == .asAsked)
    #expect(verdict(with, "ORA_SVC_OPEN") == .different)
  }

  // MARK: Elements

  @Test func comparesARewrittenThread() {
    let rewrite = Done(patch: ["text": "new"], element: ElementAddress(list: "threads", id: 3))
    let inRecord = Done(patch: ["threads": [["id": 3, "entryType": ["id": 1]]]])
    let good = image(threads: [(3, "new", type: 1)])
    #expect(judge([rewrite, inRecord], good).map { $0?.verdict } == [.asAsked, .asAsked])
    let bad = judge([rewrite, inRecord], image(threads: [(3, "old", type: 2)]))
    #expect(bad.map { $0?.verdict } == [.different, .different])
    #expect(
      bad[0]?.differences == [
        VerifiedRow.Difference(
          AttributePlace("text", list: "threads", element: 3), asked: "new", actual: "old")
      ])
    #expect(judge([rewrite], image(threads: [(4, "new", type: 1)]))[0]?.verdict == .missing)
    // The last rewrite counts.
    let later = Done(patch: ["text": "newer"], element: ElementAddress(list: "threads", id: 3))
    #expect(
      judge([rewrite, later], image(threads: [(3, "newer", type: 1)])).map { $0?.verdict } == [
        .asAsked, .asAsked,
      ])
  }

  @Test(
    arguments: [
      ([(5, "hi")], [Verdict.missing, .missing]),
      ([(6, "hi")], [.asAsked, .missing]),
      ([(7, "hi")], [.missing, .asAsked]),
      ([(6, "hi"), (7, "hi")], [.asAsked, .asAsked]),
      ([(6, "hi "), (7, "hi"), (8, "hi")], [.asAsked, .asAsked]),
      ([], [.missing, .missing]),
    ] as [([(Int64, String)], [Verdict])])
  func theSameTextFromTwoRowsHasToBeThereTwice(_ threads: [(Int64, String)], _ verdicts: [Verdict]) {
    let rows = [note("hi", above: 5), note("hi", above: 6)]
    #expect(judge(rows, image(threads: threads.map { ($0, $1, type: 1) })).map { $0?.verdict } == verdicts)
  }

  @Test func anElementOfARowInDoubtIsNotAnEarlierRows() {
    let rows = [note("hi", above: 5), note("hi", above: 6, isInDoubt: true)]
    #expect(judge(rows, image(threads: [(7, "hi", type: 1)])).map { $0?.verdict } == [.missing, nil])
  }

  @Test func countsAlsoWithoutBeforeImages() {
    let rows = [note("hi", above: nil), note("hi", above: nil)]
    #expect(
      Set(judge(rows, image(threads: [(3, "hi", type: 1)])).map { $0?.verdict }) == [.asAsked, .missing])
    #expect(
      judge(rows, image(threads: [(3, "hi", type: 1), (9, "hi", type: 1)])).map { $0?.verdict }
        == [.asAsked, .asAsked])
  }

  @Test func twoElementsOfOneRowNeedTwo() {
    let row = Done(
      patch: ["threads": [["text": "a", "entryType": ["id": 1]], ["entryType": ["id": 1]]]], mark: 5)
    #expect(judge([row], image(threads: [(6, "b", type: 1), (7, "a", type: 1)]))[0]?.verdict == .asAsked)
    // The first would do for both, but there is only one.
    #expect(judge([row], image(threads: [(6, "a", type: 1)]))[0]?.verdict == .missing)
  }

  @Test func reportsAnElementThatAnotherClientChanged() {
    let row = judge([note("hi", above: 5)], image(threads: [(6, "other", type: 1), (8, "hi", type: 2)]))[0]
    #expect(row?.verdict == .different)
    #expect(
      row?.differences == [
        VerifiedRow.Difference(
          AttributePlace("entryType", list: "threads", element: 8), asked: ["id": 1], actual: ["id": 2])
      ])
  }

  @Test func whatHangsBelowAnElementIsUndecided() {
    let row = Done(
      patch: ["UserActionURLBinding": [["URLBindingName": "id"]]],
      element: ElementAddress(list: "smartActions", id: 5))
    #expect(judge([row], image(), resource: .interactions)[0]?.verdict == .undecided)
  }

  @Test(
    arguments: [
      // The bytes of a file are not read back.
      (
        "fileAttachments", ["fileName": "a.txt", "data": "aGk="], ["id": 9, "fileName": "a.txt"],
        Verdict.asAsked
      ),
      ("fileAttachments", ["fileName": "a.txt", "data": "aGk="], ["id": 9, "fileName": "b.txt"], .missing),
      // The same moment in another form.
      (
        "billedMinutes", ["minutes": 5, "billTime": "2026-01-01T10:00:00+02:00"],
        ["id": 9, "minutes": 5, "billTime": "2026-01-01T08:00:00Z"], .asAsked
      ),
      ("otherContacts", ["id": 2], ["id": 2], .asAsked),
      ("otherContacts", ["id": 2], ["id": 3], .missing),
      ("otherContacts", ["lookupName": "Ann"], ["id": 3], .undecided),
    ] as [(String, JSONObject, JSONObject, Verdict)])
  func comparesElementsByWhatCanBeRead(
    _ list: String, _ asked: JSONObject, _ element: JSONObject, _ verdict: Verdict
  ) {
    var row = Done(patch: JSONObject([(list, .array([.object(asked)]))]))
    row.mark = 0
    let image = RecordImage(id: 7, lists: [list: [element]])
    #expect(judge([row], image)[0]?.verdict == verdict)
  }
}
