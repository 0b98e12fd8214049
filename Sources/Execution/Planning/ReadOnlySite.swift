import Catalog
import Records
public import Sites

/// A read-only wrapper of a site, through which a dry run works.
public struct ReadOnlySite: Site {
  private let site: any Site

  /// Wraps a site.
  public init(_ site: any Site) { self.site = site }

  public var location: String { site.location }
  public var batchLimit: Int { 1 }
  public var requestTimeout: Duration { site.requestTimeout }
  public func makeConnection() -> any SiteConnection { Connection(site.makeConnection()) }

  private final class Connection: SiteConnection {
    private let connection: any SiteConnection

    init(_ connection: any SiteConnection) { self.connection = connection }

    func check() -> Exchange { connection.check() }

    func facts() -> SiteFacts { connection.facts() }

    func resolve(attribute: String, values: [String]) -> (Exchange, [String: [RecordID]]) {
      connection.resolve(attribute: attribute, values: values)
    }

    func read(_ request: ReadRequest) -> (Exchange, [RecordID: RecordImage]) { connection.read(request) }

    func values(
      of source: NameSource, containing part: String?, after id: Int64?, limit: Int
    ) -> (Exchange, [NamedRecord]) {
      connection.values(of: source, containing: part, after: id, limit: limit)
    }

    func records(named names: [String], in collection: String) -> (Exchange, [NamedRecord]) {
      connection.records(named: names, in: collection)
    }

    func detailed(_ records: [NamedRecord], in source: NameSource) -> (Exchange, [NamedRecord]) {
      connection.detailed(records, in: source)
    }

    func description(of places: [String]?) -> (Exchange, SiteDescription) {
      connection.description(of: places)
    }

    func select(_ selection: Selection, after id: RecordID?) -> (Exchange, SelectedPage) {
      connection.select(selection, after: id)
    }

    /// Refuses without asking the site.
    func send(_ write: Write) -> Exchange {
      Exchange(
        outcome: .refused(
          Refusal(status: nil, code: "read-only", message: "nothing is written in a dry run")))
    }

    func keep(to pacing: any RequestPacing) { connection.keep(to: pacing) }

    func takeRequests() -> [RequestRecord] { connection.takeRequests() }
  }
}
