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

    func resolve(attribute: String, values: [String]) -> (Exchange, [String: [Int64]]) {
      connection.resolve(attribute: attribute, values: values)
    }

    func read(_ request: ReadRequest) -> (Exchange, [Int64: RecordImage]) { connection.read(request) }

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
