import Foundation

/// The common setup of the executables of this package.
public enum Program {
  /// The version of the tool, in `--version`, in every run file and in the requests' user agent.
  public static let version = "0.1.0"
  /// The name at the beginning of errors.
  static let name = "bulkpatch"

  /// Performs the command of these arguments, and ends the process.
  public static func main<Root: DocumentedCommand>(_ root: Root.Type, _ arguments: [String]) -> Never {
    openStandardStreams()
    shareOneHeap()
    // A closed pipe is handled where the bytes are written, see `Output`.
    signal(SIGPIPE, SIG_IGN)
    // So is a file that has reached its size limit (ulimit -f).
    signal(SIGXFSZ, SIG_IGN)
    exit(CommandLineRun(root, arguments).perform().rawValue)
  }

  /// Makes all threads share one heap if address space is limited (`ulimit -v`).
  ///
  /// The C library reserves 64 MiB for each heap, which would leave no space for a later thread, or a long answer.
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

  /// Opens standard input, output and error if the parent process has closed them.
  ///
  /// Otherwise the next file to be opened would become one of them, and receive messages.
  private static func openStandardStreams() {
    for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
      // The lowest free number is taken, which is this one.
      _ = unsafe open("/dev/null", descriptor == STDIN_FILENO ? O_RDONLY : O_WRONLY)
    }
  }
}
