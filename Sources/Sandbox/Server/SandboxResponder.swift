import GRDB
import JSON

/// One of the APIs that the sandbox imitates.
protocol SandboxService: AnyObject, Sendable {
  /// Returns whether a path belongs to this API.
  func serves(_ segments: [String]) -> Bool

  /// Does what a request needs without the store, and returns the rest, for a transaction: it handles the request, logs it,
  /// and throws what the database throws; a refusal is an answer.
  func handling(_ request: Exchange) -> SandboxResponder.Work

  /// Writes the headers of every answer, once its transaction is committed.
  func writeHeaders(of answer: Answer, to request: Exchange, _ bytes: inout WireBytes)

  /// The answer if the store fails.
  func failure(_ reason: String, _ request: Exchange) -> Answer

  /// The properties of a request that a fault rule looks at.
  func faultTarget(_ request: Exchange) -> FaultTarget

  /// The answer to a request that a fault refuses, in the service's form.
  func answer(_ refusal: FaultRefusal, _ request: Exchange) -> Answer

  /// The answer to a request whose login a fault rejects.
  func rejectedLogin(_ request: Exchange) -> Answer

  /// The log row of a request that was not handled.
  func logEntry(_ request: Exchange, _ answer: Answer) -> RequestLogEntry
}

extension B2CService: SandboxService {
  func serves(_ segments: [String]) -> Bool { segments.starts(with: Self.root) }

  func failure(_ reason: String, _ request: Exchange) -> Answer {
    var answer = Self.errorAnswer(Refusal(500, .internalError, reason), request)
    answer.hasServiceHeaders = false
    return answer
  }
}

extension FusionCX: SandboxService {
  func serves(_ segments: [String]) -> Bool { segments.starts(with: Self.root) }

  /// Empty by design, so that no details leak (API reference 10).
  func failure(_ reason: String, _ request: Exchange) -> Answer {
    Answer(status: 500, mediaType: nil, hasServiceHeaders: false)
  }
}

/// The link between the web server and the services: takes a request, gives an answer.
struct SandboxResponder: Sendable {
  let store: SandboxStore
  let services: [any SandboxService]
  let latency: Duration
  let faults: FaultPlan
  let outages: Outages
  let lifetime: Lifetime
  let bodyLimit: Int

  /// The part of a request that takes place in a transaction.
  typealias Work = @Sendable (Database) throws -> Answer
  /// Called with an answer to a request, and the service that the request is for, if any.
  typealias Delivery = @Sendable (Answer, Exchange, (any SandboxService)?) -> Void

  /// Has a request answered, and the answer delivered; without a task of its own if no fault hits it.
  func respond(
    to request: Exchange, refusing refusal: HTTP1Rules.Refusal?, over connection: Connection,
    _ deliver: @escaping Delivery
  ) {
    let service = services.first { $0.serves(request.segments) }
    if let refusal { return passing(Self.unfit(refusal), request, service, deliver) }
    let fault = faults.decide(
      service?.faultTarget(request) ?? FaultTarget(method: request.method, resources: []), at: .now)
    let exchange = fault == FaultDecision() ? request : Exchange(request, fault)
    let pause = latency + fault.latency
    guard fault.strike != nil || pause > .zero else { return handle(exchange, service, deliver) }
    Task {
      if pause > .zero { try? await Task.sleep(for: pause) }
      deliver(await answer(exchange, service, fault.strike, connection), exchange, service)
    }
  }

  /// Handles a request normally, or with the fault that was decided.
  private func answer(
    _ exchange: Exchange, _ service: (any SandboxService)?, _ strike: Strike?, _ connection: Connection
  ) async -> Answer {
    switch strike {
    case nil: break
    case .refuse(let refusal):
      let answer =
        service?.answer(refusal, exchange) ?? refusal.gatewayAnswer ?? Answer(status: refusal.status)
      return await passing(answer, exchange, service)
    case .rejectLogin:
      return await passing(service?.rejectedLogin(exchange) ?? Answer(status: 401), exchange, service)
    case .reset(.beforeCommit, let ending):
      let answer = await passing(.unmade, exchange, service)
      await connection.end(ending)
      return answer
    case .reset(.afterCommit, let ending):
      let answer = await handle(exchange, service)
      await connection.end(ending)
      return answer
    case .reset(.midAnswer, let ending):
      let answer = await handle(exchange, service)
      await connection.endAmidAnswer(ending)
      return answer
    case .restart(let time):
      // After the outage another request may come, but not the log entry of this one.
      let answer = await passing(.unmade, exchange, service)
      await connection.end(.reset)
      outages.begin(time)
      return answer
    case .stall(let time, .beforeCommit):
      guard await connection.hold(time) else {
        await connection.end(.close)
        return await passing(.unmade, exchange, service)
      }
    case .stall(let time, .late):
      guard await lifetime.wait(time) else {
        await connection.end(.close)
        return await passing(.unmade, exchange, service)
      }
    case .stall(let time, .afterCommit):
      let answer = await handle(exchange, service)
      if await !connection.hold(time) { await connection.end(.close) }
      return answer
    }
    return await handle(exchange, service)
  }

  /// Has the service handle a request.
  private func handle(
    _ exchange: Exchange, _ service: (any SandboxService)?, _ deliver: @escaping Delivery
  ) {
    guard let service else { return passing(Self.noService(exchange), exchange, nil, deliver) }
    perform(exchange, service, service.handling(exchange), deliver)
  }

  private func handle(_ exchange: Exchange, _ service: (any SandboxService)?) async -> Answer {
    await withCheckedContinuation { continuation in
      handle(exchange, service) { answer, _, _ in continuation.resume(returning: answer) }
    }
  }

  /// Logs an answer that no service gave.
  private func passing(
    _ answer: Answer, _ exchange: Exchange, _ service: (any SandboxService)?, _ deliver: @escaping Delivery
  ) {
    let logging: Work = { database in
      let entry = service?.logEntry(exchange, answer) ?? RequestLogEntry(exchange: exchange, answer: answer)
      try entry.insert(into: database)
      return answer
    }
    perform(exchange, service, logging, deliver)
  }

  private func passing(
    _ answer: Answer, _ exchange: Exchange, _ service: (any SandboxService)?
  ) async -> Answer {
    await withCheckedContinuation { continuation in
      passing(answer, exchange, service) { answer, _, _ in continuation.resume(returning: answer) }
    }
  }

  private func perform(
    _ exchange: Exchange, _ service: (any SandboxService)?, _ work: @escaping Work,
    _ deliver: @escaping Delivery
  ) {
    store.perform(work) { result in
      switch result {
      case .success(let answer): deliver(answer, exchange, service)
      case .failure(let error):
        // The store cannot be written: nothing of this request was kept.
        let answer = service?.failure("The store failed: \(error)", exchange)
        deliver(answer ?? Answer(status: 500, mediaType: nil), exchange, service)
      }
    }
  }

  private static func noService(_ exchange: Exchange) -> Answer {
    Answer(
      status: 404,
      body: .json(["title": "Not an API of this sandbox", "status": 404, "detail": .string(exchange.path)]))
  }

  /// The answer of a web server before any service is asked.
  private static func unfit(_ refusal: HTTP1Rules.Refusal) -> Answer {
    Answer(
      status: refusal.status,
      body: .json([
        "title": "The request does not keep to HTTP", "status": .integer(Int64(refusal.status)),
        "detail": .string(refusal.detail),
      ]), hasServiceHeaders: false)
  }
}

extension Answer {
  /// A placeholder for no answer at all.
  fileprivate static let unmade = Answer(status: 0, mediaType: nil)
}
