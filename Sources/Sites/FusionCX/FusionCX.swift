public import Catalog

/// A site of Oracle Fusion CX Sales and Service, spoken to over REST 11.13.18.05 (the ADF REST framework).
///
/// The version in the path is frozen; what an answer looks like is decided by `REST-Framework-Version`
/// (`Set_the_REST_Framework_Version`), and every one of its versions is understood.
public final class FusionCX: Site {
  public var location: String { access.location }
  public var requestTimeout: Duration { access.transport.requestTimeout }
  public let batchLimit: Int
  /// Everything of a URL before the resource's name; a batch is posted to it.
  let base: String
  let resource: ResourceType
  let access: SiteAccess
  let overridesMethod: Bool
  let frameworkVersion: Int
  private let settings: SiteSettings

  /// Checks the settings and reads the secrets; nothing is sent yet.
  ///
  /// - Parameter waiting: told when a secret is waited for, now or later.
  /// - Throws: `SiteError` of kind `configuration` for a setting that is wrong, `login` for a secret that
  ///   cannot be read.
  public init(
    settings: SiteSettings, resource: ResourceType, waiting: @escaping WaitTeller = { _ in }
  ) throws(SiteError) {
    access = try SiteAccess(settings, waiting: waiting)
    base = "\(access.location)/crmRestApi/resources/\(settings.apiVersion ?? settings.kind.apiVersions[0])"
    batchLimit = settings.batchLimit
    overridesMethod = settings.overridesMethod
    frameworkVersion = settings.frameworkVersion
    self.settings = settings
    self.resource = resource
  }

  public func makeConnection() -> any SiteConnection { FusionConnection(self) }

  /// The headers of every request but `Authorization`.
  ///
  /// `application/json` is the one type that every kind of answer may have, errors included; naming the error's
  /// own type alone was answered 406 (reference, section 5). `X-Requested-By` is asked for where the site guards
  /// against forged requests, and means nothing elsewhere.
  func headers(accept: String = MediaType.json) -> [(name: String, value: String)] {
    var headers = [
      ("Accept", accept), ("REST-Framework-Version", String(frameworkVersion)),
      ("X-Requested-By", settings.applicationContext),
    ]
    if let context = settings.metadataContext { headers.append(("Metadata-Context", context)) }
    return headers
  }
}

/// The framework's media types (`Supported_Media_Types`).
enum MediaType {
  static let json = "application/json"
  static let item = "application/vnd.oracle.adf.resourceitem+json"
  static let batch = "application/vnd.oracle.adf.batch+json"
  static let error = "application/vnd.oracle.adf.error+json"
  static let bytes = "application/octet-stream"
  /// As `Accept`: a status and no item, which spares the site its computing; errors are still told.
  static let nothing = "\(item);q=0, \(error)"
}
