import Console
import Dispatch
import Execution
import Foundation
import JSON
import Reports
import Staging
import Synchronization

/// The ways to stop or pause a run from outside: signals, the time window, and the files `pause` and `stop` in its
/// folder.
///
/// It also checks that the folder is still the same one. It looks at the folder twice a second. It checks the
/// signals, the window and the run's lock before every request.
final class RunControl: Sendable {
  private struct State {
    var loss: StagingError?
    var isPaused = false
    var isStopAsked = false
    var isOver = false
    /// The receivers of a reason to stop, and of the beginning and end of a pause.
    var stop: (@Sendable (StopReason) -> Void)?
    var hold: (@Sendable (Bool) -> Void)?
    var say: @Sendable (String) -> Void = Output.toStandardError
  }

  private let pauseFile: String
  private let stopFile: String
  private let run: RunFile
  private let interruption: Interruption
  private let window: RunWindow
  private let state = Mutex(State())
  /// The end of the last look at the run's lock, in milliseconds since `began`.
  private let looked = Atomic<Int64>(0)
  /// Held during such a look, so that no caller relies on one that has only begun.
  private let looking = SleepingLock(())
  private let began = ContinuousClock.now
  /// Indicates that the run is lost, so that lanes need no lock to know that it is not.
  private let isLost = Atomic(false)
  private let queue = DispatchQueue(label: "bulkpatch.control")
  private let bell = DispatchSemaphore(value: 0)

  /// Starts to watch; files that are in the folder already count.
  init(_ run: RunFile, interruption: Interruption, window: RunWindow) {
    pauseFile = run.directory.file("pause")
    stopFile = run.directory.file("stop")
    self.run = run
    self.interruption = interruption
    self.window = window
    interruption.onSignal { [weak self] number in self?.stop(.signal(number)) }
    interruption.onStatusRequest { [weak self] in self?.reportStanding() }
    look()
    schedule()
  }

  /// The reason not to send at this moment, for the lanes; they learn only of what does not change at once.
  ///
  /// A process that was suspended does not know it, and the run may have been taken over since. A look younger than
  /// this limit counts as current.
  var reasonAtSending: StopReason? {
    if !isCurrent {
      looking.withLock { _ in
        guard !isCurrent else { return }
        let start = age
        if let loss = run.loss { lose(loss) }
        // Suspended in between, it has seen what was so then.
        if age - start > RunControl.instant, let loss = run.loss { lose(loss) }
        looked.store(age, ordering: .releasing)
      }
    }
    if isLost.load(ordering: .acquiring), let loss = state.withLock({ $0.loss }) { return .recordLost(loss) }
    return window.reasonToStop()
  }

  private static let instant: Int64 = 20

  /// Indicates that the last look is younger than the limit.
  private var isCurrent: Bool { age - looked.load(ordering: .acquiring) <= RunControl.instant }

  /// Milliseconds since the watch began.
  private var age: Int64 {
    let (seconds, attoseconds) = (ContinuousClock.now - began).components
    return seconds * 1000 + attoseconds / 1_000_000_000_000_000
  }

  private func lose(_ loss: StagingError) {
    state.withLock { $0.loss = $0.loss ?? loss }
    isLost.store(true, ordering: .releasing)
  }

  /// The reason to send nothing more, if any; never waits.
  var reasonToStop: StopReason? { reasonToEnd ?? window.reasonToStop() }

  /// The reason to end even local work; the window does not stop the reading of the sheet.
  var reasonToEnd: StopReason? {
    let (loss, isStopAsked) = state.withLock { ($0.loss, $0.isStopAsked) }
    if let loss { return .recordLost(loss) }
    if let number = interruption.received { return .signal(number) }
    return isStopAsked ? .stopFile : nil
  }

  /// Waits while the run is paused, then returns the reason to send nothing more, if any.
  func reasonToStopAfterPause() -> StopReason? {
    while true {
      look()
      if let reasonToStop { return reasonToStop }
      guard state.withLock({ $0.isPaused }) else { return nil }
      _ = bell.wait(timeout: .now() + 1)
    }
  }

  /// The time at which the window closes, in words; `nil` if it never does.
  var stopTime: String? { window.text }

  /// The note in the progress display while the run is paused.
  var note: String? { state.withLock { $0.isPaused } ? "paused: remove \(pauseFile.printable())" : nil }

  /// Sets the receivers, and at once reports a pause that has begun or a reason to stop.
  ///
  /// - Parameter say: writes a line for people to standard error, whatever else is shown there.
  func tell(
    stop: @escaping @Sendable (StopReason) -> Void, hold: @escaping @Sendable (Bool) -> Void,
    say: @escaping @Sendable (String) -> Void
  ) {
    let isPaused = state.withLock { state in
      (state.stop, state.hold, state.say) = (stop, hold, say)
      return state.isPaused
    }
    if isPaused { hold(true) }
    if let reasonToStop { stop(reasonToStop) }
  }

  /// Sets the action that reports progress on SIGUSR1.
  func onStatusRequest(_ action: @escaping @Sendable () -> Void) { interruption.onStatusRequest(action) }

  /// Removes the receivers that `tell` and `onStatusRequest` have set.
  func removeReceivers() {
    state.withLock { ($0.stop, $0.hold, $0.say) = (nil, nil, Output.toStandardError) }
    interruption.onStatusRequest { [weak self] in self?.reportStanding() }
  }

  /// Reports progress while nothing is being sent: before the first row and after the last.
  private func reportStanding() {
    Output.toStandardError("bulkpatch: \(note ?? "nothing is being sent at this moment")\n")
  }

  /// Ends the watch and removes the stop file, which must not stop the next process too.
  package func end() {
    state.withLock { $0.isOver = true }
    removeReceivers()
    if !isLost.load(ordering: .acquiring) { unsafe unlink(stopFile) }
  }

  private func schedule() {
    queue.asyncAfter(deadline: .now() + .milliseconds(500)) { [weak self] in
      guard let self, !state.withLock({ $0.isOver }) else { return }
      look()
      if let reasonToStop { stop(reasonToStop) }
      schedule()
    }
  }

  /// Looks for the two files, and reports a pause that has begun or ended.
  private func look() {
    if let loss = run.loss {
      // The files there now, `pause` included, belong to another run.
      return lose(loss)
    }
    let isPaused = unsafe access(pauseFile, F_OK) == 0
    let isStopAsked = unsafe access(stopFile, F_OK) == 0
    let (hasChanged, hold, say) = state.withLock { state in
      defer { state.isPaused = isPaused }
      if isStopAsked { state.isStopAsked = true }
      return (state.isPaused != isPaused, state.hold, state.say)
    }
    guard hasChanged else { return }
    hold?(isPaused)
    // Shown under --quiet too: a silent pause would look like a hang.
    say(
      isPaused
        ? "note: paused: remove \(pauseFile.printable()) to continue\n" : "note: continuing after a pause\n"
    )
  }

  /// Reports a reason to stop once; the first one stays.
  private func stop(_ reason: StopReason) {
    bell.signal()
    let stop = state.withLock { state in
      defer { state.stop = nil }
      return state.stop
    }
    stop?(reason)
  }
}
