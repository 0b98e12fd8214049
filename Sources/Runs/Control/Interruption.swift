import Console
import Dispatch
import Foundation
import Sites
import Synchronization

/// The signals that a run listens to.
///
/// The first SIGINT, SIGTERM or SIGHUP (the terminal is gone) asks for a clean end, the second ends at once. Ending
/// at once is safe too: intents are durable before anything is sent. A signal right after the first counts as the
/// same one: `timeout` and some supervisors signal the process and then its group. SIGUSR1 asks for the progress.
///
/// Its two threads exist from the start, because the signal to end must be heard even when the system gives Dispatch
/// no more threads. One thread listens; the other acts, which may take long.
package final class Interruption: Sendable {
  private struct State {
    var received: Int32?
    /// The arrival of the first signal.
    var began: ContinuousClock.Instant?
    var onSignal: (@Sendable (Int32) -> Void)?
    var status: (@Sendable () -> Void)?
    /// The actions that signals have asked for and that are still to be done.
    var duties: [@Sendable () -> Void] = []
  }

  private let state = Mutex(State())
  private let heard = DispatchSemaphore(value: 0)

  /// The signals that end a run.
  static let ending = [SIGINT, SIGTERM, SIGHUP]

  /// The number of the latest signal; a signal handler may do no more than write it.
  private static let doorbell = Atomic<Int32>(-1)

  /// Unblocks signals that the parent process may have blocked, because a run must hear the signal to end.
  ///
  /// SIGUSR1 never ends the process, even when there is no progress to report.
  package static func makePossible() {
    signal(SIGUSR1, SIG_IGN)
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    for number in ending + [SIGUSR1] { unsafe sigaddset(&signals, number) }
    unsafe pthread_sigmask(SIG_UNBLOCK, &signals, nil)
  }

  /// Starts to watch; these signals no longer kill the process.
  ///
  /// - Throws: `UserError` with exit code 74 if there is no thread or pipe to receive them with.
  init(of signals: [Int32] = ending, status: Int32? = SIGUSR1) throws(UserError) {
    // A command started with nohup(1) is meant to outlive the terminal.
    let wanted =
      signals.filter { $0 != SIGHUP || !Interruption.isIgnored(SIGHUP) } + [status].compactMap { $0 }
    guard !wanted.isEmpty else { return }
    var ends: [Int32] = [-1, -1]
    guard unsafe pipe(&ends) == 0 else {
      throw UserError(
        .inputOutput, "cannot watch for signals: \(unsafe String(cString: strerror(errno)))",
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

  /// Returns whether the process was started with the signal ignored.
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

  /// Carries out the listener's actions one by one.
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

  /// The signal to end that came, if any.
  var received: Int32? { state.withLock { $0.received } }

  /// Sets the action for a signal to end; it runs at once if a signal has come already.
  func onSignal(_ action: @escaping @Sendable (Int32) -> Void) {
    let received = state.withLock { state in
      state.onSignal = action
      return state.received
    }
    if let received { action(received) }
  }

  /// Sets the action that reports progress on SIGUSR1; `nil` for none.
  func onStatusRequest(_ action: (@Sendable () -> Void)?) {
    state.withLock { $0.status = action }
  }

  /// The time after the first signal in which further ones count as the same.
  private static let echo = Duration.milliseconds(250)

  /// Takes in a signal to end.
  ///
  /// - Returns: whether the process must end at once.
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
