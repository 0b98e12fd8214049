import NIOCore
import NIOHTTP1

/// The rules of HTTP/1 that SwiftNIO leaves to others: keeping connections, expectations, and the host of a request
/// (RFC 9112, sections 3.2 and 9.3; RFC 9110, section 10.1.1).
final class HTTP1Rules: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  /// The header by which the responder learns that a request is refused; never a client's own.
  static let refusalField = "sandbox-refusal"

  /// The reason a request is refused before it is handled; its connection is closed.
  enum Refusal: String {
    case host
    case expectation

    var status: Int { self == .host ? 400 : 417 }

    var detail: String {
      switch self {
      case .host: "The request has no header Host, or more than one"
      case .expectation: "The only expectation that can be met is 100-continue"
      }
    }
  }

  /// A request without an answer yet, the oldest first.
  private struct Open {
    var isLast: Bool
    /// Indicates that the client keeps its connection only if it is told to, as with HTTP/1.0.
    var isToldToKeep: Bool
    /// Indicates that the client holds the body back until it is asked for it.
    var waits: Bool
  }

  private var open: [Open] = []

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard case .head(var head) = unwrapInboundIn(data) else {
      context.fireChannelRead(data)
      return
    }
    let isOld = head.version == .http1_0
    // An HTTP/1.0 client knows no expectations, and need not name a host.
    let expected = isOld ? [] : head.headers[canonicalForm: "expect"].map { $0.lowercased() }
    let hosts = head.headers["host"].count
    let refusal: Refusal? =
      if hosts > 1 || hosts == 0 && !isOld {
        .host
      } else if expected.contains(where: { $0 != "100-continue" }) {
        .expectation
      } else {
        nil
      }
    let isLast = !head.isKeepAlive || refusal != nil
    if isLast { head.headers.replaceOrAdd(name: "connection", value: "close") }
    head.headers.remove(name: Self.refusalField)
    if let refusal { head.headers.add(name: Self.refusalField, value: refusal.rawValue) }
    open.append(
      Open(isLast: isLast, isToldToKeep: isOld && !isLast, waits: refusal == nil && !expected.isEmpty))
    if open.count == 1 { continueFirst(context) }
    context.fireChannelRead(wrapInboundOut(.head(head)))
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch unwrapOutboundIn(data) {
    case .head(var head):
      if let first = open.first, first.isLast || first.isToldToKeep {
        head.headers.replaceOrAdd(name: "connection", value: first.isLast ? "close" : "keep-alive")
      }
      context.write(wrapOutboundOut(.head(head)), promise: promise)
    case .body: context.write(data, promise: promise)
    case .end:
      context.write(data, promise: promise)
      if !open.isEmpty { open.removeFirst() }
      continueFirst(context)
    }
  }

  /// Asks the client for its body, if its request is the next to be answered.
  private func continueFirst(_ context: ChannelHandlerContext) {
    guard open.first?.waits == true else { return }
    open[0].waits = false
    let head = HTTPResponseHead(version: .http1_1, status: .continue)
    context.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
  }
}
