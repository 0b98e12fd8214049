import NIOCore
import Synchronization

/// The outages of the sandbox, as of a service whose process is restarted; and the open connections, to be cut by
/// them.
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
    // Many requests may be hit together; that is one outage.
    (asked, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// The address it listens on, once it does; the same after an outage.
  var port: Int? { state.withLock { $0.port } }

  /// The number of times it has started to listen.
  var starts: Int { state.withLock { $0.starts } }

  /// Requests an outage, unless one has started.
  func begin(_ time: Duration) {
    let isFirst = state.withLock { state in
      defer { state.isGone = true }
      return !state.isGone
    }
    if isFirst { continuation.yield(time) }
  }

  /// Waits for the next one, and returns its duration; `nil` if the task is cancelled.
  func next() async -> Duration? {
    for await time in asked { return time }
    return nil
  }

  /// Ends the outages.
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

  /// Accepts no more connections, and resets every open one.
  func breakOff() async {
    try? await state.withLock { $0.listener }?.close()
    for channel in state.withLock({ Array($0.channels.values) }) {
      await Connection.end(channel, .reset)
    }
  }

  /// Accepts no more connections, and ends each open one once its request is answered.
  func finishAnswers() async {
    try? await state.withLock { $0.listener }?.close()
    let channels = state.withLock { Array($0.channels.values) }
    for channel in channels { channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent()) }
    for channel in channels { try? await channel.closeFuture.get() }
  }
}
