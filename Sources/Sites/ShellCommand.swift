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
    /// It ran for longer than it may, and was killed.
    case timedOut
    /// The shell could not be started; why.
    case notStarted(String)

    /// What became of it, as the end of a sentence.
    public var words: String {
      switch self {
      case .exited(let code): "ended with exit code \(code)"
      case .killed(let signal): "was killed by signal \(signal)"
      case .timedOut: "took too long and was killed"
      case .notStarted(let reason): "could not be started: \(reason)"
      }
    }

    /// - Parameter status: as `waitpid` gives it.
    init(waited status: Int32) {
      let signal = status & 0x7F
      self = signal == 0 ? .exited((status >> 8) & 0xFF) : .killed(signal: signal)
    }
  }

  struct Result {
    var status: Status
    /// Standard output, at most `SecretFile.sizeLimit` bytes of it.
    var output: [UInt8]
    /// Standard error, as much.
    var complaint: [UInt8]
  }

  var text: String

  public init(_ text: String) { self.text = text }

  /// Runs the command and waits for it; what it prints goes nowhere but to the caller.
  ///
  /// Its standard input is empty: ours may be the sheet, which a command must not swallow.
  ///
  /// - Throws: `SystemError` when it cannot be started.
  func run() throws(SystemError) -> Result {
    var output = try CommandPipe()
    var complaint = try CommandPipe()
    let child = try start(input: nil, output: output.writing, complaint: complaint.writing)
    output.closeWriting()
    complaint.closeWriting()
    let texts = try Self.drain([output.reading, complaint.reading])
    var status: Int32 = 0
    while unsafe waitpid(child, &status, 0) < 0 {
      guard errno == EINTR else { throw SystemError(number: errno) }
    }
    return Result(status: Status(waited: status), output: texts[0], complaint: texts[1])
  }

  /// Starts the shell.
  ///
  /// - Parameters:
  ///   - input: its standard input; `nil` for an empty one.
  ///   - environment: its whole environment; `nil` for ours.
  ///   - isGroup: whether it leads a process group of its own, so that all it starts can be killed with it; it then
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
    // A lane's thread blocks most signals and this process ignores some; a command must start with neither,
    // or it could not be stopped.
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
    var child: pid_t = 0
    let number = unsafe "/bin/sh".withCString { shell in
      unsafe "-c".withCString { flag in
        unsafe text.withCString { command in
          let arguments =
            unsafe [shell, flag, command].map { unsafe UnsafeMutablePointer(mutating: $0) } + [nil]
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

  /// Reads all of several pipes to their ends as bytes come, so that none fills up and blocks the command.
  private static func drain(_ descriptors: [Int32]) throws(SystemError) -> [[UInt8]] {
    var texts = [[UInt8]](repeating: [], count: descriptors.count)
    var waiting = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    while waiting.contains(where: { $0.fd >= 0 }) {
      guard unsafe poll(&waiting, nfds_t(waiting.count), -1) >= 0 else {
        guard errno == EINTR else { throw SystemError(number: errno) }
        continue
      }
      for index in waiting.indices where waiting[index].fd >= 0 && waiting[index].revents != 0 {
        guard let piece = try SecretFile.readPiece(of: waiting[index].fd) else {
          // A negative descriptor is one that poll passes over.
          waiting[index].fd = -1
          continue
        }
        if texts[index].count < SecretFile.sizeLimit { texts[index] += piece }
      }
    }
    return texts
  }
}

/// A pipe whose ends close with it, and are not inherited by other programs that start meanwhile.
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
