import Catalog
import JSON
import Patches
import Records
import Sites
import Staging
import Synchronization
import Testing

@testable import Execution

/// Names that the site does not know fail only the rows that ask for them.
@Suite struct UnknownNameTests {
  private func rows(_ patches: [String]) -> [StagedRow] {
    patches.enumerated().map { index, patch in
      StagedRow(
        number: index + 1, line: index + 2, recordID: .integer(Int64(index + 1)), ordinal: 1, recordRows: 1,
        patch: patch, element: nil, isIdempotent: true, attempts: 0)
    }
  }

  private func read(
    _ patches: [String], unknown strangers: Set<String>, of resource: ResourceType = .incidents,
    isTalkative: Bool = true
  ) -> (reading: RecordReading, requests: Int) {
    let site = SimulatedSite(isTalkative: isTalkative)
    site.log.withLock { $0.strangers = strangers }
    let connection = site.makeConnection()
    let decision = RowDecision(resource: resource, takesSnapshots: true)
    let reading = decision.read(rows(patches).map { RowChanges($0, in: resource) }, through: connection)
    return (reading, connection.takeRequests().count)
  }

  @Test(arguments: [true, false])
  func onlyTheRowsThatNameItFail(isTalkative: Bool) throws {
    let patches = [
      #"{"subject":"a"}"#, #"{"severity":{"id":1}}"#, #"{"subject":"b","severity":null}"#,
      #"{"queue":{"id":1}}"#, #"{"threads":[{"id":3,"text":"x"}]}"#,
    ]
    let (reading, requests) = read(patches, unknown: ["severity"], isTalkative: isTalkative)
    #expect(reading.exchange.outcome == .applied)
    #expect(reading.refusals.keys.sorted() == [2, 3])
    #expect(reading.images.keys.sorted() == [1, 4, 5])
    let refusal = try #require(reading.refusals[2])
    #expect(
      refusal.message.hasPrefix("the site does not know severity: the site's release does not have it; leave")
    )
    #expect(refusal.status == 400 && refusal.hint != nil)
    #expect(requests < (isTalkative ? 6 : 12))
  }

  @Test func whatOnlyComesAlongIsLeftOut() {
    // A staff group goes with its account, and closedTime follows the status.
    let patches = [#"{"assignedTo":{"account":{"id":1}}}"#, #"{"statusWithType":{"status":{"id":2}}}"#]
    let (reading, _) = read(patches, unknown: ["assignedTo.staffGroup", "closedTime"])
    #expect(reading.exchange.outcome == .applied)
    #expect(reading.refusals.isEmpty)
    #expect(reading.images.count == 2)
  }

  @Test func saysWhatCanBeDone() throws {
    let declared = try ResourceType.interactions.declaring(["LegacyCd": DeclaredType(.code)])
    for (patch, name, remedy) in [
      (#"{"LegacyCd":"X"}"#, "LegacyCd", "extra_attributes"),
      (#"{"SubstatusCd":"X"}"#, "SubstatusCd", "attribute_names"),
      (#"{"Own_c":"X"}"#, "Own_c", "check its spelling on the site"),
      (#"{"QueueId":7}"#, "QueueId", "the site's release does not have it"),
      (#"{"InteractionData":[{"Value":"x"}]}"#, "InteractionData", "the site's release does not have it"),
    ] {
      let (reading, _) = read([patch], unknown: [name], of: declared)
      let message = try #require(reading.refusals[1]?.message, "\(name)")
      #expect(message.hasPrefix("the site does not know \(name): "))
      #expect(message.contains(remedy), "\(message)")
    }
  }

  @Test func severalAreNamedTogether() throws {
    let (reading, _) = read(
      [#"{"severity":null,"queue":null,"subject":"x"}"#], unknown: ["severity", "queue"], isTalkative: false)
    #expect(reading.refusals[1]?.message.hasPrefix("the site does not know severity and queue: ") == true)
  }

  @Test func aSiteThatRefusesEverythingIsTheTroubleOfTheRun() {
    let site = SimulatedSite()
    site.log.withLock { log in
      for id in 1...3 { log.hidden[.integer(Int64(id))] = .refused(.no) }
    }
    let decision = RowDecision(resource: .incidents, takesSnapshots: true)
    let reading = decision.read(
      rows([#"{"subject":"a"}"#, #"{"subject":"b"}"#, #"{"subject":"c"}"#])
        .map { RowChanges($0, in: .incidents) },
      through: site.makeConnection())
    #expect(reading.exchange.outcome == .refused(.no))
    #expect(reading.refusals.isEmpty)
  }
}
