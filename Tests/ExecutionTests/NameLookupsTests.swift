import Catalog
import Execution
import JSON
import Records
import Sites
import Synchronization
import Testing

/// The names of a sheet, looked up in bulk.
@Suite struct NameLookupsTests {
  /// A site with some people and one menu.
  private final class Register: SiteConnection {
    var people = [
      NamedRecord(id: 17, name: "Alex Kim"), NamedRecord(id: 42, name: "Alex Kim"),
      NamedRecord(id: 8, name: "Ana Kaya"),
    ]
    var asked: [String] = []
    var outcome = Outcome.applied

    func check() -> Exchange { Exchange(outcome: .applied) }
    func send(_ write: Write) -> Exchange { Exchange(outcome: .applied) }
    func resolve(attribute: String, values: [String]) -> (Exchange, [String: [RecordID]]) {
      (Exchange(outcome: .applied), [:])
    }
    func read(_ request: ReadRequest) -> (Exchange, [RecordID: RecordImage]) {
      (Exchange(outcome: .applied), [:])
    }
    func keep(to pacing: any RequestPacing) {}
    func takeRequests() -> [RequestRecord] { [] }

    func values(
      of source: NameSource, containing part: String?, after id: Int64?, limit: Int
    ) -> (Exchange, [NamedRecord]) {
      asked.append("list")
      if case .collection = source { return (Exchange(outcome: .applied), people) }
      return (Exchange(outcome: outcome), [NamedRecord(id: 3, name: "Waiting")])
    }

    func records(named names: [String], in collection: String) -> (Exchange, [NamedRecord]) {
      asked.append(names.joined(separator: "|"))
      return (Exchange(outcome: outcome), people.filter { names.contains($0.name) })
    }
  }

  private let account = "assignedTo.account"

  @Test func oneSeveralAndNone() {
    let register = Register()
    var lookups = NameLookups(register, resource: .incidents, cache: NameCache())
    let names = ["Ana Kaya", "Alex Kim", "Ana Kyaa"].map { GivenName(place: account, name: $0) }
    #expect(lookups.resolve(names + [GivenName(place: "statusWithType.status", name: "Waiting")]) == .applied)
    #expect(lookups.verdicts[names[0]] == .known(8))
    #expect(lookups.verdicts[names[1]] == .ambiguous(Array(register.people.prefix(2))))
    #expect(lookups.verdicts[names[2]] == .unknown(near: [register.people[2]]))
    #expect(lookups.verdicts[GivenName(place: "statusWithType.status", name: "Waiting")] == .known(3))
    #expect(register.asked == ["Alex Kim|Ana Kaya|Ana Kyaa", "list", "list"])
  }

  /// An old answer never says that a name is unknown or means several.
  @Test func onlyWhatWasFoundIsKept() throws {
    let register = Register()
    var first = NameLookups(register, resource: .incidents, cache: NameCache())
    let known = GivenName(place: account, name: "Ana Kaya")
    let missing = GivenName(place: account, name: "Bram Diaz")
    _ = first.resolve([known, missing])
    let cache = NameCache(try JSONValue(parsing: first.cache.json.bytes()))
    register.people.append(NamedRecord(id: 9, name: "Bram Diaz"))
    register.asked = []
    var second = NameLookups(register, resource: .incidents, cache: cache)
    _ = second.resolve([known, missing])
    #expect(second.verdicts == [known: .known(8), missing: .known(9)])
    #expect(register.asked == ["Bram Diaz"])
  }

  @Test func aQuestionThatIsForbiddenLeavesTheNamesToTheSite() {
    let register = Register()
    var refusal = Refusal(status: 403, code: "OSC-CREST-00028", message: "no permission")
    register.outcome = .refused(refusal)
    var lookups = NameLookups(register, resource: .incidents, cache: NameCache())
    let name = GivenName(place: account, name: "Ana Kaya")
    #expect(lookups.resolve([name]) == .applied)
    #expect(lookups.verdicts[name] == .unchecked("no permission"))
    refusal.status = 503
    register.outcome = .retryLater(after: nil, refusal)
    var busy = NameLookups(register, resource: .incidents, cache: NameCache())
    #expect(busy.resolve([name]) == .retryLater(after: nil, refusal))
    #expect(busy.verdicts.isEmpty)
  }
}
