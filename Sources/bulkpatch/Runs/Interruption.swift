import Console
import Dispatch
import Foundation
import Synchronization

/// The signals that a run under way listens to.
///
/// SIGINT and SIGTERM: the first asks for a clean end, the second ends at once. Ending at once is safe too:
/// intents are durable before anything is sent. One that follows the first at once is the same wish, told twice:
/// `timeout` sends its signal to the process and then to its group, as some supervisors do. SIGUSR1 asks how far the run is.
final class Interruption: Sendable {
  private struct State {
    var received: Int32?
    /// When the first signal came.
    var began: ContinuousClock.Instant?
    var onSignal: (@Sendable (Int32) -> Void)?
    var status: (@Sendable () -> Void)?
  }

  private let state = Mutex(State())

  /// Takes back what the parent process may have blocked: a run must hear the signal to end, whoever started it.
  ///
  /// Nobody dies of being asked how far he is, also when there is nothing to say.
  static func makePossible() {
    signal(SIGUSR1, SIG_IGN)
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    for number in [SIGINT, SIGTERM, SIGUSR1] { unsafe sigaddset(&signals, number) }
    unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  /// Starts to watch; the process no longer dies of these signals by itself.
  init(of signals: [Int32] = [SIGINT, SIGTERM], status: Int32? = SIGUSR1) {
    for number in signals {
      watch(number) { if self.receive(number) { _exit(128 + number) } }
    }
    if let status { watch(status) { self.tellStatus() } }
  }

  private func tellStatus() {
    let status = state.withLock { $0.status }
    if let status {
      status()
    } else {
      Output.toStandardError("bulkpatch: nothing is being sent at this moment\n")
    }
  }

  /// The signal to end that came, if one did.
  var received: Int32? { state.withLock { $0.received } }

  /// What to do when a signal to end comes; done at once when one has come already.
  func onSignal(_ action: @escaping @Sendable (Int32) -> Void) {
    let received = state.withLock { state in
      state.onSignal = action
      return state.received
    }
    if let received { action(received) }
  }

  /// Who says how far the run is when somebody asks; `nil` when nobody can.
  func onStatusRequest(_ action: (@Sendable () -> Void)?) {
    state.withLock { $0.status = action }
  }

  private func watch(_ number: Int32, _ action: @escaping @Sendable () -> Void) {
    signal(number, SIG_IGN)
    let source = DispatchSource.makeSignalSource(
      signal: number, queue: DispatchQueue(label: "bulkpatch.signals"))
    source.setEventHandler(handler: action)
    source.resume()
    // Watched for as long as the process lives.
    _ = unsafe Unmanaged.passRetained(source as AnyObject)
  }

  /// Signals that come so soon after the first mean no more than that.
  private static let echo = Duration.milliseconds(250)

  /// Takes in a signal to end.
  ///
  /// - Returns: whether the process has to end at once.
  func receive(_ number: Int32, at now: ContinuousClock.Instant = .now) -> Bool {
    let (began, action) = state.withLock { state in
      defer {
        state.received = state.received ?? number
        state.began = state.began ?? now
      }
      return (state.began, state.onSignal)
    }
    if let began { return now - began >= Interruption.echo }
    action?(number)
    return false
  }
}
