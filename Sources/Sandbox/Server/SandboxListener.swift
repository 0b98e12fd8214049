import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle

/// The web server, which listens again at the same port after each outage.
struct SandboxListener: Service {
  let responder: SandboxResponder
  let host: String
  let port: Int
  let outages: Outages
  let logger: Logger
  /// Told the port each time that the first request can be taken.
  let onListening: @Sendable (Int) -> Void

  /// Serves until the task is cancelled or shut down gracefully.
  ///
  /// - Throws: `IOError` when the address cannot be listened on.
  func run() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      var isOver = false
      while !isOver {
        group.addTask { try await serve() }
        guard let outage = await cancelWhenGracefulShutdown({ await outages.next() }) else { break }
        // Cancelled, the server would drop connections that it has not looked at yet, which is a fault to it.
        await outages.breakOff()
        isOver = await !Connection.wait(outage)
      }
      try await group.waitForAll()
    }
  }

  private func serve() async throws {
    let starts = outages.starts
    do {
      try await application().run()
    } catch {
      // That its listener is closed under it is an error to the server, and the way of an outage.
      guard outages.starts == starts else { return }
      outages.finish()
      throw error
    }
  }

  private func application() -> some ApplicationProtocol {
    Application(
      responder: responder,
      server: HTTPServerBuilder { responder in
        let configuration = HTTP1Channel.Configuration(additionalChannelHandlers: [HangUpWatch(outages)])
        return SandboxChannel(base: HTTP1Channel(responder: responder, configuration: configuration))
      },
      configuration: ApplicationConfiguration(
        address: .hostname(host, port: outages.port ?? port), serverName: nil),
      onServerRunning: { channel in
        let port = channel.localAddress?.port ?? port
        outages.listens(channel, at: port)
        onListening(port)
      },
      logger: logger)
  }
}
