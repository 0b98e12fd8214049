import Catalog
import Console
import Foundation
import Sites

extension SiteSettings {
  /// Reads one site's mapping; its paths start from `folder`, and a site without a name has its host's.
  ///
  /// - Throws: `UserError` with exit code 78 at the line of the error.
  init(_ site: SettingsMapping, name: String?, folder: String) throws(UserError) {
    try site.allow(SiteKey.first)
    guard let kind = try site.value("kind", Form<Dialect>.word) else {
      throw site.error(
        "kind", "the site has no 'kind'", hint: "say which API it speaks: kind: b2c-service")
    }
    guard let text = try site.value("url", .text) else {
      throw site.error("url", "the site has no 'url'", hint: "add one, such as url: https://desk.example")
    }
    let allowsPlainHTTP = try site.value("allow_plain_http", .boolean) ?? false
    do throws(SiteError) {
      try self.init(name: name, kind: kind, url: text, allowsPlainHTTP: allowsPlainHTTP)
    } catch { throw site.error("url", error.message, hint: error.hint) }
    authentication = try SiteSettings.authentication(site, folder: folder)
    caFile = try site.value("ca_file", .text).map { JobFile.resolve($0, in: folder) }
    clientCertificate = try SiteSettings.clientCertificate(site, folder: folder)
    proxy = try SiteSettings.proxy(site)
    overridesMethod = try site.value("method_override", .boolean) ?? overridesMethod
    applicationContext =
      try site.value("application_context", .text(upTo: 40)) ?? applicationContext
    frameworkVersion = try site.value("framework_version", .frameworkVersion) ?? frameworkVersion
    metadataContext = try site.value("metadata_context", .text(upTo: 200))
    batchLimit = try site.value("batch_limit", .batchLimit) ?? batchLimit
    apiVersion = try site.value("api_version", .apiVersion(of: kind))
    requiresReason = try site.value("require_reason", .boolean) ?? false
    extraAttributes = try site.declaredTypes("extra_attributes")
    overlayFile = try site.value("overlay", .text).map { JobFile.resolve($0, in: folder) }
    if let names = try site.mapping("attribute_names", "a mapping of the catalogue's names to the site's") {
      for entry in names.entries { attributeNames[entry.key] = try names.value(entry.key, .text) }
    }
    if let timeouts = try site.mapping("timeouts", "a mapping with the keys connect, request") {
      try timeouts.allow(["connect", "request"])
      connectTimeout = try timeouts.value("connect", .timeout) ?? connectTimeout
      requestTimeout = try timeouts.value("request", .timeout) ?? requestTimeout
    }
  }

  /// Creates a site at an address, which is checked here; a site without a name has its host's.
  ///
  /// - Throws: `SiteError`, in words that never repeat an address with a login in it.
  init(name: String?, kind: Dialect, url: String, allowsPlainHTTP: Bool = false) throws(SiteError) {
    self.init(name: name ?? "given as a URL", kind: kind, url: url)
    self.allowsPlainHTTP = allowsPlainHTTP
    userAgent = "bulkpatch/\(Program.version)"
    let address = try checkedAddress()
    self.url = address.url
    self.name = name ?? address.host
  }

  private static func authentication(_ site: SettingsMapping, folder: String) throws(UserError)
    -> Authentication?
  {
    guard let auth = try site.mapping("auth", "a mapping with one of the keys basic, bearer, session")
    else { return nil }
    try auth.allow(["basic", "bearer", "session"])
    guard auth.entries.count == 1, let way = auth.entries.first?.key else {
      throw site.error("auth", "'\(site.fullName("auth"))' must have exactly one of basic, bearer, session")
    }
    guard let login = try auth.mapping(way, way == "basic" ? "{user: …, password: …}" : "{token: …}")
    else { return nil }
    guard way == "basic" else {
      try login.allow(["token"])
      let token = try secret("token", of: login, folder: folder)
      return way == "bearer" ? .bearer(token: token) : .session(token: token)
    }
    try login.allow(["user", "password"])
    guard let user = try login.value("user", .text) else {
      throw auth.error(way, "'\(auth.fullName(way))' has no 'user'", hint: "add user: NAME")
    }
    return .basic(user: user, password: try secret("password", of: login, folder: folder))
  }

  private static func clientCertificate(_ site: SettingsMapping, folder: String) throws(UserError)
    -> ClientCertificate?
  {
    let expected = "{certificate: FILE, key: FILE}"
    guard let mapping = try site.mapping("client_certificate", expected) else { return nil }
    try mapping.allow(["certificate", "key", "passphrase"])
    guard let certificate = try mapping.value("certificate", .text), let key = try mapping.value("key", .text)
    else {
      throw site.error("client_certificate", "'\(site.fullName("client_certificate"))' must be \(expected)")
    }
    let passphrase =
      mapping["passphrase"] == nil ? nil : try secret("passphrase", of: mapping, folder: folder)
    return ClientCertificate(
      certificateFile: JobFile.resolve(certificate, in: folder),
      keyFile: JobFile.resolve(key, in: folder), passphrase: passphrase)
  }

  private static func proxy(_ site: SettingsMapping) throws(UserError) -> String? {
    guard let proxy = try site.value("proxy", .text) else { return nil }
    guard !proxy.contains("@") else {
      throw site.error(
        "proxy", "'\(site.fullName("proxy"))' has a login in it",
        hint: "leave proxy out and set https_proxy in the environment, which stays out of files")
    }
    return proxy
  }

  /// Returns the source of a secret; the secret itself is refused, and never repeated in the message.
  private static func secret(_ key: String, of mapping: SettingsMapping, folder: String)
    throws(UserError) -> SecretSource
  {
    let name = mapping.fullName(key)
    guard mapping[key] != nil else {
      throw mapping.error(
        key, "'\(name)' is missing", hint: "say where to get it: \(key): {env: NAME}")
    }
    guard mapping.isMapping(key) else {
      throw mapping.error(
        key, "'\(name)' holds the secret itself",
        hint: "say where to get it: {env: NAME}, {file: PATH}, {command: …} or {credential: NAME}")
    }
    let kinds = ["env", "file", "command", "credential"]
    guard
      let source = try mapping.mapping(key, "a mapping with one of the keys \(kinds.joined(separator: ", "))")
    else { throw mapping.error(key, "'\(name)' is missing") }
    try source.allow(kinds)
    guard source.entries.count == 1, let kind = source.entries.first?.key,
      let text = try source.value(kind, .text)
    else {
      throw mapping.error(key, "'\(name)' must have exactly one of \(kinds.joined(separator: ", "))")
    }
    return switch kind {
    case "env": .environment(text)
    case "file": .file(JobFile.resolve(text, in: folder))
    case "command": .command(text)
    default: .credential(text)
    }
  }
}
