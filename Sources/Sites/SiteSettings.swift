public import Catalog

/// One site's settings in `sites.yaml`, read and checked; secrets are referenced, never contained.
public struct SiteSettings: Sendable, Equatable {
  /// The name in `sites.yaml`, or the host of a site given as a URL.
  public var name: String
  public var kind: Dialect
  /// The scheme, host, port and optional path before the API's own path, such as `https://desk.example`.
  public var url: String
  public var authentication: Authentication?
  /// A PEM file of certificates to trust instead of the system's.
  public var caFile: String?
  public var clientCertificate: ClientCertificate?
  /// A proxy URL; `nil` leaves it to `http_proxy`, `https_proxy` and `no_proxy`.
  public var proxy: String?
  /// Sends `POST` with `X-HTTP-Method-Override: PATCH`, for networks that block PATCH.
  public var overridesMethod = false
  /// Allows plain `http` to a host that is not loopback.
  public var allowsPlainHTTP = false
  /// The value of `OSvC-CREST-Application-Context`: 1 to 40 characters, constant for a tool.
  public var applicationContext = "bulkpatch"
  /// The value of `REST-Framework-Version`, 1 to 9; Fusion CX only.
  public var frameworkVersion = 4
  /// The value of `Metadata-Context`, such as `sandbox="Name"`; Fusion CX only.
  public var metadataContext: String?
  /// The catalogue's attribute names → this site's, if the catalogue's spelling is inferred and wrong.
  public var attributeNames: [String: String] = [:]
  /// The types of attributes of this site that the catalogue does not have, by path.
  public var extraAttributes: [String: DeclaredType] = [:]
  /// The file with what this site adds to the catalogue.
  public var overlayFile: String?
  /// The version of the API in every address; `nil` for the one that bulkpatch is written for.
  ///
  /// That is the model of B2C Service (`v1.3`, `v1.4`, `latest`), or the resources of Fusion CX (`11.13.18.05`,
  /// `latest`).
  public var apiVersion: String?
  /// The largest number of writes in one batch; Fusion CX only.
  public var batchLimit = 100
  public var connectTimeout: Duration = .seconds(10)
  /// The time-out of one whole exchange, connecting included.
  public var requestTimeout: Duration = .seconds(60)
  /// The value of `User-Agent`; the command line adds its version, as in `bulkpatch/1.2.0`.
  public var userAgent = "bulkpatch"
  /// Requires a reason before anything is sent (`require_reason`).
  public var requiresReason = false
  /// Keeps the bodies of requests and answers for a log (`RequestRecord.bodies`); no key of `sites.yaml`.
  public var keepsBodies = false

  public init(name: String, kind: Dialect, url: String) {
    self.name = name
    self.kind = kind
    self.url = url
  }

  /// The sources of the site's secrets.
  private var secretSources: [SecretSource] {
    let login: SecretSource? =
      switch authentication {
      case .basic(_, let password): password
      case .bearer(let token), .session(let token): token
      case nil: nil
      }
    return [clientCertificate?.passphrase, login].compactMap { $0 }
  }

  /// The environment variables that contain the site's secrets.
  public var secretVariables: Set<String> {
    Set(
      secretSources.compactMap { source in
        if case .environment(let name) = source { name } else { nil }
      })
  }

  /// Returns the files that the site's secrets come from.
  ///
  /// They are the client's key, files that are read, and every word of a command that may be a path.
  ///
  /// - Parameters:
  ///   - environment: the process's environment variables.
  ///   - folder: the folder where commands start.
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

  /// Makes the commands that provide secrets start in a folder, wherever this process works.
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

  /// Returns the words of a shell command, without the shell's expansions.
  private static func words(of command: String) -> [String] {
    command.split { " \t\n'\"`$(){}<>|&;=".contains($0) }.map(String.init)
  }
}

/// The way to log in, and the source of the secret.
public enum Authentication: Sendable, Equatable {
  case basic(user: String, password: SecretSource)
  case bearer(token: SecretSource)
  /// The `Authorization: Session …` of B2C Service.
  case session(token: SecretSource)
}

/// A client certificate, as PEM files.
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

/// The source of a secret: never an argument, never a value in a file of ours.
public enum SecretSource: Sendable, Equatable {
  /// The environment variable of that name.
  case environment(String)
  /// The first line of that file.
  case file(String)
  /// The first line that this shell command prints, started in a folder; `nil` for that of this process.
  case command(String, in: String? = nil)
  /// A systemd credential: the file of that name in `$CREDENTIALS_DIRECTORY`.
  case credential(String)

  fileprivate func starting(in folder: String) -> SecretSource {
    if case .command(let command, _) = self { .command(command, in: folder) } else { self }
  }
}

/// The reactions of the site that a run switches off; B2C Service only.
public enum Suppression: String, Sendable, CaseIterable {
  /// Business rules do not run (`OSvC-CREST-Suppress-Rules`).
  case rules
  /// Custom processes do not run (`OSvC-CREST-Suppress-ExternalEvents`).
  case externalEvents = "external-events"
}
