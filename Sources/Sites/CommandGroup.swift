import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The processes of a command that provides a secret, while it runs.
///
/// A signal that ends this process ends them first. If we have the terminal, the command gets it meanwhile, so that
/// it can prompt there.
struct CommandGroup: ~Copyable {
  private let leader: pid_t
  private let terminal: Int32

  /// The group that is running; 0 for none, `starting` while its leader is not known yet.
  ///
  /// A signal handler may read nothing except this and `asked`.
  private static let running = Atomic<pid_t>(0)
  private static let starting: pid_t = -1
  /// The request made while the leader was not known: the signal to end with, or `killed`; 0 for none.
  private static let asked = Atomic<Int32>(0)
  private static let killed: Int32 = -1
  private static let fatalSignals = [SIGHUP, SIGINT, SIGQUIT, SIGTERM]

  /// - Parameter start: starts a child process that leads a process group.
  /// - Throws: errors of `start`.
  init(starting start: () throws(SystemError) -> pid_t) throws(SystemError) {
    CommandGroup.running.store(CommandGroup.starting, ordering: .sequentiallyConsistent)
    for number in CommandGroup.fatalSignals where CommandGroup.isFatal(number) {
      _ = signal(number, endWithUs)
    }
    do throws(SystemError) {
      leader = try start()
    } catch {
      CommandGroup.isUnderWay(nil)
      CommandGroup.listenNoMore()
      throw error
    }
    CommandGroup.isUnderWay(leader)
    let terminal = unsafe open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
    if terminal >= 0, tcgetpgrp(terminal) == getpgrp(), tcsetpgrp(terminal, leader) == 0 {
      self.terminal = terminal
      // It may have been stopped for prompting too early.
      _ = systemKill(-leader, SIGCONT)
    } else {
      if terminal >= 0 { close(terminal) }
      self.terminal = -1
    }
  }

  deinit {
    CommandGroup.running.store(0, ordering: .sequentiallyConsistent)
    CommandGroup.listenNoMore()
    guard terminal >= 0 else { return }
    // Taking it from the background would stop us.
    var (stops, before) = (sigset_t(), sigset_t())
    unsafe sigemptyset(&stops)
    unsafe sigaddset(&stops, SIGTTOU)
    unsafe pthread_sigmask(SIG_BLOCK, &stops, &before)
    tcsetpgrp(terminal, getpgrp())
    unsafe pthread_sigmask(SIG_SETMASK, &before, nil)
    close(terminal)
  }

  /// Returns the command's exit status; `nil` while it runs.
  func ended() -> ShellCommand.Status? {
    var status: Int32 = 0
    guard unsafe waitpid(leader, &status, WNOHANG) == leader else { return nil }
    let ended = ShellCommand.Status(waited: status)
    // Ctrl-C went to the holder of the terminal, but was meant for us.
    if terminal >= 0, ended == .killed(signal: SIGINT) || ended == .exited(128 + SIGINT) {
      _ = systemKill(getpid(), SIGINT)
    }
    return ended
  }

  /// Ends it: politely at first, then at once.
  func kill() {
    for (number, tries) in [(SIGTERM, 100), (SIGKILL, 100)] {
      _ = systemKill(-leader, number)
      for _ in 0..<tries {
        var status: Int32 = 0
        if unsafe waitpid(leader, &status, WNOHANG) == leader {
          // Its child processes are ended with it.
          _ = systemKill(-leader, SIGKILL)
          return
        }
        usleep(10_000)
      }
    }
  }

  static func killRunning() { _ = killRunning(becauseOf: killed) }

  /// - Parameter wish: the request to carry out once the command has started; `killed`, or a signal.
  /// - Returns: `false` while a command is being started: the request is carried out when its leader is known.
  fileprivate static func killRunning(becauseOf wish: Int32) -> Bool {
    asked.store(wish, ordering: .sequentiallyConsistent)
    let group = running.load(ordering: .sequentiallyConsistent)
    guard group != starting else { return false }
    asked.store(0, ordering: .sequentiallyConsistent)
    if group > 0 { _ = systemKill(-group, SIGKILL) }
    return true
  }

  /// - Parameter leader: `nil` if the command could not be started.
  private static func isUnderWay(_ leader: pid_t?) {
    running.store(leader ?? 0, ordering: .sequentiallyConsistent)
    let wish = asked.exchange(0, ordering: .sequentiallyConsistent)
    guard wish != 0 else { return }
    if wish == killed { killRunning() } else { endWithUs(wish) }
  }

  // MARK: Signals

  private static func listenNoMore() {
    for number in fatalSignals where handler(of: number) == .ours { _ = signal(number, SIG_DFL) }
  }

  private enum Handler { case none, ours, another }

  /// Returns whether the signal currently ends this process; a signal with its own handler is left alone.
  private static func isFatal(_ number: Int32) -> Bool { handler(of: number) == .none }

  private static func handler(of number: Int32) -> Handler {
    var action = sigaction()
    guard unsafe sigaction(number, nil, &action) == 0 else { return .another }
    #if canImport(Darwin)
      let current = unsafe action.__sigaction_u.__sa_handler
    #elseif canImport(Musl)
      let current = unsafe action.__sa_handler.sa_handler
    #else
      let current = unsafe action.__sigaction_handler.sa_handler
    #endif
    guard let current = current else { return .none }
    let ours: @convention(c) (Int32) -> Void = endWithUs
    return unsafe unsafeBitCast(current, to: UInt.self) == unsafeBitCast(ours, to: UInt.self)
      ? .ours : .another
  }
}

/// Ends the running command, and then this process, as the signal would have.
private let endWithUs: @convention(c) (Int32) -> Void = { number in
  guard CommandGroup.killRunning(becauseOf: number) else { return }
  _ = signal(number, SIG_DFL)
  raise(number)
}

/// Calls `kill(2)`, whose name is hidden by a method.
private func systemKill(_ process: pid_t, _ number: Int32) -> Int32 { kill(process, number) }
