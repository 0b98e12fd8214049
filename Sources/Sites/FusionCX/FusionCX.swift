public import Catalog

/// A site of Oracle Fusion CX Sales and Service, accessed over REST 11.13.18.05 (the ADF REST framework).
///
/// The version in the path is frozen. `REST-Framework-Version` decides the form of answers
/// (`Set_the_REST_Framework_Version`), and all its versions are supported.
public final class FusionCX: Site {
  public var location: String { access.location }
  public var requestTimeout: Duration { access.transport.requestTimeout }
  public let batchLimit: Int
  /// The URL up to the version, which lists the versions there are.
  let root: String
  /// The version of the resources.
  let version: String
  /// The URL up to the resource's name; a batch is posted to it.
  let base: String
  let resource: ResourceType
  let access: SiteAccess
  let overridesMethod: Bool
  let frameworkVersion: Int
  private let settings: SiteSettings

  /// Checks the settings and reads the secrets; sends nothing yet.
  ///
  /// - Parameter waiting: called when a secret takes a while, now or later.
  /// - Throws: `SiteError` of kind `configuration` for a wrong setting, `login` for a secret that cannot be read.
  public init(
    settings: SiteSettings, resource: ResourceType, waiting: @escaping WaitTeller = { _ in }
  ) throws(SiteError) {
    access = try SiteAccess(settings, waiting: waiting)
    root = "\(access.location)/crmRestApi/resources"
    version = settings.apiVersion ?? settings.kind.apiVersions[0]
    base = "\(root)/\(version)"
    batchLimit = settings.batchLimit
    overridesMethod = settings.overridesMethod
    frameworkVersion = settings.frameworkVersion
    self.settings = settings
    self.resource = resource
  }

  public func makeConnection() -> any SiteConnection { FusionConnection(self) }

  /// Returns the headers of every request, except `Authorization`.
  ///
  /// `application/json` is the one type that every kind of answer may have, errors included. With the error's own
  /// type alone the answer was 406 (reference, section 5). `X-Requested-By` is required by sites that guard against
  /// forged requests, and means nothing elsewhere.
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
  /// The `Accept` for a status without an item, which saves the site work; errors are still reported.
  static let nothing = "\(item);q=0, \(error)"
}
