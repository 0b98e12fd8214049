public import Catalog

/// What `sites.yaml` says of one site, read and checked; secrets are named here, never held.
public struct SiteSettings: Sendable, Equatable {
  /// The name in `sites.yaml`, or the host when the site was given as a URL.
  public var name: String
  public var kind: Dialect
  /// Scheme, host, port and optional path before the API's own path, such as `https://desk.example`.
  public var url: String
  public var authentication: Authentication?
  /// A PEM file of certificates to trust in place of the system's.
  public var caFile: String?
  public var clientCertificate: ClientCertificate?
  /// A proxy URL; `nil` leaves it to `http_proxy`, `https_proxy` and `no_proxy`.
  public var proxy: String?
  /// Send `POST` with `X-HTTP-Method-Override: PATCH`, for networks that block PATCH.
  public var overridesMethod = false
  /// Plain `http` to a host that is not loopback is refused unless this is set.
  public var allowsPlainHTTP = false
  /// Sent as `OSvC-CREST-Application-Context`: 1 to 40 characters, constant for a tool.
  public var applicationContext = "bulkpatch"
  /// Sent as `REST-Framework-Version`, 1 to 9; Fusion CX only.
  public var frameworkVersion = 4
  /// Sent as `Metadata-Context`, such as `sandbox="Name"`; Fusion CX only.
  public var metadataContext: String?
  /// The catalogue's names of attributes → this site's, where the catalogue's spelling is inferred and wrong.
  public var attributeNames: [String: String] = [:]
  /// The types of attributes that this site has and the catalogue does not, by path.
  public var extraAttributes: [String: DeclaredType] = [:]
  /// The version of the API in every address: the model of B2C Service (`v1.3`, `v1.4`, `latest`), the resources of
  /// Fusion CX (`11.13.18.05`, `latest`); `nil` for the one that the tool is written for.
  public var apiVersion: String?
  /// How many writes one batch carries at most; Fusion CX only.
  public var batchLimit = 100
  public var connectTimeout: Duration = .seconds(10)
  /// Of one whole exchange, connecting included.
  public var requestTimeout: Duration = .seconds(60)
  /// Sent as `User-Agent`; the command line adds its version, as in `bulkpatch/1.2.0`.
  public var userAgent = "bulkpatch"
  /// Nothing is sent there without a reason (`require_reason`).
  public var requiresReason = false
  /// Keep the bodies of requests and answers for a log (`RequestRecord.bodies`); no key of `sites.yaml`.
  public var keepsBodies = false

  public init(name: String, kind: Dialect, url: String) {
    self.name = name
    self.kind = kind
    self.url = url
  }

  /// Where the site's secrets come from.
  private var secretSources: [SecretSource] {
    let login: SecretSource? =
      switch authentication {
      case .basic(_, let password): password
      case .bearer(let token), .session(let token): token
      case nil: nil
      }
    return [clientCertificate?.passphrase, login].compactMap { $0 }
  }

  /// The environment variables that the site's secrets are in, as far as they are.
  public var secretVariables: Set<String> {
    Set(
      secretSources.compactMap { source in
        if case .environment(let name) = source { name } else { nil }
      })
  }

  /// The files that the site's secrets come from: the client's key, what is read, and every word of a command that may be
  /// a path.
  ///
  /// - Parameters:
  ///   - environment: the process's environment variables.
  ///   - folder: where commands start.
  public func secretFiles(_ environment: [String: String], in folder: String) -> [String] {
    let files = secretSources.flatMap { source -> [String] in
      switch source {
      case .environment: []
      case .file(let path): [path]
      case .command(let command, _):
        SiteSettings.words(of: command).map { $0.hasPrefix("/") ? $0 : "\(folder)/\($0)" }
      case .credential(let name): environment["CREDENTIALS_DIRECTORY"].map { ["\($0)/\(name)"] } ?? []
      }
    }
    return files + (clientCertificate.map { [$0.keyFile] } ?? [])
  }

  /// Has the commands that the secrets come from start in a folder, wherever this process works.
  public mutating func startCommands(in folder: String) {
    switch authentication {
    case .basic(let user, let password):
      authentication = .basic(user: user, password: password.starting(in: folder))
    case .bearer(let token): authentication = .bearer(token: token.starting(in: folder))
    case .session(let token): authentication = .session(token: token.starting(in: folder))
    case nil: break
    }
    let passphrase = clientCertificate?.passphrase?.starting(in: folder)
    clientCertificate?.passphrase = passphrase
  }

  /// The words of a shell command, without what the shell makes of them.
  private static func words(of command: String) -> [String] {
    command.split { " \t\n'\"`$(){}<>|&;=".contains($0) }.map(String.init)
  }
}

/// How to log in, and where the secret is to be had.
public enum Authentication: Sendable, Equatable {
  case basic(user: String, password: SecretSource)
  case bearer(token: SecretSource)
  /// B2C Service's `Authorization: Session …`.
  case session(token: SecretSource)
}

/// A certificate to show to the site, PEM files.
public struct ClientCertificate: Sendable, Equatable {
  public var certificateFile: String
  public var keyFile: String
  public var passphrase: SecretSource?

  public init(certificateFile: String, keyFile: String, passphrase: SecretSource? = nil) {
    self.certificateFile = certificateFile
    self.keyFile = keyFile
    self.passphrase = passphrase
  }
}

/// Where a secret is to be had: never an argument, never a value in a file of ours.
public enum SecretSource: Sendable, Equatable {
  /// An environment variable of that name.
  case environment(String)
  /// The first line of that file.
  case file(String)
  /// The first line that this shell command prints, when it starts in a folder; `nil`: where this process works.
  case command(String, in: String? = nil)
  /// A systemd credential: the file of that name in `$CREDENTIALS_DIRECTORY`.
  case credential(String)

  fileprivate func starting(in folder: String) -> SecretSource {
    if case .command(let command, _) = self { .command(command, in: folder) } else { self }
  }
}

/// Which reactions of the site a run switches off; B2C Service only.
public enum Suppression: String, Sendable, CaseIterable {
  /// Business rules do not run (`OSvC-CREST-Suppress-Rules`).
  case rules
  /// Custom processes do not run (`OSvC-CREST-Suppress-ExternalEvents`).
  case externalEvents = "external-events"
}
