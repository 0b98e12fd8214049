#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A command for `/bin/sh`, run to its end.
public struct ShellCommand {
  public enum Status: Equatable, Sendable {
    case exited(Int32)
    case killed(signal: Int32)
    /// It exceeded its time, and was killed.
    case timedOut
    /// The shell could not be started, for this reason.
    case notStarted(String)

    /// The status in words, as the end of a sentence.
    public var words: String {
      switch self {
      case .exited(let code): "ended with exit code \(code)"
      case .killed(let signal): "was killed by signal \(signal)"
      case .timedOut: "took too long and was killed"
      case .notStarted(let reason): "could not be started: \(reason)"
      }
    }

    /// - Parameter status: as `waitpid` returns it.
    init(waited status: Int32) {
      let signal = status & 0x7F
      self = signal == 0 ? .exited((status >> 8) & 0xFF) : .killed(signal: signal)
    }
  }

  struct Result {
    var status: Status
    /// Standard output, at most about `SecretFile.sizeLimit` bytes.
    var output: [UInt8]
    /// Standard error, with the same limit.
    var complaint: [UInt8]
  }

  var text: String
  /// Its working folder, `/` if that is gone; `nil` for that of this process.
  var folder: String?

  public init(_ text: String, in folder: String? = nil) {
    self.text = text
    self.folder = folder
  }

  /// Starts the shell.
  ///
  /// - Parameters:
  ///   - input: its standard input; `nil` for an empty one.
  ///   - environment: its whole environment; `nil` for ours.
  ///   - isGroup: makes it lead its own process group, so that its child processes can be killed with it; it then
  ///     cannot read from the terminal.
  func start(
    input: Int32?, output: Int32, complaint: Int32, environment: [String: String]? = nil,
    isGroup: Bool = false
  ) throws(SystemError) -> pid_t {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #else
      var actions = unsafe posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #endif
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    if let input {
      unsafe posix_spawn_file_actions_adddup2(&actions, input, 0)
    } else {
      unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    }
    unsafe posix_spawn_file_actions_adddup2(&actions, output, 1)
    unsafe posix_spawn_file_actions_adddup2(&actions, complaint, 2)
    // A lane's thread blocks most signals and this process ignores some; a command that started with either could not
    // be stopped.
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    var restored = sigset_t()
    unsafe sigemptyset(&none)
    unsafe sigemptyset(&restored)
    for number in [SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGXFSZ] { unsafe sigaddset(&restored, number) }
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    unsafe posix_spawnattr_setsigdefault(&attributes, &restored)
    var flags = Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF)
    if isGroup { flags |= Int16(POSIX_SPAWN_SETPGROUP) }
    unsafe posix_spawnattr_setflags(&attributes, flags)
    let variables = unsafe environment?.map { name, value in unsafe strdup("\(name)=\(value)") }
    defer {
      if let variables = unsafe variables {
        for index in unsafe variables.indices { unsafe free(variables[index]) }
      }
    }
    // The shell changes the folder: not every system can start a process elsewhere. If the folder is gone, a command
    // given by its path still works, and one that should be in that folder is not found elsewhere.
    let script = folder == nil ? text : "cd \"$1\" 2>/dev/null || cd /; shift; \(text)"
    let place = unsafe folder.map { unsafe strdup($0) } ?? nil
    defer { unsafe free(place) }
    var child: pid_t = 0
    let number = unsafe "/bin/sh".withCString { shell in
      unsafe "-c".withCString { flag in
        unsafe script.withCString { command in
          var words = unsafe [shell, flag, command].map { unsafe UnsafeMutablePointer(mutating: $0) }
          if let place = unsafe place { unsafe words += [words[0], place] }
          let arguments = unsafe words + [nil]
          guard let variables = unsafe variables else {
            return unsafe posix_spawn(&child, shell, &actions, &attributes, arguments, environ)
          }
          return unsafe posix_spawn(&child, shell, &actions, &attributes, arguments, variables + [nil])
        }
      }
    }
    guard number == 0 else { throw SystemError(number: number) }
    return child
  }
}

/// A pipe whose ends close with it, and are not inherited by other programs started meanwhile.
struct CommandPipe: ~Copyable {
  let reading: Int32
  let writing: Int32
  private var isWritingOpen = true

  init() throws(SystemError) {
    var ends: [Int32] = [-1, -1]
    guard unsafe pipe(&ends) == 0 else { throw SystemError(number: errno) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    (reading, writing) = (ends[0], ends[1])
  }

  mutating func closeWriting() {
    guard isWritingOpen else { return }
    isWritingOpen = false
    close(writing)
  }

  deinit {
    close(reading)
    if isWritingOpen { close(writing) }
  }
}
