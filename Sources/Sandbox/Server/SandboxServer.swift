import Dispatch
import Foundation
import NIOCore
import Synchronization

/// A running sandbox: a local stand-in for the services that this project's client uses.
public final class SandboxServer: Sendable {
  /// Scheme, host and port, such as `http://127.0.0.1:40123`.
  public let baseURL: String
  private let store: SandboxStore
  private let outages: Outages
  private let lifetime: Lifetime
  private let task: Task<Void, Never>

  private init(baseURL: String, responder: SandboxResponder, task: Task<Void, Never>) {
    self.baseURL = baseURL
    store = responder.store
    outages = responder.outages
    lifetime = responder.lifetime
    self.task = task
  }

  /// Opens the store, fills it if it is empty, and listens.
  ///
  /// - Parameter notice: called with news for the user who starts it.
  /// - Throws: `SandboxError` if the store cannot be opened or filled, or the sandbox cannot listen.
  public static func start(
    _ settings: SandboxSettings, notice: @Sendable (String) -> Void = { _ in }
  ) async throws(SandboxError) -> SandboxServer {
    let store = try SandboxStore(path: settings.database)
    do throws(SandboxError) {
      let site = try store.prepare { try Site.load(settings, in: $0, notice: notice) }
      let credentials = Credentials(user: settings.user, password: settings.password)
      let resources = settings.servedResources
      let b2cService = B2CService(
        model: B2CModel(resources, site.vocabulary), vocabulary: site.vocabulary, choices: settings.choices,
        credentials: credentials,
        tokens: AccessTokens(secret: site.tokenSecret))
      let fusionCX = FusionCX(
        model: FusionModel(resources), vocabulary: site.vocabulary,
        choices: settings.choices.fusion, credentials: credentials)
      let responder = SandboxResponder(
        store: store, services: [b2cService, fusionCX], latency: settings.latency,
        faults: FaultPlan(settings.faults, seed: settings.seed), outages: Outages(), lifetime: Lifetime(),
        bodyLimit: settings.bodyLimit)
      let (port, task) = try await listen(responder, settings)
      let host = settings.host.contains(":") ? "[\(settings.host)]" : settings.host
      return SandboxServer(baseURL: "http://\(host):\(port)", responder: responder, task: task)
    } catch {
      store.close()
      throw error
    }
  }

  private static func listen(
    _ responder: SandboxResponder, _ settings: SandboxSettings
  ) async throws(SandboxError) -> (port: Int, task: Task<Void, Never>) {
    let (events, continuation) = AsyncStream.makeStream(of: Result<Int, SandboxError>.self)
    let listener = SandboxListener(
      responder: responder, host: settings.host, port: settings.port,
      onListening: { continuation.yield(.success($0)) })
    let task = Task {
      do {
        try await listener.run()
      } catch {
        continuation.yield(
          .failure(.cannotListen(host: settings.host, port: settings.port, reason: reason(error))))
      }
      continuation.finish()
    }
    for await event in events { return (try event.get(), task) }
    throw .cannotListen(host: settings.host, port: settings.port, reason: "the server ended at once")
  }

  private static func reason(_ error: any Error) -> String {
    switch (error as? IOError)?.errnoCode {
    case EADDRINUSE: "another program listens there"
    case EADDRNOTAVAIL: "the address does not belong to this machine"
    case EACCES: "permission denied"
    default: "\(error)"
    }
  }

  /// Stops listening, cuts off requests in flight, and closes the store.
  public func stop() async {
    await outages.breakOff()
    await finish()
  }

  /// Stops listening, answers requests in flight, and closes the store.
  public func finish() async {
    lifetime.end()
    outages.finish()
    await task.value
    store.close()
  }

  /// Serves until SIGTERM or SIGINT; requests in flight are answered first.
  ///
  /// - Parameter ready: called once with the base URL, when the first request can be accepted.
  /// - Throws: as `start`.
  public static func serve(
    _ settings: SandboxSettings, notice: @escaping @Sendable (String) -> Void,
    ready: @escaping @Sendable (String) -> Void
  ) throws(SandboxError) {
    let result = Mutex<Result<SandboxServer, SandboxError>?>(nil)
    let (started, asked, ended) =
      (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    Task {
      do throws(SandboxError) {
        let server = try await start(settings, notice: notice)
        result.withLock { $0 = .success(server) }
      } catch {
        result.withLock { $0 = .failure(error) }
      }
      started.signal()
    }
    started.wait()
    guard let server = try result.withLock({ $0 })?.get() else { return }
    let signals = [SIGTERM, SIGINT].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { asked.signal() }
      // Until it is registered, no signal is received.
      let registered = DispatchSemaphore(value: 0)
      source.setRegistrationHandler { registered.signal() }
      source.resume()
      registered.wait()
      return source
    }
    ready(server.baseURL)
    asked.wait()
    Task {
      await server.finish()
      ended.signal()
    }
    ended.wait()
    for source in signals { source.cancel() }
  }
}
