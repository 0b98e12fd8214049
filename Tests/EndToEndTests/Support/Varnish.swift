import Foundation
import TestSupport
import Testing

/// Varnish between the tool and a desk: it passes everything on, and answers 503 itself where the desk does not.
final class Varnish {
  /// The reason that it cannot be used.
  struct Failure: Error { var text: String }

  private static let path = "PATH=$PATH:/usr/sbin:/usr/local/sbin"
  private let child: ChildProcess
  /// The base URL, without a slash at the end.
  let url: String

  static func isThere(_ folder: TemporaryFolder) throws -> Bool {
    try BinaryRunner(in: folder).shell("\(path) command -v varnishd").exitCode == 0
  }

  /// - Parameter patience: how long it waits for the desk's answer to begin.
  /// - Throws: `Failure` when it does not start.
  init(to url: String, patience: String, in folder: TemporaryFolder) throws {
    let port = url.split(separator: ":").last ?? ""
    let rules = try folder.write(
      "varnish.vcl",
      """
      vcl 4.1;
      backend desk { .host = "127.0.0.1"; .port = "\(port)"; .first_byte_timeout = \(patience); }
      sub vcl_recv { return (pass); }

      """)
    let state = folder.path("varnish")
    let places = "-n '\(state)' -a 127.0.0.1:0 -T 127.0.0.1:0"
    child = try ChildProcess(
      "/bin/sh",
      ["-c", "\(Self.path); exec varnishd -F \(places) -f '\(rules)' -s default,10m"],
      environment: ["PATH": "/usr/bin:/bin"], folder: folder.url.path, input: .file("/dev/null"),
      output: .file(folder.path("varnish.out")), error: .file(folder.path("varnish.err")))
    let runner = BinaryRunner(in: folder)
    let deadline = Date(timeIntervalSinceNow: runner.timeout)
    while true {
      // "a0 127.0.0.1 40123", once it listens.
      let words = try runner.shell("varnishadm -n '\(state)' debug.listen_address").standardOutput.split(
        whereSeparator: \.isWhitespace)
      if words.count == 3 {
        self.url = "http://\(words[1]):\(words[2])"
        return
      }
      guard child.exitCode == nil, Date() < deadline else {
        child.send(SIGKILL)
        throw Failure(text: try folder.read("varnish.err"))
      }
      usleep(10_000)
    }
  }

  deinit {
    child.send(SIGTERM)
    _ = child.wait(10)
  }
}
