import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix

/// The web server: HTTP/1 on SwiftNIO, which listens again on the same port after each outage.
struct SandboxListener: Sendable {
  let responder: SandboxResponder
  let host: String
  let port: Int
  /// Called with the port each time the first request can be accepted.
  let onListening: @Sendable (Int) -> Void

  /// The threads of the connections: one for each processor, except the writer's.
  private static let threads = MultiThreadedEventLoopGroup(numberOfThreads: max(1, System.coreCount - 1))

  private var outages: Outages { responder.outages }

  /// Serves until the outages end; requests in flight are answered first.
  ///
  /// - Throws: `IOError` if it cannot listen on the address.
  func run() async throws {
    while true {
      guard let listener = try await listen() else { return }
      let port = listener.localAddress?.port ?? port
      outages.listens(listener, at: port)
      onListening(port)
      guard let outage = await outages.next() else { break }
      await outages.breakOff()
      // No other process may take the port meanwhile.
      let place = listener.localAddress.flatMap(ReservedPort.init)
      guard await responder.lifetime.wait(outage) else { return }
      withExtendedLifetime(place) {}
    }
    await outages.finishAnswers()
  }

  /// Listens; after an outage again as soon as the port is free, however long that takes.
  ///
  /// - Returns: `nil` if the sandbox ends first.
  private func listen() async throws -> (any Channel)? {
    while true {
      do {
        return try await bootstrap().bind(host: host, port: outages.port ?? port).get()
      } catch let error as IOError where error.errnoCode == EADDRINUSE && outages.starts > 0 {
        // A process that was started meanwhile, and inherited the old socket, may hold the port for a while.
        guard await responder.lifetime.wait(.milliseconds(20)) else { return nil }
      }
    }
  }

  private func bootstrap() -> ServerBootstrap {
    ServerBootstrap(group: Self.threads)
      .serverChannelOption(.backlog, value: 256)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      // A client that has finished sending still gets its answer.
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .childChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try prepare(channel) }
      }
  }

  private func prepare(_ channel: any Channel) throws {
    var limits = NIOHTTPDecoderLimitConfiguration()
    limits.maxHeaderFieldSize = 80 << 10
    limits.maxHeaderListSize = 80 << 10
    limits.maxHeaderFieldCount = 1000
    let pipeline = channel.pipeline.syncOperations
    try pipeline.addHandler(ByteToMessageHandler(HTTPRequestDecoder(limitConfiguration: limits)))
    try pipeline.addHandler(RequestReader(responder))
    // Nothing that is read comes this far.
    try pipeline.addHandler(HangUpWatch(outages))
  }
}
