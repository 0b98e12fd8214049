import Foundation
import NIOCore

/// The connection of a request, for faults that no HTTP answer can express.
struct Connection: Sendable {
  let channel: any Channel
  let lifetime: Lifetime

  /// Ends it at once; later answers are dropped.
  func end(_ ending: Ending) async { await Self.end(channel, ending) }

  static func end(_ channel: any Channel, _ ending: Ending) async {
    if ending == .reset { await breakOffWhenClosed(channel) }
    // It may have ended by itself.
    try? await channel.close()
  }

  /// Ends it in the middle of the next answer.
  func endAmidAnswer(_ ending: Ending) async {
    if ending == .reset { await Self.breakOffWhenClosed(channel) }
    let channel = channel
    try? await channel.eventLoop.submit {
      try channel.pipeline.syncOperations.addHandler(AnswerCutter(), position: .first)
    }.get()
  }

  /// Waits; returns `false` at once if the client hangs up or has already done so, or the sandbox ends.
  func hold(_ time: Duration) async -> Bool {
    let (hangUps, continuation) = AsyncStream.makeStream(of: Void.self)
    let channel = channel
    @Sendable func listen(_ listener: (@Sendable () -> Void)?) async -> Bool {
      let isHeard: Void? = try? await channel.eventLoop.submit {
        try channel.pipeline.syncOperations.handler(type: HangUpWatch.self).listener = listener
      }.get()
      return isHeard != nil
    }
    // Without a channel left to ask, the connection has ended.
    guard await listen({ continuation.finish() }) else { return false }
    let isOver = await withTaskGroup(of: Bool.self) { group in
      group.addTask { await lifetime.wait(time) }
      group.addTask {
        for await _ in hangUps {}
        return false
      }
      let isOver = await group.next() ?? false
      group.cancelAll()
      return isOver
    }
    _ = await listen(nil)
    return isOver
  }

  /// Makes the close a reset (RST) instead of an orderly end.
  private static func breakOffWhenClosed(_ channel: any Channel) async {
    guard let socket = channel as? any SocketOptionProvider else { return }
    try? await socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
  }
}

/// Sends half of an answer and closes: the head and half of the body, or half of the head if there is no body.
///
/// It is next to the socket, before everything else, so that it sees bytes.
private final class AnswerCutter: ChannelOutboundHandler {
  typealias OutboundIn = IOData
  typealias OutboundOut = IOData

  private var answer = ByteBuffer()

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    if case .byteBuffer(var bytes) = unwrapOutboundIn(data) { answer.writeBuffer(&bytes) }
    promise?.succeed()
  }

  /// The server hands an answer over in one go, and then flushes.
  func flush(context: ChannelHandlerContext) {
    let bytes = answer.readableBytesView
    guard !bytes.isEmpty else { return }
    let end = bytes.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound ?? bytes.endIndex
    let head = bytes.distance(from: bytes.startIndex, to: end)
    let part = head == bytes.count ? head / 2 : head + (bytes.count - head) / 2
    let half = answer.readSlice(length: part) ?? answer
    answer.clear()
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    context.writeAndFlush(wrapOutboundOut(.byteBuffer(half))).whenComplete { _ in
      bound.value.close(promise: nil)
    }
  }
}

/// Notices that the other side has closed; every connection has one from the start, so that no close is missed.
final class HangUpWatch: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = NIOAny

  private let outages: Outages
  private var hasHungUp = false
  /// Called once, and at once if the close has already happened.
  var listener: (@Sendable () -> Void)? {
    didSet { if hasHungUp { listener?() } }
  }

  init(_ outages: Outages) { self.outages = outages }

  func handlerAdded(context: ChannelHandlerContext) { outages.opened(context.channel) }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .inputClosed? = event as? ChannelEvent { hangUp() }
    context.fireUserInboundEventTriggered(event)
  }

  func channelInactive(context: ChannelHandlerContext) {
    outages.closed(context.channel)
    hangUp()
    context.fireChannelInactive()
  }

  private func hangUp() {
    hasHungUp = true
    listener?()
  }
}
