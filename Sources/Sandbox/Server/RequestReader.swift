import JSON
import NIOCore
import NIOHTTP1

/// The end of a connection's pipeline: collects a request, has it answered, and writes the answer.
///
/// Requests come one at a time: SwiftNIO's pipelining assistance holds the next one back.
final class RequestReader: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let responder: SandboxResponder
  /// The request that is being read or answered.
  private var request: (head: HTTPRequestHead, exchange: Exchange)?
  /// Indicates that the responder has it; the rest of its body is then dropped.
  private var isAnswering = false
  private var isInputClosed = false

  init(_ responder: SandboxResponder) { self.responder = responder }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head):
      request = (head, Exchange(head))
      // Its body may never come.
      if head.headers.contains(name: HTTP1Rules.refusalField) { answer(context) }
    case .body(let bytes):
      guard let exchange = request?.exchange, !isAnswering else { return }
      guard exchange.body.count + bytes.readableBytes <= responder.bodyLimit else {
        request?.exchange.body = []
        request?.exchange.isTooLong = true
        return answer(context)
      }
      request?.exchange.body += bytes.readableBytesView
    case .end:
      if request != nil, !isAnswering { answer(context) }
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .inputClosed? = event as? ChannelEvent {
      isInputClosed = true
      // It may arrive while an answer is handed over.
      let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
      context.eventLoop.execute {
        let (reader, context) = bound.value
        if reader.request == nil { context.close(promise: nil) }
      }
    }
    context.fireUserInboundEventTriggered(event)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  private func answer(_ context: ChannelHandlerContext) {
    guard let request else { return }
    isAnswering = true
    let reader = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    let connection = Connection(channel: context.channel, lifetime: responder.lifetime)
    let responder = responder
    let eventLoop = context.eventLoop
    responder.respond(to: request.exchange, over: connection) { answer in
      eventLoop.execute {
        let (reader, context) = reader.value
        reader.write(answer, answer.bytes, to: request.head, context)
      }
    }
  }

  private func write(
    _ answer: Answer, _ body: [UInt8], to request: HTTPRequestHead, _ context: ChannelHandlerContext
  ) {
    self.request = nil
    isAnswering = false
    // Those of an answer are all different.
    var headers = HTTPHeaders()
    headers.reserveCapacity(answer.headers.count + 3)
    if let type = answer.mediaType { headers.add(name: "Content-Type", value: type) }
    for (name, value) in answer.headers { headers.add(name: name, value: value) }
    headers.add(name: "Content-Length", value: "\(body.count)")
    headers.add(name: "Date", value: HTTPDate.now)
    // An answer with status 0 was never made: its connection has ended, and this goes nowhere.
    let status = HTTPResponseStatus(statusCode: answer.status == 0 ? 500 : answer.status)
    context.write(
      wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: status, headers: headers))),
      promise: nil)
    if !body.isEmpty, request.method != .HEAD {
      context.write(
        wrapOutboundOut(.body(.byteBuffer(context.channel.allocator.buffer(bytes: body)))), promise: nil)
    }
    let isLast = !request.isKeepAlive || isInputClosed
    // The next request may be read within this call.
    let written = context.writeAndFlush(wrapOutboundOut(.end(nil)))
    guard isLast else { return }
    let bound = NIOLoopBound((context, isInputClosed), eventLoop: context.eventLoop)
    written.whenComplete { _ in
      // A client that still sends must not lose its answer to a reset: it closes once it has read it.
      let (context, isInputClosed) = bound.value
      context.close(mode: isInputClosed ? .all : .output, promise: nil)
    }
  }
}

extension Exchange {
  /// A request without its body.
  fileprivate init(_ head: HTTPRequestHead) {
    var headers = [String: String](minimumCapacity: head.headers.count)
    for (name, value) in head.headers {
      let name = name.lowercased()
      headers[name] = headers[name].map { "\($0), \(value)" } ?? value
    }
    let target = head.uri.isEmpty ? "/" : head.uri
    let mark = target.utf8.firstIndex(of: UInt8(ascii: "?"))
    self.init(
      method: head.method.rawValue, path: String(target[..<(mark ?? target.endIndex)]),
      query: mark.map { String(target[target.index(after: $0)...]) }, headers: headers,
      arrival: Timestamp.microsecondsNow)
  }
}

extension Answer {
  /// The body as sent.
  fileprivate var bytes: [UInt8] {
    switch body {
    case .empty: []
    case .json(let json): json.bytes(.indented(4))
    case .record(let record, let template): template.bytes(of: record)
    case .bytes(let bytes): bytes
    }
  }
}
