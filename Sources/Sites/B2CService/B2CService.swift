public import Catalog
import Records

/// A site of Oracle B2C Service, accessed over Connect REST, v1.4 unless its settings name another version.
///
/// Header names and rules: "Custom HTTP headers" (`c_osvc_custom_headers`), "Suppressing rules and external events"
/// (`c_osvc_suppressing_rules_and_external_events`).
public final class B2CService: Site {
  public var location: String { access.location }
  public var requestTimeout: Duration { access.transport.requestTimeout }
  /// The URL up to the resource's name.
  let base: String
  /// The URL up to a record's key.
  let collection: String
  /// The version of the API in that URL.
  let version: String
  let resource: ResourceType
  let access: SiteAccess
  let overridesMethod: Bool
  /// Indicates that a record's body may be for several addresses.
  let hasKeyedAddresses: Bool
  private let settings: SiteSettings
  private let suppress: Set<Suppression>

  /// Checks the settings and reads the secrets; sends nothing yet.
  ///
  /// - Parameters:
  ///   - suppress: the site's reactions to a write that are switched off.
  ///   - waiting: called when a secret takes a while, now or later.
  /// - Throws: `SiteError` of kind `configuration` for a wrong setting, `login` for a secret that cannot be read.
  public init(
    settings: SiteSettings, resource: ResourceType, suppress: Set<Suppression> = [],
    waiting: @escaping WaitTeller = { _ in }
  ) throws(SiteError) {
    access = try SiteAccess(settings, waiting: waiting)
    version = settings.apiVersion ?? settings.kind.apiVersions[0]
    base = "\(access.location)/services/rest/connect/\(version)"
    collection = "\(base)/\(resource.name)"
    overridesMethod = settings.overridesMethod
    hasKeyedAddresses = resource.hasKeyedAddresses
    self.settings = settings
    self.resource = resource
    self.suppress = suppress
  }

  public func makeConnection() -> any SiteConnection { B2CConnection(self) }

  /// The headers of every request, except `Authorization` and the access token.
  var headers: [(name: String, value: String)] {
    [
      ("Accept", "application/json"),
      ("OSvC-CREST-Application-Context", settings.applicationContext),
    ]
  }

  /// The headers of every read.
  ///
  /// With the second one, points in time without an offset are in UTC (reference, section 2.1).
  var readHeaders: [(name: String, value: String)] { headers + [("OSvC-CREST-Time-UTC", "yes")] }

  /// Returns the additional headers of writes with that method; the suppressing ones are not allowed on reads.
  func writeHeaders(_ method: HTTPRequest.Method) -> [(name: String, value: String)] {
    // libcurl would ask for permission before sending a body of over a mebibyte; an empty value prevents that.
    var headers = [("Content-Type", "application/json"), ("Expect", "")]
    if suppress == Set(Suppression.allCases) {
      headers.append(("OSvC-CREST-Suppress-All", "true"))
    } else {
      for suppression in suppress { headers.append((suppression.headerName, "true")) }
    }
    if overridesMethod, method != .post { headers.append(("X-HTTP-Method-Override", method.rawValue)) }
    return headers
  }
}

extension Suppression {
  fileprivate var headerName: String {
    switch self {
    case .rules: "OSvC-CREST-Suppress-Rules"
    case .externalEvents: "OSvC-CREST-Suppress-ExternalEvents"
    }
  }
}
