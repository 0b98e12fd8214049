import Foundation
import TestSupport
import Testing

/// Service requests of Fusion CX through the real binary: records that are named by texts, some of them with
/// slashes, blanks, quotes and letters beyond ASCII.
@Suite(.blocking) struct ServiceRequestRunTests {
  @Test(arguments: [["--batch", "auto"], ["--batch", "off"], ["--no-snapshot"]])
  func areChangedAtTheirNumbersAndPutBack(options: [String]) throws {
    let desk = try Desk(serviceRequests: 50)
    let numbers = try desk.serviceRequestNumbers()
    #expect(numbers.contains("SR/2024/000003") && numbers.contains("0000000005"))
    let before = try desk.serviceRequestFacts()
    try desk.folder.write(
      "sheet.csv",
      "SrNumber,Title,SeverityCd\n" + numbers.map { "\($0),moved,ORA_SVC_SEV1\n" }.joined())
    try desk.call(Desk.serviceRequestRun("sheet.csv") + options, exits: 0)
    #expect(try desk.serviceRequestFacts() == before.mapValues { _ in "moved; ORA_SVC_SEV1" })
    #expect(try desk.serviceRequestPatches() == Dictionary(uniqueKeysWithValues: numbers.map { ($0, 1) }))
    let changes = try desk.runText("changes.csv")
    guard options != ["--no-snapshot"] else { return }
    #expect(numbers.allSatisfy { changes.contains("\($0),Title,") })
    try desk.call(["verify", "latest"], exits: 0)

    try desk.call(["rollback", "latest", "--record", "SR/2024/000003"] + Desk.quick, exits: 0)
    #expect(
      try desk.serviceRequestFacts().filter { $0.value == before[$0.key] }.keys.sorted() == ["SR/2024/000003"]
    )
    let first = try #require(desk.runFolders().first)
    try desk.call(
      ["rollback", (first as NSString).lastPathComponent] + Desk.quick, exits: 0)
    #expect(try desk.serviceRequestFacts() == before)
  }

  @Test func tellsNumbersApartThatLookAlike() throws {
    let desk = try Desk(
      records: ["12", "0012", "1e1", "SR 1", "SR/1"].map {
        #"{"resource": "serviceRequests", "SrNumber": "\#($0)", "Title": "was"}"#
      })
    try desk.writeSites(request: "1s")
    try desk.folder.write("sheet.csv", "SrNumber,Title\n0012,a\nSR/1,b\n012,c\n..,d\n0012,e\n1e1,f\n")
    try desk.call(Desk.serviceRequestRun("sheet.csv", "--on-failure", "continue"), exits: 1)
    let facts = try desk.serviceRequestFacts().mapValues { $0.prefix(3) }
    #expect(facts == ["12": "was", "0012": "e; ", "1e1": "f; ", "SR 1": "was", "SR/1": "b; "])
    #expect(
      try desk.states() == [
        1: "applied", 2: "applied", 3: "failed", 4: "rejected", 5: "applied", 6: "applied",
      ])
    #expect(try desk.runText("failed.csv").contains("there is no service request with SrNumber 012"))
    #expect(try desk.serviceRequestPatches()["0012"] == 2)
    let shown = try desk.call(["results", "latest", "--format", "jsonl"], exits: 0).standardOutput
    #expect(shown.contains(#""_record_id":"0012""#))
  }
}
