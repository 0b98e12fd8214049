import Catalog
import Sites

/// A key of a site in `sites.yaml`: its place, the sites that have it, the form of its value, and its help.
///
/// What is not in this list is refused where a site is read.
struct SiteKey: Sendable {
  /// The key, after those that lead to it: `auth.basic.user`.
  var path: String
  /// The kind of sites that have it; empty for all.
  var sites = ""
  var expected: String
  var help: String

  private static let secret = "{env: NAME}, {file: PATH}, {command: TEXT} or {credential: NAME}"

  static let all: [SiteKey] = [
    SiteKey(path: "kind", expected: Form<Dialect>.word.expected, help: "The API that the site speaks."),
    SiteKey(path: "url", expected: "a URL", help: "The address before the API's own path."),
    SiteKey(path: "auth.basic.user", expected: Form.text.expected, help: "The user to log in as."),
    SiteKey(path: "auth.basic.password", expected: secret, help: "Where that user's password is."),
    SiteKey(
      path: "auth.bearer.token", expected: secret, help: "Where a token is, sent as Authorization: Bearer."),
    SiteKey(
      path: "auth.session.token", sites: Dialect.b2cService.rawValue, expected: secret,
      help: "Where a token is, sent as Authorization: Session."),
    SiteKey(
      path: "timeouts.connect", expected: Form.timeout.expected,
      help: "The wait for a connection (default: 10s)."),
    SiteKey(
      path: "timeouts.request", expected: Form.timeout.expected,
      help: "The wait for a whole answer (default: 60s)."),
    SiteKey(
      path: "ca_file", expected: "a path", help: "Certificates to trust in place of the system's, as PEM."),
    SiteKey(
      path: "client_certificate.certificate", expected: "a path", help: "A client certificate, as PEM."),
    SiteKey(path: "client_certificate.key", expected: "a path", help: "Its key, as PEM."),
    SiteKey(path: "client_certificate.passphrase", expected: secret, help: "Where the key's passphrase is."),
    SiteKey(
      path: "proxy", expected: "a URL without a login",
      help: "A proxy (default: https_proxy and no_proxy of the environment)."),
    SiteKey(
      path: "allow_plain_http", expected: Form.boolean.expected,
      help: "Allow plain http to another machine (default: false)."),
    SiteKey(
      path: "method_override", expected: Form.boolean.expected,
      help: "Send POST with X-HTTP-Method-Override, where a network blocks PATCH (default: false)."),
    SiteKey(
      path: "require_reason", expected: Form.boolean.expected,
      help: "Send nothing without a reason (default: false)."),
    SiteKey(
      path: "extra_attributes", expected: "a mapping of attribute paths to types",
      help: "The types of attributes that the catalogue does not have; a job's own win."),
    SiteKey(
      path: "overlay", expected: "a path",
      help:
        "What the site adds to the catalogue, as 'bulkpatch resources NAME --save' writes it; a job's own wins."
    ),
    SiteKey(
      path: "api_version",
      expected: "one of "
        + Dialect.allCases.flatMap(\.apiVersions).reduce(into: [String]()) {
          if !$0.contains($1) { $0.append($1) }
        }.joined(separator: ", "),
      help: "The version in every address (default: the one that bulkpatch is written for)."),
    SiteKey(
      path: "application_context", sites: Dialect.b2cService.rawValue,
      expected: Form.text(upTo: 40).expected,
      help: "The name of the client in the site's logs (default: bulkpatch)."),
    SiteKey(
      path: "framework_version", sites: Dialect.fusionCX.rawValue, expected: Form.frameworkVersion.expected,
      help: "The REST-Framework-Version to ask for (default: 4)."),
    SiteKey(
      path: "metadata_context", sites: Dialect.fusionCX.rawValue, expected: Form.text(upTo: 200).expected,
      help: "The Metadata-Context to send, such as sandbox=\"Name\"."),
    SiteKey(
      path: "batch_limit", sites: Dialect.fusionCX.rawValue, expected: Form.batchLimit.expected,
      help: "The largest number of rows in one request (default: 100)."),
    SiteKey(
      path: "attribute_names", sites: Dialect.fusionCX.rawValue,
      expected: "a mapping of the catalogue's names to the site's",
      help: "The site's own names, where the catalogue marks a spelling as inferred."),
  ]

  /// The keys that a site's mapping may have itself.
  static let first: [String] = all.map { String($0.path.prefix { $0 != "." }) }.reduce(into: []) {
    if !$0.contains($1) { $0.append($1) }
  }
}
