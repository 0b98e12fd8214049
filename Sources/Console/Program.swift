import Foundation

/// What the executables of this package have in common as processes.
public enum Program {
  /// The version of the tool, in `--version`, in every run file and in the requests' user agent.
  public static let version = "0.1.0"
  /// The name that errors begin with.
  static let name = "bulkpatch"

  /// Performs what the process was called for with these arguments, and ends it.
  public static func main<Root: DocumentedCommand>(_ root: Root.Type, _ arguments: [String]) -> Never {
    openStandardStreams()
    shareOneHeap()
    // A reader who closes the pipe is met where the bytes are written, see `Output`.
    signal(SIGPIPE, SIG_IGN)
    // A file that may not grow any more (ulimit -f) is met there, too.
    signal(SIGXFSZ, SIG_IGN)
    exit(CommandLineRun(root, arguments).perform().rawValue)
  }

  /// Where address space is limited (`ulimit -v`), lets all threads have one heap: the C library sets 64 MiB aside for
  /// that of each, and the space for a later thread, or a long answer, would be gone.
  private static func shareOneHeap() {
    #if canImport(Glibc)
      var limit = rlimit()
      guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0,
        Int(exactly: limit.rlim_cur) != nil, let address = unsafe dlsym(nil, "mallopt")
      else { return }
      // M_ARENA_MAX of malloc.h, which Swift does not see.
      let option: Int32 = -8
      _ = unsafe unsafeBitCast(address, to: (@convention(c) (Int32, Int32) -> Int32).self)(option, 1)
    #endif
  }

  /// Opens those of standard input, output and error that whoever started us has closed: else the next file that is
  /// opened would be one of them, and get what is meant for people.
  private static func openStandardStreams() {
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
      // The lowest number that is free is taken, which is this one.
      _ = unsafe open("/dev/null", descriptor == STDIN_FILENO ? O_RDONLY : O_WRONLY)
    }
  }
}
