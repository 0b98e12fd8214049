import GRDB
import JSON

/// One of the APIs that the sandbox imitates.
protocol SandboxService: Sendable {
  /// Returns whether a path belongs to this API.
  func serves(_ segments: [String]) -> Bool

  /// Handles a request and logs it, inside a transaction; the answer is sent after the commit.
  ///
  /// - Throws: what the database throws; a refusal is an answer.
  func answer(_ request: Exchange, in database: Database) throws -> Answer

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
    Self.errorAnswer(Refusal(500, .internalError, reason), request)
  }
}

extension FusionCX: SandboxService {
  func serves(_ segments: [String]) -> Bool { segments.starts(with: Self.root) }

  /// Empty by design, so that no details leak (API reference 10).
  func failure(_ reason: String, _ request: Exchange) -> Answer { Answer(status: 500, mediaType: nil) }
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

  /// Has a request answered, and the answer delivered; without a task of its own if no fault hits it.
  func respond(
    to request: Exchange, over connection: Connection, _ deliver: @escaping @Sendable (Answer) -> Void
  ) {
    var exchange = request
    let service = services.first { $0.serves(exchange.segments) }
    if let refusal = exchange.headers[HTTP1Rules.refusalField].flatMap(HTTP1Rules.Refusal.init) {
      return passing(Self.unfit(exchange, refusal), exchange, service, deliver)
    }
    if !exchange.body.isEmpty {
      let body = exchange.body
      exchange.json = Result { () throws(JSONError) in try JSONValue(parsing: body) }
    }
    let method = exchange.method
    let fault = faults.decide(
      service?.faultTarget(exchange) ?? FaultTarget(method: method, resources: []), at: .now)
    exchange.fault = fault.text
    exchange.nextRequestAfter = fault.nextRequestAfter
    let pause = latency + fault.latency
    guard fault.strike != nil || pause > .zero else { return handle(exchange, service, deliver) }
    let decided = exchange
    Task {
      if pause > .zero { try? await Task.sleep(for: pause) }
      deliver(await answer(decided, service, fault.strike, connection))
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
    _ exchange: Exchange, _ service: (any SandboxService)?, _ deliver: @escaping @Sendable (Answer) -> Void
  ) {
    guard let service else { return passing(Self.noService(exchange), exchange, nil, deliver) }
    perform(exchange, service, deliver) { try service.answer(exchange, in: $0) }
  }

  private func handle(_ exchange: Exchange, _ service: (any SandboxService)?) async -> Answer {
    await withCheckedContinuation { continuation in
      handle(exchange, service) { continuation.resume(returning: $0) }
    }
  }

  /// Logs an answer that no service gave.
  private func passing(
    _ answer: Answer, _ exchange: Exchange, _ service: (any SandboxService)?,
    _ deliver: @escaping @Sendable (Answer) -> Void
  ) {
    perform(exchange, service, deliver) { database in
      let entry = service?.logEntry(exchange, answer) ?? RequestLogEntry(exchange: exchange, answer: answer)
      try entry.insert(into: database)
      return answer
    }
  }

  private func passing(
    _ answer: Answer, _ exchange: Exchange, _ service: (any SandboxService)?
  ) async -> Answer {
    await withCheckedContinuation { continuation in
      passing(answer, exchange, service) { continuation.resume(returning: $0) }
    }
  }

  private func perform(
    _ exchange: Exchange, _ service: (any SandboxService)?, _ deliver: @escaping @Sendable (Answer) -> Void,
    _ work: @escaping @Sendable (Database) throws -> Answer
  ) {
    store.perform(work) { result in
      switch result {
      case .success(let answer): deliver(answer)
      case .failure(let error):
        // The store cannot be written: nothing of this request was kept.
        deliver(
          service?.failure("The store failed: \(error)", exchange) ?? Answer(status: 500, mediaType: nil))
      }
    }
  }

  private static func noService(_ exchange: Exchange) -> Answer {
    Answer(
      status: 404,
      body: .json(["title": "Not an API of this sandbox", "status": 404, "detail": .string(exchange.path)]))
  }

  /// The answer of a web server before any service is asked.
  private static func unfit(_ exchange: Exchange, _ refusal: HTTP1Rules.Refusal) -> Answer {
    Answer(
      status: refusal.status,
      body: .json([
        "title": "The request does not keep to HTTP", "status": .integer(Int64(refusal.status)),
        "detail": .string(refusal.detail),
      ]))
  }
}

extension Answer {
  /// A placeholder for no answer at all.
  fileprivate static let unmade = Answer(status: 0, mediaType: nil)
}
