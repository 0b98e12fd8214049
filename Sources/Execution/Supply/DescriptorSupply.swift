#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// How many files and connections this process may have open at one time (`ulimit -n`).
///
/// Where one more is needed than there may be, libraries fail in ways that look like something else: a site that does not
/// answer, a sheet that is not there.
public enum DescriptorSupply {
  /// What a run opens beside its lanes: run file, locks, logs, sheets, pipes of commands, certificates.
  private static let beside = 32
  /// A connection, and what libcurl opens to make it.
  private static let each = 3

  /// Asks the system for as many as it gives.
  ///
  /// - Returns: how many there may be.
  private static func raise() -> Int {
    var limit = rlimit()
    guard unsafe getrlimit(resource, &limit) == 0 else { return .max }
    let wanted = min(limit.rlim_max, 4096)
    if limit.rlim_cur < wanted {
      limit.rlim_cur = wanted
      _ = unsafe setrlimit(resource, &limit)
      _ = unsafe getrlimit(resource, &limit)
    }
    return Int(exactly: limit.rlim_cur) ?? .max
  }

  /// How many of these lanes there are descriptors for; none when there is not even one.
  public static func lanes(of wanted: Int) -> Int {
    let limit = raise()
    // Whoever started this process may have left some open in it.
    guard limit < 4096 else { return wanted }
    let taken = (0..<Int32(limit)).count { fcntl($0, F_GETFD) >= 0 }
    return min(wanted, max(0, (limit - taken - beside) / each))
  }

  #if canImport(Glibc)
    private static let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
  #else
    private static let resource = RLIMIT_NOFILE
  #endif
}
