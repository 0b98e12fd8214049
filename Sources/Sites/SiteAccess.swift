/// What a site's settings come to once they are checked and their secrets are read.
struct SiteAccess: Sendable {
  /// Scheme, host, port and path before the API's own path.
  let location: String
  let login: SiteLogin
  let transport: TransportSettings

  /// - Parameter waiting: told when a secret is waited for.
  /// - Throws: `SiteError` of kind `configuration` for a setting that is wrong, `login` for a secret that cannot be
  ///   read.
  init(_ settings: SiteSettings, waiting: @escaping WaitTeller) throws(SiteError) {
    let address = try settings.checkedAddress()
    try settings.checkHeaders()
    try settings.checkFiles()
    let passphrase: Secret?
    do throws(SecretError) {
      login = try SiteLogin(settings.authentication, waiting: waiting)
      passphrase = try settings.clientCertificate?.passphrase?.read(waiting: waiting)
    } catch {
      throw SiteError(.login, message: "site \(settings.name): \(error.message)", hint: error.hint)
    }
    location = address.url
    transport = TransportSettings(
      userAgent: settings.userAgent, caFile: settings.caFile,
      clientCertificate: settings.clientCertificate.map { ($0.certificateFile, $0.keyFile, passphrase) },
      proxy: settings.proxy.map { .url($0) } ?? (address.isLoopback ? .none : .environment),
      connectTimeout: settings.connectTimeout, requestTimeout: settings.requestTimeout,
      keepsBodies: settings.keepsBodies)
  }
}
