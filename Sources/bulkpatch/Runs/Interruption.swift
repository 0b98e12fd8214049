import Dispatch
import Foundation
import Synchronization

/// SIGINT and SIGTERM while a run is under way: the first asks for a clean end, the second ends at once.
///
/// Ending at once is safe too: intents are durable before anything is sent.
final class Interruption: Sendable {
  private struct State {
    var received: Int32?
    var onSignal: (@Sendable (Int32) -> Void)?
  }

  private let state = Mutex(State())

  /// Takes back what the parent process may have blocked: a run must hear the signal to end, whoever started it.
  static func makePossible() {
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    for number in [SIGINT, SIGTERM] { unsafe sigaddset(&signals, number) }
    unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  /// Starts to watch; the process no longer dies of these signals by itself.
  init(of signals: [Int32] = [SIGINT, SIGTERM]) {
    for number in signals {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(
        signal: number, queue: DispatchQueue(label: "bulkpatch.signals"))
      source.setEventHandler { self.receive(number) }
      source.resume()
      // Watched for as long as the process lives.
      _ = unsafe Unmanaged.passRetained(source as AnyObject)
    }
  }

  /// The signal that came, if one did.
  var received: Int32? { state.withLock { $0.received } }

  /// What to do when a signal comes; done at once when one has come already.
  func onSignal(_ action: @escaping @Sendable (Int32) -> Void) {
    let received = state.withLock { state in
      state.onSignal = action
      return state.received
    }
    if let received { action(received) }
  }

  private func receive(_ number: Int32) {
    let (isFirst, action) = state.withLock { state in
      defer { state.received = state.received ?? number }
      return (state.received == nil, state.onSignal)
    }
    guard isFirst else { _exit(128 + number) }
    action?(number)
  }
}
