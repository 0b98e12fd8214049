import Console
import Dispatch
import Execution
import Foundation
import JSON
import Reports
import Staging
import Synchronization

/// What stops or holds a run from outside: the signals, the time window, the files `pause` and `stop` that
/// somebody puts into its folder, and whether that still is the folder it was.
///
/// The folder is looked at twice a second; signals, the window, and whether the run is still this process's are asked for
/// whenever something is to be sent.
final class RunControl: Sendable {
  private struct State {
    var loss: StagingError?
    var isPaused = false
    var isStopAsked = false
    var isOver = false
    /// Told of a reason to stop, and of the beginning and end of a pause.
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
  /// When the files and locks were looked at last; held while that is done, so that nobody relies on a look that has only
  /// begun.
  private let looked = Mutex(ContinuousClock.now)
  private let queue = DispatchQueue(label: "bulkpatch.control")
  private let bell = DispatchSemaphore(value: 0)

  /// Begins to watch; what is in the folder already counts.
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

  /// Why nothing may be sent at this moment; for the lanes, which are told of all that does not change at a stroke.
  ///
  /// A process that was suspended does not know it: the run may have been taken over since. A look that is younger than
  /// this is taken for one of now.
  var reasonAtSending: StopReason? {
    looked.withLock { looked in
      guard ContinuousClock.now - looked > RunControl.instant else { return }
      if let loss = run.loss { state.withLock { $0.loss = $0.loss ?? loss } }
      looked = ContinuousClock.now
    }
    if let loss = state.withLock({ $0.loss }) { return .recordLost(loss) }
    return window.reasonToStop()
  }

  private static let instant = Duration.milliseconds(20)

  /// Why nothing may be sent any more, when that is so; waits for nothing.
  var reasonToStop: StopReason? { reasonToEnd ?? window.reasonToStop() }

  /// Why even local work must end; reading the sheet to its end is not kept from the window.
  var reasonToEnd: StopReason? {
    let (loss, isStopAsked) = state.withLock { ($0.loss, $0.isStopAsked) }
    if let loss { return .recordLost(loss) }
    if let number = interruption.received { return .signal(number) }
    return isStopAsked ? .stopFile : nil
  }

  /// Waits as long as the run is paused, and returns why nothing may be sent any more, when that is so.
  func reasonToStopAfterPause() -> StopReason? {
    while true {
      look()
      if let reasonToStop { return reasonToStop }
      guard state.withLock({ $0.isPaused }) else { return nil }
      _ = bell.wait(timeout: .now() + 1)
    }
  }

  /// What the progress says while the run is paused.
  var note: String? { state.withLock { $0.isPaused } ? "paused: remove \(pauseFile.printable())" : nil }

  /// Hands over whom to tell; told at once of a pause that has begun or of a reason to stop there is.
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

  /// Who says how far the run is when somebody asks (SIGUSR1).
  func onStatusRequest(_ action: @escaping @Sendable () -> Void) { interruption.onStatusRequest(action) }

  /// The end of what `tell` and `onStatusRequest` began.
  func tellNobody() {
    state.withLock { ($0.stop, $0.hold, $0.say) = (nil, nil, Output.toStandardError) }
    interruption.onStatusRequest { [weak self] in self?.reportStanding() }
  }

  /// What there is to say while nobody sends: before the first row, and after the last.
  private func reportStanding() {
    Output.toStandardError("bulkpatch: \(note ?? "nothing is being sent at this moment")\n")
  }

  /// Ends the watch, and takes the stop file away: it has been obeyed, and must not stop the next process too.
  package func end() {
    let isLost = state.withLock { state in
      state.isOver = true
      return state.loss != nil
    }
    tellNobody()
    if !isLost { unsafe unlink(stopFile) }
  }

  private func schedule() {
    queue.asyncAfter(deadline: .now() + .milliseconds(500)) { [weak self] in
      guard let self, !state.withLock({ $0.isOver }) else { return }
      look()
      if let reasonToStop { stop(reasonToStop) }
      schedule()
    }
  }

  /// Looks for the two files, and tells of a pause that began or ended.
  private func look() {
    if let loss = run.loss {
      // What is there now is not this run's, a file `pause` included.
      return state.withLock { $0.loss = $0.loss ?? loss }
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
    // Also under --quiet: a run that silently does nothing would be taken for one that hangs.
    say(
      isPaused ? "note: paused: remove \(pauseFile.printable()) to go on\n" : "note: going on after a pause\n"
    )
  }

  /// Tells once: the first reason stays.
  private func stop(_ reason: StopReason) {
    bell.signal()
    let stop = state.withLock { state in
      defer { state.stop = nil }
      return state.stop
    }
    stop?(reason)
  }
}
