import Foundation
import NIOCore
import NIOPosix

/// Writes a request byte for byte, and reads the answer until the connection ends.
enum WireClient {
  /// The way a connection ended.
  enum End: Equatable { case closed, reset }

  /// - Throws: the connection's error when it is broken off.
  static func send(
    _ method: String, _ target: String, _ headers: [String: String], to baseURL: String
  ) async throws -> Reply {
    let (bytes, end) = try await bytes(method, target, headers, to: baseURL)
    guard end == .closed else { throw ChannelError.eof }
    return reply(bytes)
  }

  /// The bytes that came back before the connection ended, and how it did.
  static func bytes(
    _ method: String, _ target: String, _ headers: [String: String], _ body: String = "",
    to baseURL: String
  ) async throws -> (bytes: [UInt8], end: End) {
    let (channel, request) = try await connect(method, target, headers, body, to: baseURL)
    return try await channel.executeThenClose { inbound, outbound in
      try await outbound.write(request)
      var bytes: [UInt8] = []
      do {
        for try await buffer in inbound { bytes += buffer.readableBytesView }
      } catch let error as IOError where error.errnoCode == ECONNRESET {
        return (bytes, .reset)
      }
      return (bytes, .closed)
    }
  }

  /// The end of a connection that has sent nothing, and was open before the body ran.
  static func whileConnected(
    to baseURL: String, _ body: () async throws -> Void
  ) async throws -> End {
    let (channel, _) = try await connect("GET", "/", [:], "", to: baseURL)
    return try await channel.executeThenClose { inbound, _ in
      try await body()
      do {
        for try await _ in inbound {}
      } catch let error as IOError where error.errnoCode == ECONNRESET {
        return .reset
      }
      return .closed
    }
  }

  /// Sends a request and closes the connection, without waiting for an answer.
  static func sendAndHangUp(
    _ method: String, _ target: String, _ headers: [String: String], _ body: String,
    to baseURL: String
  ) async throws {
    let (channel, request) = try await connect(method, target, headers, body, to: baseURL)
    try await channel.executeThenClose { _, outbound in
      try await outbound.write(request)
    }
  }

  /// Returns what comes back for pieces of text, each sent when the answer so far ends in that of the piece
  /// before, until the connection ends; with `saysNoMore` the client closes its half right after the first
  /// piece.
  static func exchange(
    _ pieces: [(text: String, answer: String)], saysNoMore: Bool = false, to baseURL: String
  ) async throws -> String {
    try await connect(to: baseURL).executeThenClose { inbound, outbound in
      var rest = pieces[...]
      var text = ""
      if let first = rest.popFirst() {
        try await outbound.write(ByteBuffer(string: first.text))
        if saysNoMore { outbound.finish() }
        var awaited = first.answer
        for try await buffer in inbound {
          text += String(buffer: buffer)
          guard text.hasSuffix(awaited), let next = rest.popFirst() else { continue }
          try await outbound.write(ByteBuffer(string: next.text))
          awaited = next.answer
        }
      }
      return text
    }
  }

  private static func connect(
    _ method: String, _ target: String, _ headers: [String: String], _ body: String, to baseURL: String
  ) async throws -> (NIOAsyncChannel<ByteBuffer, ByteBuffer>, ByteBuffer) {
    let channel = try await connect(to: baseURL)
    let (host, port) = address(of: baseURL)
    var lines = headers.map { "\($0.key): \($0.value)" } + ["Host: \(host):\(port)", "Connection: close"]
    if !body.isEmpty { lines.append("Content-Length: \(body.utf8.count)") }
    let request = ByteBuffer(
      string: "\(method) \(target) HTTP/1.1\r\n\(lines.joined(separator: "\r\n"))\r\n\r\n\(body)")
    return (channel, request)
  }

  /// Returns the host and the port of `http://HOST:PORT`.
  static func address(of baseURL: String) -> (host: String, port: Int) {
    let parts = baseURL.dropFirst("http://".count).split(separator: ":")
    return (String(parts.first ?? ""), parts.last.flatMap { Int($0) } ?? 0)
  }

  private static func connect(to baseURL: String) async throws -> NIOAsyncChannel<ByteBuffer, ByteBuffer> {
    let (host, port) = address(of: baseURL)
    return try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connect(host: host, port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
            wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
        }
      }
  }

  static func reply(_ bytes: [UInt8]) -> Reply {
    let blank = Array("\r\n\r\n".utf8)
    let end = bytes.firstRange(of: blank) ?? bytes.endIndex..<bytes.endIndex
    let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { continue }
      headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " })
    }
    let status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    return Reply(status: status, headers: headers, body: Array(bytes[end.upperBound...]))
  }
}
