import Dispatch
import Foundation
import Synchronization

/// An HTTP server on loopback that reacts to one request after the other as its script says.
///
/// It is a pair of sockets and a list, so that a test can do what no real server would: cut answers, close before
/// them, or never give one. The script runs over all connections in the order in which requests arrive.
public final class ScriptedServer: Sendable {
  /// The reaction to a request that has arrived in full.
  public enum Reaction: Sendable {
    /// Writes these bytes and keeps the connection open.
    case answer(String)
    /// Writes bytes that are computed then; other connections are served meanwhile.
    case answerLater(@Sendable () -> String)
    /// Sends this text, and then calls the function: the answer has left.
    case answerAndTell(String, @Sendable () -> Void)
    /// Writes these bytes and closes: shorter than the length they announce, they are a cut answer.
    case answerAndClose(String)
    /// Closes without an answer.
    case close
    /// Breaks the connection off (RST), as a crash of the server does.
    case reset
    /// Says nothing until `release()`, then closes.
    case stall
  }

  /// A request as it arrived.
  public struct Request: Sendable, Equatable {
    /// The number of the connection it came over, from 1.
    public var connection: Int
    /// The first line, such as `GET / HTTP/1.1`.
    public var line: String
    /// The header lines as sent.
    public var headers: [String]
    public var body: String

    /// The request target, percent-decoded.
    public var target: String {
      let words = line.split(separator: " ")
      return words.count > 1 ? words[1].removingPercentEncoding ?? "" : ""
    }

    /// The value of the first header of that name, whatever its case.
    public func header(_ name: String) -> String? {
      let start = name.lowercased() + ":"
      return headers.first { $0.lowercased().hasPrefix(start) }
        .map { String($0.dropFirst(start.count).drop { $0 == " " }) }
    }
  }

  private let listener: Listener
  private let script: Script

  /// Listens on a port that the system picks.
  ///
  /// - Parameters:
  ///   - reactions: one for each request.
  ///   - rest: the reaction to every request beyond them.
  /// - Throws: `SocketError` when the machine has no socket left.
  public convenience init(
    _ reactions: [Reaction] = [], then rest: Reaction = .answer(.ok())
  ) throws(SocketError) {
    try self.init(reactions) { _ in rest }
  }

  /// Listens on a port that the system picks, and works out what to do from the request.
  ///
  /// - Parameters:
  ///   - reactions: one for each of the first requests.
  ///   - rest: the reaction to every request beyond them; called for one request at a time.
  /// - Throws: `SocketError` when the machine has no socket left.
  public init(
    _ reactions: [Reaction] = [], rest: @escaping @Sendable (Request) -> Reaction
  ) throws(SocketError) {
    listener = try Listener()
    script = Script(reactions, rest)
    let (listener, script) = (listener, script)
    DispatchQueue(label: "scripted-server").async {
      var count = 0
      while let peer = listener.accept() {
        count += 1
        let number = count
        DispatchQueue(label: "scripted-server.\(number)").async { peer.serve(script, connection: number) }
      }
    }
  }

  deinit {
    script.release()
    listener.stop()
  }

  /// The port on 127.0.0.1.
  public var port: UInt16 { listener.port }
  /// The base URL, without a slash at the end.
  public var url: String { "http://127.0.0.1:\(port)" }
  /// The requests so far, whole ones only, in the order of their arrival.
  public var requests: [Request] { script.requests }
  /// Releases everything that stalls, now and later.
  public func release() { script.release() }
}

extension String {
  /// An HTTP answer with a length; header lines come without line ends.
  public static func answer(_ status: String, _ headers: [String] = [], body: String = "") -> String {
    let lines = ["HTTP/1.1 \(status)"] + headers + ["Content-Length: \(body.utf8.count)", "", ""]
    return lines.joined(separator: "\r\n") + body
  }

  /// A site's answer to a PATCH: 200, JSON, nothing in it.
  public static func ok(_ headers: [String] = []) -> String {
    answer("200 OK", ["Content-Type: application/json"] + headers)
  }

  /// A 200 with a JSON body.
  public static func json(_ body: String, _ headers: [String] = []) -> String {
    answer("200 OK", ["Content-Type: application/json"] + headers, body: body)
  }

  /// An error of the API: `application/problem+json`.
  public static func problem(_ status: String, _ body: String, _ headers: [String] = []) -> String {
    answer(status, ["Content-Type: application/problem+json"] + headers, body: body)
  }
}

/// The rest of the script, and what happened.
private final class Script: Sendable {
  private struct State {
    var reactions: ArraySlice<ScriptedServer.Reaction>
    var requests: [ScriptedServer.Request] = []
    var isReleased = false
  }

  private let state: Mutex<State>
  private let rest: @Sendable (ScriptedServer.Request) -> ScriptedServer.Reaction
  /// Entered until released; a stalling reaction waits for it.
  private let gate = DispatchGroup()

  init(
    _ reactions: [ScriptedServer.Reaction],
    _ rest: @escaping @Sendable (ScriptedServer.Request) -> ScriptedServer.Reaction
  ) {
    state = Mutex(State(reactions: reactions[...]))
    self.rest = rest
    gate.enter()
  }

  var requests: [ScriptedServer.Request] { state.withLock { $0.requests } }

  func reaction(to request: ScriptedServer.Request) -> ScriptedServer.Reaction {
    state.withLock {
      $0.requests.append(request)
      return $0.reactions.popFirst() ?? rest(request)
    }
  }

  func release() {
    let isFirst = state.withLock { state in
      defer { state.isReleased = true }
      return !state.isReleased
    }
    if isFirst { gate.leave() }
  }

  func waitForRelease() { gate.wait() }
}

extension Peer {
  /// Reads requests and reacts until either side closes.
  fileprivate func serve(_ script: Script, connection: Int) {
    defer { close() }
    var reader = RequestReader(connection: connection)
    while let request = reader.next(from: self) {
      switch script.reaction(to: request) {
      case .answer(let text): write(text)
      case .answerLater(let text): write(text())
      case .answerAndTell(let text, let tell):
        write(text)
        tell()
      case .answerAndClose(let text):
        write(text)
        return
      case .close: return
      case .reset:
        breakOffWhenClosed()
        return
      case .stall:
        script.waitForRelease()
        return
      }
    }
  }
}

/// Cuts what arrives on one connection into requests.
private struct RequestReader {
  let connection: Int
  private var buffer: [UInt8] = []

  init(connection: Int) { self.connection = connection }

  mutating func next(from peer: Peer) -> ScriptedServer.Request? {
    while true {
      if let request = takeRequest() { return request }
      guard let piece = peer.read() else { return nil }
      buffer += piece
    }
  }

  private mutating func takeRequest() -> ScriptedServer.Request? {
    guard let headEnd = buffer.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
    let head = String(decoding: buffer[..<headEnd.lowerBound], as: UTF8.self)
    var lines = head.split(separator: "\r\n").map { String($0) }
    guard !lines.isEmpty else { return nil }
    var request = ScriptedServer.Request(
      connection: connection, line: lines.removeFirst(), headers: lines, body: "")
    let length = request.header("Content-Length").flatMap { Int($0) } ?? 0
    guard buffer.count >= headEnd.upperBound + length else { return nil }
    request.body = String(
      decoding: buffer[headEnd.upperBound..<headEnd.upperBound + length], as: UTF8.self)
    buffer.removeSubrange(..<(headEnd.upperBound + length))
    return request
  }
}
