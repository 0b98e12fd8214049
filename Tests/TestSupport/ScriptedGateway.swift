import Dispatch
import Foundation
import Synchronization

/// A gateway between the tool and a site, which answers in the site's place, or passes requests on late or
/// twice, as a test says.
public final class ScriptedGateway: Sendable {
  /// The gateway's reaction to one write.
  public enum Way: Sendable {
    /// Passes everything on.
    case pass
    /// Passes it on, and answers something else than the site.
    case answerInPlace(ScriptedServer.Reaction)
    /// Answers on its own, and passes the request on this many seconds later; never, when `nil`.
    case giveUp(ScriptedServer.Reaction, handingOnAfter: Double?)
    /// Passes it on twice, as after a connection that broke, and returns the second answer.
    case handOnTwice
    /// Passes it on that many seconds after it came, whether or not its client still waits for the answer.
    case dawdle(Double)
  }

  private let server: ScriptedServer

  /// - Parameters:
  ///   - url: where the site is, on this machine.
  ///   - login: the `Authorization` that the site is given in place of the tool's, which is then the gateway's business.
  ///   - way: what to do with each write, by its number from 1; everything else is passed on.
  public init(
    to url: String, login: String? = nil,
    _ way: @escaping @Sendable (_ write: ScriptedServer.Request, _ number: Int) -> Way
  ) throws {
    let port = UInt16(url.split(separator: ":").last ?? "") ?? 0
    let writes = Mutex(0)
    server = try ScriptedServer { request in
      guard !request.line.hasPrefix("GET ") else { return .answer(request.handedOn(to: port, login)) }
      let number = writes.withLock { writes in
        writes += 1
        return writes
      }
      switch way(request, number) {
      case .pass: return .answer(request.handedOn(to: port, login))
      case .answerInPlace(let reaction):
        _ = request.handedOn(to: port, login)
        return reaction
      case .giveUp(let reaction, let delay):
        if let delay {
          DispatchQueue.global().asyncAfter(deadline: .now() + delay) {
            _ = request.handedOn(to: port, login)
          }
        }
        return reaction
      case .handOnTwice:
        _ = request.handedOn(to: port, login)
        return .answer(request.handedOn(to: port, login))
      case .dawdle(let time):
        return .answerLater {
          Thread.sleep(forTimeInterval: time)
          return request.handedOn(to: port, login)
        }
      }
    }
  }

  /// The base URL, without a slash at the end.
  public var url: String { server.url }
  /// The writes so far, in the order of their arrival.
  public var writes: [ScriptedServer.Request] { server.requests.filter { !$0.line.hasPrefix("GET ") } }
  /// Releases everything that stalls, now and later.
  public func release() { server.release() }
}

extension String {
  /// The answer of a gateway when the site behind it does not answer.
  public static let gatewayPage = answer(
    "503 Backend fetch failed",
    ["Content-Type: text/html; charset=utf-8", "Server: Varnish", "Retry-After: 1"],
    body: "<!DOCTYPE html>\n<html><head><title>503 Backend fetch failed</title></head><body></body></html>\n")
}

extension ScriptedServer.Request {
  /// Repeats the request at a port of this machine, and returns the answer as it came, or a gateway's page
  /// without one.
  fileprivate func handedOn(to port: UInt16, _ login: String?) -> String {
    guard let peer = try? Peer(port: port) else { return .gatewayPage }
    defer { peer.close() }
    var headers = headers.filter { !$0.lowercased().hasPrefix("connection:") } + ["Connection: close"]
    if let login {
      headers.removeAll { $0.lowercased().hasPrefix("authorization:") }
      headers.append("Authorization: \(login)")
    }
    peer.write(([line] + headers + ["", ""]).joined(separator: "\r\n") + body)
    var answer: [UInt8] = []
    while let piece = peer.read() { answer += piece }
    return answer.isEmpty ? .gatewayPage : String(decoding: answer, as: UTF8.self)
  }
}
