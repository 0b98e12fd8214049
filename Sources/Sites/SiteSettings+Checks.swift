public import Catalog

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The checks of a site's settings that need no request.
extension SiteSettings {
  /// Returns the parsed base URL.
  ///
  /// - Throws: `SiteError` if it is no base URL, or would carry the login unencrypted.
  public func checkedAddress() throws(SiteError) -> SiteAddress {
    let address: SiteAddress
    do throws(SiteAddress.Fault) {
      address = try SiteAddress(url)
    } catch {
      throw fault("url \(error.message)", hint: error.hint)
    }
    guard address.isEncrypted || address.isLoopback || allowsPlainHTTP else {
      throw fault(
        "url is plain http, so anyone on the network can read the login",
        hint: "use https, or set allow_plain_http: true")
    }
    return address
  }

  /// Checks the values of headers.
  ///
  /// - Throws: `SiteError` for a value that a header cannot carry or that the API refuses.
  func checkHeaders() throws(SiteError) {
    // The API refuses longer ones with 400 (`c_osvc_custom_headers`).
    guard (1...40).contains(applicationContext.utf8.count), applicationContext.isHeaderText else {
      throw fault(
        "application_context is not 1 to 40 printable ASCII characters",
        hint: "use a short constant name such as bulkpatch")
    }
    guard !userAgent.isEmpty, userAgent.isHeaderText else {
      throw fault("user_agent is not printable ASCII", hint: "leave user_agent out")
    }
    guard (1...9).contains(frameworkVersion) else {
      throw fault("framework_version \(frameworkVersion) is not 1 to 9", hint: "leave it out to send 4")
    }
    guard (1...Self.largestBatch).contains(batchLimit) else {
      throw fault("batch_limit \(batchLimit) is not 1 to \(Self.largestBatch)", hint: "leave it out")
    }
    if let metadataContext, metadataContext.isEmpty || !metadataContext.isHeaderText {
      throw fault(
        "metadata_context is not printable ASCII", hint: #"write it like sandbox="Name""#)
    }
    if let apiVersion, !kind.apiVersions.contains(apiVersion) {
      throw fault(
        "api_version \(apiVersion) is not one of \(kind.apiVersions.joined(separator: ", "))",
        hint: "leave it out to use \(kind.apiVersions[0])")
    }
    if kind == .fusionCX, case .session? = authentication {
      throw fault("auth: sites of kind fusion-cx have no session tokens", hint: "use basic or bearer")
    }
    guard case .basic(let user, _)? = authentication else { return }
    guard !user.isEmpty else { throw fault("auth: the user is empty", hint: "name the account under user") }
    // The first colon ends the user (RFC 7617, section 2).
    guard !user.contains(":"),
      !user.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
    else {
      throw fault(
        "auth: the user holds a colon or a control character", hint: "give only the account's name")
    }
  }

  /// Checks the files that libcurl will read, and the proxy's form.
  ///
  /// - Throws: `SiteError` for a file that cannot be read and a proxy that is no URL.
  func checkFiles() throws(SiteError) {
    var files: [(setting: String, path: String)] = []
    if let caFile { files.append(("ca_file", caFile)) }
    if let certificate = clientCertificate {
      files.append(("client certificate", certificate.certificateFile))
      files.append(("client certificate's key", certificate.keyFile))
    }
    for file in files where unsafe access(file.path, R_OK) != 0 {
      throw fault(
        "\(file.setting) \(file.path): cannot be read: \(SystemError(number: errno).words)",
        hint: "check the path; it must be a PEM file")
    }
    if let proxy, proxy.firstRange(of: "://") == nil || proxy.contains(where: { $0.isWhitespace }) {
      // The value is not shown, because it may contain the proxy's password.
      throw fault("proxy is not a URL", hint: "write it like http://proxy.example.com:3128")
    }
  }

  /// Each request is one transaction and ends after five minutes (Fusion reference, section 12).
  private static let largestBatch = 1000

  private func fault(_ what: String, hint: String) -> SiteError {
    SiteError(.configuration, message: "site \(name): \(what)", hint: hint)
  }
}

extension Dialect {
  /// The versions of the API that a site may name, with the default first.
  ///
  /// `latest` and `v1.4` are one model (`c_osvc_url_path`); many sites still use v1.3.
  public var apiVersions: [String] {
    switch self {
    case .b2cService: ["v1.4", "v1.3", "latest"]
    case .fusionCX: ["11.13.18.05", "latest"]
    }
  }
}

extension String {
  /// Indicates printable ASCII that does not begin or end with a blank.
  fileprivate var isHeaderText: Bool {
    utf8.allSatisfy { (0x20...0x7E).contains($0) } && first != " " && last != " "
  }
}
