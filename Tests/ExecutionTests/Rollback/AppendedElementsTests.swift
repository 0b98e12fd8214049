import Catalog
import Execution
import JSON
import Records
import Sites
import Staging
import Testing

/// The owner of each thread, when several rows of a record have appended some.
@Suite struct AppendedElementsTests {
  /// A site that shows the threads of one record.
  private final class Threads: SiteConnection {
    let threads: [JSONObject]
    var outcome = Outcome.applied
    init(_ threads: [JSONObject]) { self.threads = threads }

    func check() -> Exchange { Exchange(outcome: .applied) }
    func send(_ write: Write) -> Exchange { Exchange(outcome: .applied) }
    func keep(to pacing: any RequestPacing) {}
    func takeRequests() -> [RequestRecord] { [] }
    func resolve(attribute: String, values: [String]) -> (Exchange, [String: [RecordID]]) {
      (Exchange(outcome: .applied), [:])
    }
    func read(_ request: ReadRequest) -> (Exchange, [RecordID: RecordImage]) {
      (Exchange(outcome: outcome), [7: RecordImage(id: 7, lists: ["threads": threads])])
    }
  }

  private func thread(_ id: Int64, _ text: String, _ type: Int64 = 1) -> JSONObject {
    ["id": .integer(id), "text": .string(text), "entryType": ["id": .integer(type), "lookupName": "T"]]
  }

  private func row(_ number: Int, mark: Int64, _ texts: String...) -> CarriedOutRow {
    let threads = texts.map { ["text": .string($0), "entryType": ["id": 1]] as JSONValue }
    return CarriedOutRow(
      number: number, line: number, state: .applied, recordID: 7,
      patch: JSONObject("threads", .array(threads)).text(),
      snapshot: Snapshot(
        row: number, recordID: 7, token: nil, values: [:],
        lists: ["threads": ["high_water_mark": .integer(mark), "elements": []]]))
  }

  private func find(_ rows: [CarriedOutRow], among threads: [JSONObject]) -> [Int: [AppendedElement]] {
    var appended = AppendedElements(resource: .incidents, retractText: "gone")
    return appended.find(rows.map(changed), through: Threads(threads)).found
  }

  private func changed(_ row: CarriedOutRow) -> (row: CarriedOutRow, changes: PatchChanges) {
    (row, ResourceType.incidents.changes(inText: row.patch, element: nil))
  }

  private func found(_ key: Int64) -> AppendedElement { .found(key: key, audience: 1, selector: "id") }

  @Test func givesIdenticalTextsToTheRowsThatWroteThem() {
    let threads = [thread(1, "same"), thread(5, "same"), thread(8, "same"), thread(9, "same")]
    let found = find(
      [row(3, mark: 8, "same"), row(2, mark: 5, "same"), row(1, mark: 1, "same")], among: threads)
    #expect(found == [3: [self.found(9)], 2: [self.found(8)], 1: [self.found(5)]])
  }

  @Test func tellsTwoOfOneRowApart() {
    let found = find([row(1, mark: 1, "same", "same")], among: [thread(2, "same"), thread(3, "same")])
    #expect(found == [1: [self.found(2), self.found(3)]])
  }

  @Test func recognisesATextThatTheSiteHasTrimmed() {
    #expect(find([row(1, mark: 1, "a \r\nb\n")], among: [thread(2, "a\nb")]) == [1: [found(2)]])
  }

  @Test func neverTakesWhatWasThereBeforeOrCameLater() {
    let threads = [thread(4, "same"), thread(9, "same")]
    #expect(find([row(2, mark: 8, "other"), row(1, mark: 4, "same")], among: threads)[1] == [.missing])
  }

  @Test(arguments: [
    ("edited", AppendedElement.changed), ("gone", .retractedBefore),
  ])
  func tellsAnEditedOneFromARetractedOne(text: String, verdict: AppendedElement) {
    #expect(find([row(1, mark: 1, "same")], among: [thread(2, text)]) == [1: [verdict]])
  }

  @Test func remembersTheBoundFromOnePageToTheNext() {
    let site = Threads([thread(5, "same"), thread(9, "same")])
    var appended = AppendedElements(resource: .incidents, retractText: "gone")
    #expect(appended.find([changed(row(2, mark: 5, "same"))], through: site).found == [2: [found(9)]])
    #expect(appended.find([changed(row(1, mark: 1, "same"))], through: site).found == [1: [found(5)]])
  }

  @Test func tellsWhenTheSiteCannotBeRead() {
    let site = Threads([])
    site.outcome = .retryLater(after: nil, .busy)
    var appended = AppendedElements(resource: .incidents, retractText: "gone")
    let (exchange, found) = appended.find([changed(row(1, mark: 1, "x"))], through: site)
    #expect(exchange.outcome == .retryLater(after: nil, .busy))
    #expect(found.isEmpty)
  }
}
