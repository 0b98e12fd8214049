#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A site's settings after they are checked and their secrets are read.
struct SiteAccess: Sendable {
  /// The scheme, host, port and path before the API's own path.
  let location: String
  let login: SiteLogin
  let transport: TransportSettings

  /// - Parameter waiting: called when a secret takes a while.
  /// - Throws: `SiteError` of kind `configuration` for a wrong setting, `login` for a secret that cannot be read.
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
    if let key = settings.clientCertificate?.keyFile, passphrase == nil, SecretFile.isEncryptedKey(key) {
      throw SiteError(
        .login, message: "site \(settings.name): the client certificate's key \(key) is encrypted",
        hint: "say where its passphrase is: client_certificate: {passphrase: {file: …}}")
    }
    location = address.url
    let proxy =
      settings.proxy.map { TransportSettings.Proxy.url($0) } ?? (address.isLoopback ? .none : .environment)
    transport = TransportSettings(
      userAgent: settings.userAgent, caFile: settings.caFile,
      clientCertificate: settings.clientCertificate.map { ($0.certificateFile, $0.keyFile, passphrase) },
      proxy: proxy, proxyTraces: LoginTraces(of: proxy.secrets(ProcessInfo.processInfo.environment)),
      connectTimeout: settings.connectTimeout, requestTimeout: settings.requestTimeout,
      keepsBodies: settings.keepsBodies)
  }
}
