import NIOCore
import NIOPosix

/// Writes a request without a body byte for byte, and reads the answer until the connection ends.
enum WireClient {
  static func send(
    _ method: String, _ target: String, _ headers: [String: String], to baseURL: String
  ) async throws -> Reply {
    let port = Int(baseURL.split(separator: ":").last ?? "") ?? 0
    let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .connect(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
      }
    let lines = headers.map { "\($0.key): \($0.value)" } + ["Host: 127.0.0.1:\(port)", "Connection: close"]
    let request = "\(method) \(target) HTTP/1.1\r\n\(lines.joined(separator: "\r\n"))\r\n\r\n"
    let bytes = try await channel.executeThenClose { inbound, outbound in
      try await outbound.write(ByteBuffer(string: request))
      var bytes: [UInt8] = []
      for try await buffer in inbound { bytes += buffer.readableBytesView }
      return bytes
    }
    return reply(bytes)
  }

  private static func reply(_ bytes: [UInt8]) -> Reply {
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
