import Dispatch
public import Foundation
import Synchronization

/// A program under way that a test waits for, or sends signals to.
///
/// Foundation's `Process` hands on the signal mask of the thread that starts it. The threads that tests run
/// on block most signals, so that its children would be deaf to SIGTERM.
public final class ChildProcess: Sendable {
  /// The target of one of the three standard streams.
  public enum Stream: Sendable {
    /// A file, read from its start or overwritten.
    case file(String)
    /// An open descriptor, such as an end of a pipe.
    case descriptor(Int32)
  }

  /// It could not be started.
  public struct Failure: Error, CustomStringConvertible {
    public var program: String
    public var number: Int32
    public var description: String { "'\(program)': \(unsafe String(cString: strerror(number)))" }
  }

  public let identifier: pid_t
  private let exit = Mutex<Int32?>(nil)
  private let ended = DispatchGroup()

  /// Starts a program in a folder, with exactly this environment and no signal blocked or ignored.
  ///
  /// - Throws: `Failure`.
  public init(
    _ program: String, _ arguments: [String], environment: [String: String], folder: String,
    input: Stream, output: Stream, error: Stream
  ) throws {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #else
      var actions = unsafe posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #endif
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    let writing = O_WRONLY | O_CREAT | O_TRUNC
    for (number, stream, flags) in [
      (Int32(0), input, O_RDONLY), (1, output, writing), (2, error, writing),
    ] {
      switch stream {
      case .file(let path):
        unsafe posix_spawn_file_actions_addopen(&actions, number, path, flags, 0o600)
      case .descriptor(let descriptor):
        unsafe posix_spawn_file_actions_adddup2(&actions, descriptor, number)
      }
    }

    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    var all = sigset_t()
    unsafe sigemptyset(&none)
    unsafe sigemptyset(&all)
    for signal in [SIGINT, SIGTERM, SIGPIPE, SIGHUP] { unsafe sigaddset(&all, signal) }
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    unsafe posix_spawnattr_setsigdefault(&attributes, &all)
    unsafe posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    // Not every system can set the folder of what it spawns; the shell then becomes the program.
    let shell = "/bin/sh"
    let call = [shell, "-c", #"cd "$0" && exec "$@""#, folder, program] + arguments
    let words = unsafe call.map { unsafe strdup($0) } + [nil]
    let variables = unsafe environment.map { unsafe strdup("\($0)=\($1)") } + [nil]
    defer {
      for index in unsafe words.indices { unsafe free(words[index]) }
      for index in unsafe variables.indices { unsafe free(variables[index]) }
    }
    var child: pid_t = 0
    let number = unsafe posix_spawn(&child, shell, &actions, &attributes, words, variables)
    guard number == 0 else { throw Failure(program: program, number: number) }
    identifier = child
    reap()
  }

  /// Waits for the end on a thread of its own, so that the process does not stay a zombie.
  private func reap() {
    DispatchQueue(label: "child.\(identifier)").async(group: ended) {
      var status: Int32 = 0
      while unsafe waitpid(self.identifier, &status, 0) < 0, errno == EINTR {}
      let signal = status & 0x7F
      self.exit.withLock { $0 = signal == 0 ? (status >> 8) & 0xFF : 128 + signal }
    }
  }

  /// The exit code once it has ended, or 128 + the number of the signal that ended it, as a shell reports it.
  public var exitCode: Int32? { exit.withLock { $0 } }

  /// Sends a signal; does nothing when the process has ended.
  public func send(_ signal: Int32) {
    exit.withLock { if $0 == nil { kill(identifier, signal) } }
  }

  /// Waits for the end; `nil` when it does not come in time.
  public func wait(_ timeout: TimeInterval) -> Int32? {
    _ = ended.wait(timeout: .now() + timeout)
    return exitCode
  }
}
