import NIOCore
import NIOHTTP1

/// The end of a connection's pipeline: collects a request, has it answered, and writes the answer.
///
/// Requests are handled one at a time: while a complete one has no answer yet, what follows it waits here, and no more
/// is read. SwiftNIO's own handler for that stops reading at each request, which costs two calls of the system.
final class RequestReader: ChannelDuplexHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundIn = Never
  typealias OutboundOut = IOData

  /// The request that is being read or answered.
  private struct Current {
    let head: HTTPRequestHead
    let headers: HeaderFields
    let rules: HTTP1Rules
    /// In microseconds since 1970.
    let arrival: Int64
    var body: [UInt8] = []
  }

  /// What came after a request without an answer.
  private enum Event {
    case part(HTTPServerRequestPart)
    case failure
    case inputClosed
  }

  private let responder: SandboxResponder
  private var request: Current?
  /// Indicates that the current request has not come to its end.
  private var isReceiving = false
  /// Indicates that the responder has it; the rest of its body is then dropped.
  private var isAnswering = false
  private var waiting = CircularBuffer<Event>(initialCapacity: 0)
  /// Indicates that reading goes on when nothing waits any more.
  private var isReadDue = false
  private var isInputClosed = false
  private var isOutputClosed = false
  /// Indicates that the connection ends with the current request.
  private var isEnding = false

  init(_ responder: SandboxResponder) { self.responder = responder }

  /// Indicates that there is a complete request without an answer.
  private var isBusy: Bool { isAnswering && !isReceiving }

  // MARK: Reading

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !(isEnding || isOutputClosed) || isReceiving else { return }
    let part = unwrapInboundIn(data)
    if isBusy { waiting.append(.part(part)) } else { take(part, context) }
  }

  func read(context: ChannelHandlerContext) {
    guard !isEnding || isReceiving else { return }
    if waiting.isEmpty { context.read() } else { isReadDue = true }
  }

  private func take(_ part: HTTPServerRequestPart, _ context: ChannelHandlerContext) {
    switch part {
    case .head(let head):
      isReceiving = true
      let headers = HeaderFields(head.headers)
      let rules = HTTP1Rules(head, headers)
      request = Current(head: head, headers: headers, rules: rules, arrival: Timestamp.microsecondsNow)
      if rules.refusal != nil {
        // Its body may never come.
        answer(context)
      } else if rules.waits {
        send("HTTP/1.1 100 Continue\r\n\r\n", context)
      }
    case .body(let bytes):
      guard let length = request?.body.count, !isAnswering else { return }
      guard length + bytes.readableBytes <= responder.bodyLimit else {
        request?.body = []
        return answer(context, isTooLong: true)
      }
      request?.body += bytes.readableBytesView
    case .end:
      isReceiving = false
      if request != nil, !isAnswering { answer(context) }
      if isEnding, !isAnswering { context.close(promise: nil) }
    }
  }

  /// Takes what waits, up to the end of the next request.
  private func takeWaiting(_ context: ChannelHandlerContext) {
    while !isBusy, let event = waiting.popFirst() {
      switch event {
      case .part(let part): take(part, context)
      case .failure: refuse(context)
      case .inputClosed: closeInput(context)
      }
    }
    // An end after a request is known before its answer.
    if case .inputClosed? = waiting.first {
      waiting.removeFirst()
      closeInput(context)
    }
    guard isReadDue, waiting.isEmpty else { return }
    isReadDue = false
    read(context: context)
  }

  // MARK: Ends

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch event {
    case ChannelEvent.inputClosed:
      if isBusy, !waiting.isEmpty { waiting.append(.inputClosed) } else { closeInput(context) }
    case is ChannelShouldQuiesceEvent:
      isEnding = true
      waiting.removeAll()
      if !isReceiving, !isAnswering || isOutputClosed { context.close(promise: nil) }
    default: break
    }
    context.fireUserInboundEventTriggered(event)
  }

  private func closeInput(_ context: ChannelHandlerContext) {
    isInputClosed = true
    // It may arrive while an answer is handed over.
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    context.eventLoop.execute {
      let (reader, context) = bound.value
      if reader.request == nil { context.close(promise: nil) }
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    waiting.removeAll()
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard error is HTTPParserError else { return context.close(promise: nil) }
    if isBusy { waiting.append(.failure) } else { refuse(context) }
  }

  /// Answers what is no HTTP, and closes.
  private func refuse(_ context: ChannelHandlerContext) {
    let length = "Content-Length: 0\r\n"
    let headers = request?.rules.connection.map { "\(length)connection: \($0)\r\n" }
    send("HTTP/1.1 400 Bad Request\r\n\(headers ?? "Connection: close\r\n\(length)")\r\n", context)
    context.close(promise: nil)
  }

  private func send(_ text: String, _ context: ChannelHandlerContext) {
    context.writeAndFlush(wrapOutboundOut(.byteBuffer(ByteBuffer(string: text))), promise: nil)
  }

  // MARK: Answering

  private func answer(_ context: ChannelHandlerContext, isTooLong: Bool = false) {
    guard let request else { return }
    isAnswering = true
    let exchange = Exchange(
      request.head, request.headers, request.arrival, request.body, isTooLong: isTooLong)
    let reader = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    let connection = Connection(channel: context.channel, lifetime: responder.lifetime)
    let eventLoop = context.eventLoop
    responder.respond(to: exchange, refusing: request.rules.refusal, over: connection) {
      answer, exchange, service in
      eventLoop.execute {
        let (reader, context) = reader.value
        reader.write(answer, to: exchange, of: service, context)
      }
    }
  }

  private func write(
    _ answer: Answer, to exchange: Exchange, of service: (any SandboxService)?,
    _ context: ChannelHandlerContext
  ) {
    guard let request else { return }
    self.request = nil
    isAnswering = false
    var body = WireBytes(capacity: answer.usualSize)
    answer.write(bodyTo: &body)
    var head = WireBytes(capacity: 640)
    let canBeSent = answer.write(
      headTo: &head, bodyLength: body.count,
      connection: request.rules.connection ?? (isEnding ? "close" : nil)
    ) { service?.writeHeaders(of: answer, to: exchange, &$0) }
    let isLast = request.rules.isLast || isInputClosed || isEnding && !isReceiving
    let written = isLast ? context.eventLoop.makePromise(of: Void.self) : nil
    if canBeSent {
      if request.head.method == .HEAD { body = WireBytes(capacity: 0) }
      let bytes = head.buffer(followedBy: body, context.channel.allocator)
      context.write(wrapOutboundOut(.byteBuffer(bytes)), promise: written)
    } else {
      context.close(promise: written)
    }
    takeWaiting(context)
    context.flush()
    if let written { close(context, once: written.futureResult) }
  }

  private func close(_ context: ChannelHandlerContext, once written: EventLoopFuture<Void>) {
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    written.whenComplete { _ in
      let (reader, context) = bound.value
      reader.isOutputClosed = true
      reader.waiting.removeAll()
      // A client that still sends must not lose its answer to a reset: it closes once it has read it.
      let isOver = reader.isInputClosed || reader.isEnding && !reader.isReceiving
      context.close(mode: isOver ? .all : .output, promise: nil)
    }
  }
}
