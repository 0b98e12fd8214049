#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// The processors of this machine.
enum Processors {
  /// The number that is in use; at least one.
  static var count: Int { max(sysconf(CInt(_SC_NPROCESSORS_ONLN)), 1) }
}
