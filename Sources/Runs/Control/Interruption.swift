import Console
import Dispatch
import Foundation
import Sites
import Synchronization

/// The signals that a run under way listens to.
///
/// SIGINT, SIGTERM and SIGHUP (the terminal is gone): the first asks for a clean end, the second ends at once. Ending at once is safe too:
/// intents are durable before anything is sent. One that follows the first at once is the same wish, told twice:
/// `timeout` sends its signal to the process and then to its group, as some supervisors do. SIGUSR1 asks how far the run is.
///
/// It has threads of its own, there from the start: where the system gives Dispatch no more of them, above all the signal to
/// end has to be heard. One listens, and one acts on what it has heard, which may take long.
package final class Interruption: Sendable {
  private struct State {
    var received: Int32?
    /// When the first signal came.
    var began: ContinuousClock.Instant?
    var onSignal: (@Sendable (Int32) -> Void)?
    var status: (@Sendable () -> Void)?
    /// What has been heard and is not done yet.
    var duties: [@Sendable () -> Void] = []
  }

  private let state = Mutex(State())
  private let heard = DispatchSemaphore(value: 0)

  /// The signals that ask for the end.
  static let ending = [SIGINT, SIGTERM, SIGHUP]

  /// Where a signal handler writes the number of what came; it may do no more than that.
  private static let doorbell = Atomic<Int32>(-1)

  /// Takes back what the parent process may have blocked: a run must hear the signal to end, whoever started it.
  ///
  /// Nobody dies of being asked how far he is, also when there is nothing to say.
  package static func makePossible() {
    signal(SIGUSR1, SIG_IGN)
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    for number in ending + [SIGUSR1] { unsafe sigaddset(&signals, number) }
    unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  /// Starts to watch; the process no longer dies of these signals by itself.
  ///
  /// - Throws: `UserError` with exit code 74 when there is nothing to hear them with.
  init(of signals: [Int32] = ending, status: Int32? = SIGUSR1) throws(UserError) {
    // Who starts a command with nohup(1) wants it to outlive the terminal.
    let wanted =
      signals.filter { $0 != SIGHUP || !Interruption.isIgnored(SIGHUP) } + [status].compactMap { $0 }
    guard !wanted.isEmpty else { return }
    var ends: [Int32] = [-1, -1]
    guard unsafe pipe(&ends) == 0 else {
      throw UserError(
        .inputOutput, "signals cannot be listened to: \(unsafe String(cString: strerror(errno)))",
        hint: "raise the limit of open files (ulimit -n)")
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let reading = ends[0]
    Interruption.doorbell.store(ends[1], ordering: .releasing)
    Thread.detachNewThread { self.act() }
    Thread.detachNewThread { self.listen(to: reading, status: status) }
    for number in wanted {
      signal(number) { number in
        let before = errno
        var byte = UInt8(truncatingIfNeeded: number)
        _ = unsafe write(Interruption.doorbell.load(ordering: .acquiring), &byte, 1)
        errno = before
      }
    }
  }

  /// Whether the process was started so that a signal does nothing.
  private static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    guard unsafe sigaction(number, nil, &action) == 0 else { return false }
    #if canImport(Darwin)
      let handler = unsafe action.__sigaction_u.__sa_handler
    #else
      let handler = unsafe action.__sigaction_handler.sa_handler
    #endif
    return unsafe unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  private func listen(to descriptor: Int32, status: Int32?) {
    var byte: UInt8 = 0
    while true {
      guard unsafe read(descriptor, &byte, 1) == 1 else {
        if errno == EINTR { continue }
        return
      }
      let number = Int32(byte)
      if number == status {
        hand(over: tellStatus)
      } else if receive(number) {
        _exit(128 + number)
      }
    }
  }

  /// Does what was asked for the listener, one after the other.
  private func act() {
    while true {
      heard.wait()
      let duty = state.withLock { $0.duties.isEmpty ? nil : $0.duties.removeFirst() }
      duty?()
    }
  }

  private func hand(over duty: @escaping @Sendable () -> Void) {
    state.withLock { $0.duties.append(duty) }
    heard.signal()
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
    ShellCommand.endRunning()
    if let began { return now - began >= Interruption.echo }
    if let action { hand(over: { action(number) }) }
    return false
  }
}
