#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The number of files and connections this process may have open (`ulimit -n`).
///
/// Beyond that limit, libraries fail in misleading ways: a site that does not answer, a sheet that is missing.
public enum DescriptorSupply {
  /// The descriptors of a run beside its lanes: run file, locks, logs, sheets, pipes of commands, certificates.
  private static let beside = 32
  /// The descriptors of one lane: a connection, and what libcurl opens to make it.
  private static let each = 3

  /// Raises the limit as far as the system allows.
  ///
  /// - Returns: the limit.
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

  /// Returns how many of these lanes there are descriptors for; 0 if not even one.
  public static func lanes(of wanted: Int) -> Int {
    let limit = raise()
    // The parent process may have left some open.
    guard limit < 4096 else { return wanted }
    let taken = (0..<Int32(limit)).count { fcntl($0, F_GETFD) >= 0 }
    let bells = 2 * LaneGroup.count(of: wanted)
    return min(wanted, max(0, (limit - taken - beside - bells) / each))
  }

  #if canImport(Glibc)
    private static let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
  #else
    private static let resource = RLIMIT_NOFILE
  #endif
}
