import Foundation
import TestSupport
import Testing

@testable import Sites

/// Encrypted connections, against the server that comes with openssl.
@Suite(.enabled(if: TLSServer.isAvailable, "openssl is not on this machine"))
struct TLSTests {
  @Test func anUntrustedCertificateIsRefusedBeforeAnythingIsSent() throws {
    let server = try TLSServer()
    let exchange = try SiteSettings.test(server.url).connection().check()
    guard case .retryLater(nil, let refusal) = exchange.outcome else {
      Issue.record("\(exchange.outcome)")
      return
    }
    #expect(refusal.code == "certificate")
    #expect(refusal.message.hasPrefix("the site's certificate is not trusted: "))
    #expect(refusal.hint == "set ca_file to the certificate of your certificate authority")
  }

  @Test func theSitesOwnAuthorityIsTrustedWithItsFile() throws {
    let server = try TLSServer()
    let settings = SiteSettings.test(server.url) { $0.caFile = server.certificate }
    #expect(try settings.connection().check().outcome == .applied)
  }

  @Test func aCertificateForAnotherHostIsRefused() throws {
    let server = try TLSServer(host: "DNS:other.example")
    let settings = SiteSettings.test(server.url) { $0.caFile = server.certificate }
    #expect(try settings.connection().check().outcome.refusal?.code == "certificate")
  }

  @Test func aFileThatHoldsNoCertificateIsNamed() throws {
    let server = try TLSServer()
    let settings = SiteSettings.test(server.url) {
      $0.caFile = try? server.folder.write("empty.pem", "nothing\n")
    }
    let refusal = try settings.connection().check().outcome.refusal
    #expect(refusal?.code == "certificate")
    #expect(refusal?.message.hasPrefix("ca_file cannot be used") == true)
  }

  @Test func aPortThatDoesNotSpeakTLSIsNamed() throws {
    let server = try ScriptedServer([], then: .answerAndClose("HTTP/1.1 400 Bad Request\r\n\r\n"))
    let settings = SiteSettings.test("https://127.0.0.1:\(server.port)") {
      $0.requestTimeout = .milliseconds(500)
    }
    let outcome = try settings.connection().send(.append).outcome
    #expect(outcome.kind == .retryLater)
  }

  @Test func aClientCertificateWithPassphraseIsShown() throws {
    let server = try TLSServer(clientPassphrase: "hunter2")
    let settings = SiteSettings.test(server.url) {
      $0.caFile = server.certificate
      $0.clientCertificate = server.clientCertificate
      $0.clientCertificate?.passphrase = .command("echo hunter2")
    }
    #expect(try settings.connection().check().outcome == .applied)
  }

  /// OpenSSL would ask the terminal.
  @Test func aKeyThatIsEncryptedNeedsAPassphrase() throws {
    let server = try TLSServer(clientPassphrase: "hunter2")
    let settings = SiteSettings.test(server.url) { $0.clientCertificate = server.clientCertificate }
    let error = #expect(throws: SiteError.self) { try settings.connection() }
    #expect(error?.kind == .login)
    #expect(error?.message.hasSuffix("is encrypted") == true)
  }

  @Test func aWrongPassphraseIsALoginMatter() throws {
    let server = try TLSServer(clientPassphrase: "hunter2")
    let settings = SiteSettings.test(server.url) {
      $0.caFile = server.certificate
      $0.clientCertificate = server.clientCertificate
      $0.clientCertificate?.passphrase = .command("echo wrong")
    }
    let outcome = try settings.connection().check().outcome
    #expect(outcome.kind == .loginRefused)
    #expect(outcome.refusal?.code == "client-certificate")
  }
}

/// `openssl s_server` with a certificate of its own, serving one file: the answer to a check.
final class TLSServer: Sendable {
  static let openssl = ["/usr/bin/openssl", "/opt/homebrew/bin/openssl", "/usr/local/bin/openssl"]
    .first { FileManager.default.isExecutableFile(atPath: $0) }
  static var isAvailable: Bool { openssl != nil }

  let folder: TemporaryFolder
  let certificate: String
  let url: String
  private let process: Process

  /// - Parameters:
  ///   - host: the host that the server's certificate is for.
  ///   - clientPassphrase: the passphrase of the client's key; with it the server asks for the client's
  ///     certificate.
  init(host: String = "IP:127.0.0.1", clientPassphrase: String? = nil) throws {
    folder = try TemporaryFolder()
    certificate = folder.path("site.pem")
    try Self.makeCertificate(
      certificate, key: folder.path("site.key"), ["-nodes", "-addext", "subjectAltName=\(host)"])
    try folder.write(
      "services/rest/connect/v1.4/incidents?limit=1&fields=id",
      .json(#"{"items": []}"#, ["Connection: close"]))
    process = Process()
    process.executableURL = URL(fileURLWithPath: Self.openssl ?? "")
    process.currentDirectoryURL = folder.url
    process.arguments =
      ["s_server", "-accept", "127.0.0.1:0", "-cert", certificate, "-key", folder.path("site.key"), "-HTTP"]
    if let clientPassphrase {
      let client = folder.path("client.pem")
      try Self.makeCertificate(
        client, key: folder.path("client.key"), ["-passout", "pass:\(clientPassphrase)"])
      process.arguments? += ["-Verify", "1", "-verify_return_error", "-CAfile", client]
    }
    let output = Pipe()
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    url = try Self.url(announcedBy: output.fileHandleForReading)
  }

  deinit {
    // A child of a Dispatch thread inherits its signal mask, in which everything but SIGKILL is blocked.
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  /// The one client certificate that the server takes, when it asks for one; its key is encrypted.
  var clientCertificate: ClientCertificate {
    ClientCertificate(certificateFile: folder.path("client.pem"), keyFile: folder.path("client.key"))
  }

  private static func makeCertificate(_ path: String, key: String, _ options: [String]) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: openssl ?? "")
    process.arguments =
      ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-days", "2"]
      + ["-subj", "/CN=test", "-keyout", key, "-out", path] + options
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0)
  }

  /// The port is in the line `ACCEPT 127.0.0.1:PORT`, printed once it is open.
  private static func url(announcedBy output: FileHandle) throws -> String {
    var text = ""
    while true {
      let piece = output.availableData
      try #require(!piece.isEmpty, "openssl ended early")
      text += String(decoding: piece, as: UTF8.self)
      for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      where line.hasPrefix("ACCEPT") {
        let port = try #require(line.split(separator: ":").last.flatMap { UInt16($0) })
        return "https://127.0.0.1:\(port)"
      }
    }
  }
}
