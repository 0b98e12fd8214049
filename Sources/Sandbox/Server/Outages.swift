import NIOCore
import Synchronization

/// When the sandbox is gone for a while, as a service is whose process is restarted; and who is connected, to be cut
/// off then.
final class Outages: Sendable {
  private let asked: AsyncStream<Duration>
  private let continuation: AsyncStream<Duration>.Continuation
  private let state = Mutex(State())

  private struct State {
    var channels: [ObjectIdentifier: any Channel] = [:]
    var isGone = false
    var listener: (any Channel)?
    var starts = 0
    var port: Int?
  }

  init() {
    // Many requests may be struck together; that is one outage.
    (asked, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// Where it listens, once it has; after an outage it is the same.
  var port: Int? { state.withLock { $0.port } }

  /// How often it has begun to listen.
  var starts: Int { state.withLock { $0.starts } }

  /// Asks for an outage, unless one has begun.
  func begin(_ time: Duration) {
    let isFirst = state.withLock { state in
      defer { state.isGone = true }
      return !state.isGone
    }
    if isFirst { continuation.yield(time) }
  }

  /// Waits for the next one, and returns how long it lasts; `nil` when the task is cancelled.
  func next() async -> Duration? {
    for await time in asked { return time }
    return nil
  }

  /// No more of them.
  func finish() { continuation.finish() }

  func listens(_ channel: any Channel, at port: Int) {
    state.withLock { state in
      state.listener = channel
      state.starts += 1
      state.port = port
      state.isGone = false
    }
  }

  func opened(_ channel: any Channel) { state.withLock { $0.channels[ObjectIdentifier(channel)] = channel } }

  func closed(_ channel: any Channel) { state.withLock { $0.channels[ObjectIdentifier(channel)] = nil } }

  /// Takes no more connections, and breaks every one off.
  func breakOff() async {
    try? await state.withLock { $0.listener }?.close()
    for channel in state.withLock({ Array($0.channels.values) }) {
      await Connection.end(channel, .reset)
    }
  }

  /// Takes no more connections, and ends each one once its request is answered.
  func finishAnswers() async {
    try? await state.withLock { $0.listener }?.close()
    let channels = state.withLock { Array($0.channels.values) }
    for channel in channels { channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent()) }
    for channel in channels { try? await channel.closeFuture.get() }
  }
}
